// exposure inspect: what is in a source, before anything is done with it.
#include <memory>
#include <string>
#include <utility>

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
  std::string file;
  bool mapping = false;
  size_t table = 0;
};

absl::StatusOr<ExitCode> RunInspect(const InspectCommandOptions& options) {
  ASSIGN_OR_RETURN(std::string bytes, ReadSourceBytes(options.file));
  const std::string name = options.file == "-" ? "standard input" : options.file;
  ASSIGN_OR_RETURN(const Inspection inspection, InspectSource(name, std::move(bytes)));
  if (options.mapping) {
    ASSIGN_OR_RETURN(const std::string mapping, DraftMapping(inspection, options.table));
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
  command->add_option("FILE", options->file, "A workbook (.xlsx), or a file of values; -: standard input")->required();
  CLI::Option* mapping =
      command->add_flag("--mapping", options->mapping, "Write a mapping to start from, to standard output");
  command->add_option("--table", options->table, "Of which table, as inspect numbers them [the only one]")
      ->needs(mapping);
  AddJsonOption(*command, options->output);
  mapping->excludes("--json");
  command->footer(
      "Example: exposure inspect \"FOI response.xlsx\"\n"
      "         exposure inspect met.csv --mapping > met.mapping.txtpb\n"
      "         gpg --decrypt export.csv.gpg | exposure inspect -\n"
      "Letters of samples are shown as A, digits as 9. Nothing is sent, and nothing written to disk.\n"
      "Formats go by what is in the file. What cannot be read whole is refused, with how to convert it.");
  command->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return RunInspect(*options); };
  });
}

}  // namespace exposure::cli
