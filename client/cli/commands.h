// The commands of `exposure`, one file each. Each function adds its command to the command line; the one that was named
// then sets what is to be done.
#ifndef EXPOSURE_CLIENT_CLI_COMMANDS_H_
#define EXPOSURE_CLIENT_CLI_COMMANDS_H_

#include <functional>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "client/cli/exit_code.h"

namespace exposure::cli {

// What the command line asked for.
struct Invocation {
  std::function<absl::StatusOr<ExitCode>()> run;
  bool json = false;  // errors, too
};

void AddCheck(CLI::App& app, Invocation& invocation);
void AddNotices(CLI::App& app, Invocation& invocation);
void AddNotice(CLI::App& app, Invocation& invocation);
void AddCatalogue(CLI::App& app, Invocation& invocation);
void AddInspect(CLI::App& app, Invocation& invocation);
void AddSeal(CLI::App& app, Invocation& invocation);
void AddDataset(CLI::App& app, Invocation& invocation);
void AddVerifyPublished(CLI::App& app, Invocation& invocation);
void AddPublish(CLI::App& app, Invocation& invocation);
void AddRetract(CLI::App& app, Invocation& invocation);
void AddReceipt(CLI::App& app, Invocation& invocation);
void AddDownload(CLI::App& app, Invocation& invocation);
void AddKeys(CLI::App& app, Invocation& invocation);
void AddAudit(CLI::App& app, Invocation& invocation);
void AddGrant(CLI::App& app, Invocation& invocation);
void AddQuota(CLI::App& app, Invocation& invocation);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_COMMANDS_H_
