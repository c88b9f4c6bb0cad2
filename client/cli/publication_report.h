// What a publication would change, told to the custodian before anything is sent.
#ifndef EXPOSURE_CLIENT_CLI_PUBLICATION_REPORT_H_
#define EXPOSURE_CLIENT_CLI_PUBLICATION_REPORT_H_

#include <string>

#include "client/answer.h"
#include "client/seal/publication.h"

namespace exposure::cli {

// Both answers, word for word as `exposure check` says them, and the counts before and after.
std::string ToText(const Publication& publication, const PrintOptions& options);

// docs/json.md has the schema; one line.
std::string ToJson(const Publication& publication);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_PUBLICATION_REPORT_H_
