// A mapping to start from. It does not pass `seal` as it is: the force, and every column that was not recognised, are
// left to the custodian.
#ifndef EXPOSURE_CLIENT_CLI_MAPPING_DRAFT_H_
#define EXPOSURE_CLIENT_CLI_MAPPING_DRAFT_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/inspection.h"

namespace exposure::cli {

// Of table `number`, from 1; 0: the only one that has content. Protobuf text, exposure.v1.Mapping, with the reason of
// each suggestion. Returns BAD_USAGE where the table must be said or is not there, BAD_SOURCE where it has no header.
absl::StatusOr<std::string> DraftMapping(const Inspection& inspection, size_t number);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_MAPPING_DRAFT_H_
