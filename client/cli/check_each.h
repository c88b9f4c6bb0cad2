// Many people, one a line: a result for each row, never the number.
#ifndef EXPOSURE_CLIENT_CLI_CHECK_EACH_H_
#define EXPOSURE_CLIENT_CLI_CHECK_EACH_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "client/cli/exit_code.h"
#include "client/cli/number_lines.h"
#include "client/lookup.h"
#include "proto/rules/catalogue_content.h"

namespace exposure::cli {

// One line of output: "12  EXPOSED met-2023-supplier; …", or a JSON object (docs/json.md).
std::string RowText(size_t row, const PersonAnswer& answer);
std::string RowJson(size_t row, const PersonAnswer& answer);

// Reads standard input to its end and writes a line for each of its lines, in order. kNotVerified if a row could not
// be verified, else kWrongUse if a row's number did not fit, else kOk.
absl::StatusOr<ExitCode> CheckEachLine(Lookup& lookup, const CheckedContent& content, const DefaultKind& kind,
                                       bool json);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_CHECK_EACH_H_
