// The list of rows that could not be used, for the custodian's eyes: its last column is empty, to be filled in with
// numbers and given back (repairs.h).
#ifndef EXPOSURE_CLIENT_SEAL_QUARANTINE_H_
#define EXPOSURE_CLIENT_SEAL_QUARANTINE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/sealer.h"

namespace exposure {

// "DIR/met-export.quarantine.csv" for the first source "…/met-export.csv" and an output in DIR; named after the output
// where the source is standard input.
std::string QuarantinePath(const SealOptions& options);

// Replaces the file at `path` (mode 0600): tables, rows, columns and reasons, never what was in a row. Only a header
// where every row could be used, so that no older list misleads. A list in which somebody filled in numbers is never
// replaced: as the file `repairs` it stays and must have all `rows`. Returns BAD_USAGE, with what to do, for one that
// is not, or does not, or is no such list; FILE_ERROR or DISK_FULL.
absl::Status WriteQuarantine(const std::string& path, const std::vector<QuarantinedRow>& rows,
                             const std::string& repairs);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_QUARANTINE_H_
