// The command line as a whole: parse, run one command, report, exit code.
#ifndef EXPOSURE_CLIENT_CLI_COMMAND_LINE_H_
#define EXPOSURE_CLIENT_CLI_COMMAND_LINE_H_

#include "client/cli/exit_code.h"

namespace exposure::cli {

ExitCode RunCommandLine(int argc, const char* const* argv);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_COMMAND_LINE_H_
