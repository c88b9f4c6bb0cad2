// A file in which a custodian writes numbers: values with commas under a fixed header. For its owner only, and read
// strictly: what is not understood is refused with its line, and never repeated.
#ifndef EXPOSURE_CLIENT_SEAL_NUMBER_FILE_H_
#define EXPOSURE_CLIENT_SEAL_NUMBER_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/core/number.h"
#include "client/source/csv_reader.h"

namespace exposure {

// The bytes of the file at `path`; the caller wipes them. Returns KEY_FILE, with the command that mends it, if others
// can read the file; FILE_ERROR.
absl::StatusOr<std::string> ReadNumberFile(const std::string& path);

// Calls `line` for each, with as many cells as `header` ("action,number,categories") has; an error of it ends the
// reading and is returned. Returns BAD_SOURCE as ReadCsv, and for another header.
absl::Status ForEachLine(std::string_view name, std::string_view text, std::string_view header, CsvRowSink line);

// BAD_SOURCE at a line.
absl::Status LineError(std::string_view name, uint64_t line, std::string_view what);

// The number of a cell. Returns BAD_SOURCE, with the line, if it has no canonical form.
absl::StatusOr<CanonicalNumber> NumberAt(std::string_view name, uint64_t line, const v1::CanonicalRule& rule,
                                         std::string_view cell);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_NUMBER_FILE_H_
