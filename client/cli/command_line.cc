#include "client/cli/command_line.h"

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "client/cli/commands.h"
#include "client/cli/output.h"
#include "client/cli/report.h"

namespace exposure::cli {
namespace {

constexpr char kOverview[] =
    "Exit codes: 0 done, of a check a verified answer whatever it says · 1 failed here (disk full, output not "
    "written)\n"
    "  2 wrong use · 3 could not verify: says nothing about anybody · 4 refused by policy · 5 service not reachable\n"
    "Environment: EXPOSURE_SERVER, EXPOSURE_ROOT, EXPOSURE_TLS_CA, EXPOSURE_TLS_CERT, EXPOSURE_TLS_KEY,\n"
    "  EXPOSURE_TOKEN_FILE, XDG_STATE_HOME, NO_COLOR. Numbers are never taken from the command line: they would show\n"
    "  in the list of processes and in the shell's history.";

// "--colour" of "--colour=red"; nothing where it may be a number in disguise.
std::string OptionName(const std::string& argument) {
  if (argument.rfind("--", 0) != 0) return "";
  const std::string name = argument.substr(0, argument.find('='));
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos ? name : "";
}

// The option that a message of the parser is about; what else it says may be a number.
std::string FirstOption(const std::string& message) {
  const std::vector<std::string> words = absl::StrSplit(message, absl::ByAnyChar(" :,"));
  for (const std::string& word : words) {
    if (std::string name = OptionName(word); !name.empty()) return name;
  }
  return "";
}

// What was wrong, without repeating an argument: somebody may have typed a number.
absl::Status UsageError(const CLI::App& app, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    for (const std::string& argument : app.remaining(true)) {
      if (const std::string name = OptionName(argument); !name.empty()) {
        return Error(Reason::kBadUsage, absl::StrCat("There is no option ", name, " here.\n  See: exposure --help"));
      }
    }
    return Error(
        Reason::kBadUsage,
        "There is an argument too many. If it was a number: numbers are not taken from the command line, since "
        "other people on this computer could see them.\n  Run `exposure check` and type it when asked, or give "
        "it on standard input.");
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr ||
      dynamic_cast<const CLI::RequiresError*>(&error) != nullptr ||
      dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr) {
    return Error(Reason::kBadUsage, absl::StrCat(error.what(), ".\n  See: exposure --help"));  // names of options only
  }
  if (const std::string name = FirstOption(error.what()); !name.empty()) {
    return Error(Reason::kBadUsage, absl::StrCat(name,
                                                 dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr
                                                     ? ": takes one value, and is given once."
                                                     : ": has a value that does not fit.",
                                                 "\n  See: exposure --help"));
  }
  return Error(Reason::kBadUsage, "An option has no value, or one that does not fit.\n  See: exposure --help");
}

ExitCode Report(const absl::Status& status, bool json) {
  WriteErr(ErrorText(status));
  if (json && !WriteOut(ErrorJson(status)).ok()) return ExitCode::kFailed;
  return ExitCodeOf(status);
}

ExitCode Run(CLI::App& app, const Invocation& invocation, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help) == 0 && std::cout.flush() ? ExitCode::kOk : ExitCode::kFailed;
  } catch (const CLI::ParseError& error) {
    return Report(UsageError(app, error), false);
  }
  const absl::StatusOr<ExitCode> code = invocation.run();
  return code.ok() ? *code : Report(code.status(), invocation.json);
}

}  // namespace

ExitCode RunCommandLine(int argc, const char* const* argv) {
  CLI::App app(
      "Was I in a breach of police data? Which of my details, and what do I do now?\n"
      "Asks a service that learns neither the number nor the answer.",
      "exposure");
  app.set_version_flag("--version", EXPOSURE_VERSION);
  app.require_subcommand(1);
  app.footer(kOverview);
  app.get_formatter()->column_width(34);

  Invocation invocation;
  AddCheck(app, invocation);
  AddNotices(app, invocation);
  AddNotice(app, invocation);
  AddCatalogue(app, invocation);
  AddDownload(app, invocation);
  AddInspect(app, invocation);
  AddSeal(app, invocation);
  AddDataset(app, invocation);
  AddPublish(app, invocation);
  AddVerifyPublished(app, invocation);
  AddRetract(app, invocation);
  AddReceipt(app, invocation);
  AddKeys(app, invocation);
  AddAudit(app, invocation);
  AddGrant(app, invocation);
  AddQuota(app, invocation);
  try {
    return Run(app, invocation, argc, argv);
  } catch (const std::exception& unexpected) {  // no library of ours throws: memory, say
    WriteErr(absl::StrCat("exposure: failed unexpectedly: ", unexpected.what(), "\n"));
    return ExitCode::kFailed;
  }
}

}  // namespace exposure::cli
