// The list of rows that could not be used, for the custodian's eyes.
#ifndef EXPOSURE_CLIENT_SEAL_RECONCILIATION_H_
#define EXPOSURE_CLIENT_SEAL_RECONCILIATION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/sealer.h"

namespace exposure {

// "DIR/met-export.quarantine.csv" for the source "…/met-export.csv" and an output in DIR.
std::string QuarantinePath(const std::string& source, const std::string& output);

// Replaces the file at `path` (mode 0600): row numbers and reasons, never what was in a row. Only a header where every
// row could be used, so that no older list misleads. Returns FILE_ERROR or DISK_FULL.
absl::Status WriteQuarantine(const std::string& path, const std::vector<QuarantinedRow>& rows);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_RECONCILIATION_H_
