// exposure check: one person's question, at the terminal or from standard input.
#include <unistd.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/cli/check_each.h"
#include "client/cli/commands.h"
#include "client/cli/dialogue.h"
#include "client/cli/number_lines.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/cli/terminal.h"
#include "client/lookup.h"

namespace exposure::cli {
namespace {

constexpr size_t kMostNumbers = 64;

constexpr char kFooter[] =
    "Examples:\n"
    "  exposure check --force met --scheme pay                 asks for the number, and does not show it\n"
    "  exposure check --force psni --scheme service < FILE     all numbers of one person, one a line\n"
    "  exposure check --each --json < FILE                     each line a person of its own, as \"met/pay NUMBER\"\n"
    "Exit codes: 0 verified, whatever the answer; 2 a number that does not fit; 3 no answer: it says nothing about\n"
    "  anybody; 4 refused; 5 the service cannot be reached.";

struct CheckOptions {
  ServiceOptions service;
  OutputOptions output;
  DefaultKind kind;
  bool each = false;
  bool offline = false;
};

// Of the command line, as far as it was given.
absl::Status CheckDefaultKind(const CheckedContent& content, const DefaultKind& kind) {
  if (kind.force.empty() && kind.scheme.empty()) return absl::OkStatus();
  return CheckKind(content, kind.force, kind.scheme);
}

absl::StatusOr<std::vector<Number>> ReadNumbers(const DefaultKind& kind, const CheckedContent& content) {
  std::vector<Number> numbers;
  LineReader reader(STDIN_FILENO);
  for (;;) {
    ASSIGN_OR_RETURN(const std::optional<std::string_view> line, reader.Next());
    if (!line) break;
    if (line->find_first_not_of(" \t\r") == std::string_view::npos) continue;
    ASSIGN_OR_RETURN(Number number, ParseNumberLine(*line, kind));
    RETURN_IF_ERROR(CheckKind(content, number.force, number.scheme));
    numbers.push_back(std::move(number));
    if (numbers.size() > kMostNumbers) {
      return Error(Reason::kBadUsage,
                   "Too many numbers for one person.\n  If each line is a person of its own, say --each.");
    }
  }
  if (numbers.empty()) return Error(Reason::kBadUsage, "There was no number on standard input.");
  return numbers;
}

// "NO ANSWER …", with whom to call at the forces asked about, before the error itself.
absl::Status NoAnswer(const absl::Status& status, const CheckedContent* content, std::span<const Number> numbers,
                      Language language) {
  if (ExitCodeOf(status) == ExitCode::kNotVerified) WriteErr(NoAnswerText(content, numbers, language));
  return status;
}

absl::StatusOr<ExitCode> ShowAnswer(const Answer& answer, const CheckOptions& options, const PrintOptions& print) {
  RETURN_IF_ERROR(WriteOut(options.output.json ? absl::StrCat(ToJson(answer), "\n") : ToText(answer, print)));
  return answer.complete() ? ExitCode::kOk : ExitCode::kNotVerified;
}

absl::StatusOr<ExitCode> RunCheck(const CheckOptions& options) {
  ASSIGN_OR_RETURN(const PrintOptions print, ToPrintOptions(options.output));
  ASSIGN_OR_RETURN(const LookupOptions lookup_options, ToLookupOptions(options.service));
  ASSIGN_OR_RETURN(const std::unique_ptr<Lookup> lookup, Lookup::Connect(lookup_options));
  // Notices and advice are here before the question, so that a hit causes no other traffic than a miss.
  const absl::StatusOr<std::shared_ptr<const VerifiedCatalogue>> catalogue = lookup->Catalogue();
  if (!catalogue.ok()) return NoAnswer(catalogue.status(), nullptr, {}, print.language);
  const CheckedContent& content = (*catalogue)->content;
  if (!(*catalogue)->usable.ok()) return NoAnswer((*catalogue)->usable, &content, {}, print.language);
  RETURN_IF_ERROR(CheckDefaultKind(content, options.kind));

  const bool at_terminal = isatty(STDIN_FILENO) == 1;
  if (options.each) {
    if (at_terminal) return Error(Reason::kBadUsage, "--each reads standard input: a file or a pipe, a person a line.");
    return CheckEachLine(*lookup, content, options.kind, options.output.json);
  }
  std::vector<Number> numbers;
  if (at_terminal) {
    if (options.kind.force.empty()) return CheckKind(content, "", "");  // lists the known ones
    ASSIGN_OR_RETURN(const std::unique_ptr<Terminal> terminal, Terminal::Open());
    ASSIGN_OR_RETURN(numbers, AskNumbers(*terminal, content, options.kind, print.language));
    if (numbers.empty()) return ExitCode::kOk;
  } else {
    ASSIGN_OR_RETURN(numbers, ReadNumbers(options.kind, content));
  }
  const absl::StatusOr<Answer> answer = options.offline ? lookup->CheckOffline(numbers) : lookup->Check(numbers);
  if (!answer.ok()) return NoAnswer(answer.status(), &content, numbers, print.language);
  return ShowAnswer(*answer, options, print);
}

}  // namespace

void AddCheck(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand(
      "check", "Was I in it? Asks for the number without showing it, or reads it from standard input");
  CLI::Option* force = command->add_option("--force", options->kind.force, "The force: met, psni, …");
  CLI::Option* scheme = command->add_option("--scheme", options->kind.scheme, "The kind of number: pay, service, …");
  force->needs(scheme);
  scheme->needs(force);
  CLI::Option* each =
      command->add_flag("--each", options->each, "Each line is a person of its own; uses whole sets, never a bucket");
  command->add_flag("--offline-set", options->offline, "Look in the sets of `exposure download`: fetches nothing")
      ->excludes(each);
  AddServiceOptions(*command, options->service);
  AddTextOptions(*command, options->output);
  command->footer(kFooter);
  command->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return RunCheck(*options); };
  });
}

}  // namespace exposure::cli
