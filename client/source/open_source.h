// Any file that a custodian may have: opened by what is in it, not by its name.
#ifndef EXPOSURE_CLIENT_SOURCE_OPEN_SOURCE_H_
#define EXPOSURE_CLIENT_SOURCE_OPEN_SOURCE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/source/source_file.h"

namespace exposure {

// A workbook (workbook.h) or a file of values (values_file.h). What is of another format is refused as a whole, with
// how to convert it; never read in part. Returns BAD_SOURCE. `name` stands in front of messages; `bytes` are wiped.
absl::StatusOr<std::unique_ptr<SourceFile>> OpenSource(std::string name, std::string bytes);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_OPEN_SOURCE_H_
