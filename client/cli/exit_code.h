// The exit codes of `exposure` (man page exposure(1)), and the one table from an error to its code.
#ifndef EXPOSURE_CLIENT_CLI_EXIT_CODE_H_
#define EXPOSURE_CLIENT_CLI_EXIT_CODE_H_

#include "absl/status/status.h"
#include "base/error.h"

namespace exposure::cli {

enum class ExitCode {
  kOk = 0,           // done; of a check: a verified answer, whatever it says
  kFailed = 1,       // something on this computer or in the service failed: disk full, output not writable
  kWrongUse = 2,     // the command, a file given to it, or a number typed
  kNotVerified = 3,  // could not verify, or incomplete: says nothing about anybody
  kRefused = 4,      // refused by policy
  kUnreachable = 5,  // the service cannot be reached or is not ready
};

ExitCode ExitCodeOf(Reason reason);

// By the reason, else by the status code. `status` is not OK.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_EXIT_CODE_H_
