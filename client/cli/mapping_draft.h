// A mapping to start from. It does not pass `seal` as it is: the force, and whatever was not recognised, are left to
// the custodian.
#ifndef EXPOSURE_CLIENT_CLI_MAPPING_DRAFT_H_
#define EXPOSURE_CLIENT_CLI_MAPPING_DRAFT_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/inspection.h"

namespace exposure::cli {

// Protobuf text, exposure.v1.Mapping, with the reason of each suggestion. One table with its header in row 1 has no
// `tables`; else each with content has one. What has content is never left out by the draft: that line is a comment,
// like every other that the custodian has to decide, and begins with the name of a field. Returns BAD_SOURCE if no
// table has content.
absl::StatusOr<std::string> DraftMapping(const Inspection& inspection);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_MAPPING_DRAFT_H_
