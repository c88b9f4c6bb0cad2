// exposure inspect: what is in a source, before anything is done with it.
#include <sodium.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "client/cli/commands.h"
#include "client/cli/inspection.h"
#include "client/cli/inspection_report.h"
#include "client/cli/mapping_draft.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/source/source_bytes.h"

namespace exposure::cli {
namespace {

struct InspectCommandOptions {
  OutputOptions output;
  std::vector<std::string> files;
  bool mapping = false;
};

absl::StatusOr<ExitCode> RunInspect(const InspectCommandOptions& options) {
  std::vector<NamedBytes> files;
  for (const std::string& path : options.files) {
    absl::StatusOr<std::string> bytes = ReadSourceBytes(path);
    if (!bytes.ok()) {
      for (NamedBytes& file : files) sodium_memzero(file.bytes.data(), file.bytes.size());
      return bytes.status();
    }
    files.push_back({.name = path == "-" ? "standard input" : path, .bytes = *std::move(bytes)});
  }
  ASSIGN_OR_RETURN(const Inspection inspection, InspectSource(std::move(files)));
  if (options.mapping) {
    ASSIGN_OR_RETURN(const std::string mapping, DraftMapping(inspection));
    RETURN_IF_ERROR(WriteOut(mapping));
  } else {
    RETURN_IF_ERROR(WriteOut(options.output.json ? InspectionJson(inspection) : InspectionText(inspection)));
  }
  return ExitCode::kOk;
}

}  // namespace

void AddInspect(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<InspectCommandOptions>();
  CLI::App* command = app.add_subcommand("inspect", "What is in a source: sheets, hidden parts, columns; never a cell");
  command->add_option("FILE", options->files, "Workbooks (.xlsx), files of values, ZIP archives; -: standard input")
      ->required();
  CLI::Option* mapping =
      command->add_flag("--mapping", options->mapping, "Write a mapping to start from, to standard output");
  AddJsonOption(*command, options->output);
  mapping->excludes("--json");
  command->footer(
      "Example: exposure inspect \"FOI response.xlsx\"\n"
      "         exposure inspect met.zip leavers.csv --mapping > met.mapping.txtpb\n"
      "         gpg --decrypt export.csv.gpg | exposure inspect -\n"
      "Letters of samples are shown as A, digits as 9. Nothing is sent, and nothing written to disk.\n"
      "Formats go by what is in the file. What cannot be read whole is refused, with how to convert it.");
  command->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return RunInspect(*options); };
  });
}

}  // namespace exposure::cli
