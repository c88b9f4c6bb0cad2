// An error, told to a person or to a program: one line what, one line what to do.
#ifndef EXPOSURE_CLIENT_CLI_REPORT_H_
#define EXPOSURE_CLIENT_CLI_REPORT_H_

#include <string>

#include "absl/status/status.h"

namespace exposure::cli {

// "BAD_PROOF", or the status code's name where there is no reason.
std::string ReasonName(const absl::Status& status);

// Two lines. A message that brings its own second line keeps it.
std::string ErrorText(const absl::Status& status);

// {"error":{"reason":…,"message":…,"advice":…,"exit_code":…}}, one line; with "retry_after" where the service said.
std::string ErrorJson(const absl::Status& status);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_REPORT_H_
