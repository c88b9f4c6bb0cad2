// exposure download: whole sealed sets, for checks that fetch nothing.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/commands.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/cli/progress.h"
#include "client/lookup.h"
#include "client/words.h"

namespace exposure::cli {
namespace {

struct DownloadOptions {
  ServiceOptions service;
  OutputOptions output;
  std::vector<std::string> schemes;
};

absl::StatusOr<ExitCode> Run(const DownloadOptions& options) {
  ASSIGN_OR_RETURN(const LookupOptions lookup_options, ToLookupOptions(options.service));
  ASSIGN_OR_RETURN(const std::unique_ptr<Lookup> lookup, Lookup::Connect(lookup_options));
  Progress progress;
  const absl::StatusOr<uint64_t> bytes = lookup->Download(
      options.schemes, [&progress](uint64_t done, uint64_t of) { progress.Update("Downloading", "bytes", done, of); });
  progress.Finish();
  RETURN_IF_ERROR(bytes.status());
  RETURN_IF_ERROR(WriteOut(options.output.json ? absl::StrCat("{\"bytes\":", *bytes, "}\n")
                                               : absl::StrCat("Kept and verified ", FormatCount(*bytes), " bytes in ",
                                                              lookup_options.state_directory,
                                                              ".\nNext: exposure check --offline-set\n")));
  return ExitCode::kOk;
}

}  // namespace

void AddDownload(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<DownloadOptions>();
  CLI::App* command = app.add_subcommand("download", "Keep whole sealed sets, for `check --offline-set`");
  command->add_option("SCHEME", options->schemes, "Of these kinds of number only: met/pay [all]");
  AddServiceOptions(*command, options->service);
  AddJsonOption(*command, options->output);
  command->footer("Example: exposure download met/pay\nInterrupted, say it again: it goes on where it was.");
  command->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return Run(*options); };
  });
}

}  // namespace exposure::cli
