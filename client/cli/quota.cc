// exposure quota show|surge|approve: how much is asked, and a larger budget for some hours.
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/cli/commands.h"
#include "client/cli/evaluators.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/cli/quota_report.h"

namespace exposure::cli {
namespace {

struct QuotaOptions {
  ServiceOptions service;
  OutputOptions output;
  std::string force;
  uint32_t factor = 0;
  uint32_t hours = 0;
  std::string surge_id;
};

absl::StatusOr<ExitCode> Show(const QuotaOptions& options) {
  ASSIGN_OR_RETURN(const OperatorSession session, OpenOperatorSession(options.service));
  ASSIGN_OR_RETURN(const std::vector<EvaluatorPlace> evaluators,
                   EvaluatorsOf(session.catalogue->content, options.force));
  std::set<std::string> asked;
  for (const EvaluatorPlace& evaluator : evaluators) {
    if (!asked.insert(evaluator.address).second) continue;  // of several epochs
    ASSIGN_OR_RETURN(const v1::GetQuotasResponse quotas, session.client->GetQuotas(evaluator.address));
    RETURN_IF_ERROR(WriteOut(options.output.json ? QuotasJson(evaluator.address, quotas)
                                                 : QuotasText(evaluator.address, quotas, session.catalogue->content)));
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Surge(const QuotaOptions& options) {
  ASSIGN_OR_RETURN(const OperatorSession session, OpenOperatorSession(options.service));
  ASSIGN_OR_RETURN(const std::vector<EvaluatorPlace> evaluators,
                   EvaluatorsOf(session.catalogue->content, options.force));
  for (const EvaluatorPlace& evaluator : evaluators) {
    v1::ProposeSurgeRequest request;
    request.set_epoch_id(ToString(evaluator.epoch->id));
    request.set_factor(options.factor);
    request.set_hours(options.hours);
    ASSIGN_OR_RETURN(const v1::ProposeSurgeResponse proposed, session.client->ProposeSurge(evaluator.address, request));
    const std::string id = ToHex(AsBytes(proposed.surge_id()));
    RETURN_IF_ERROR(WriteOut(
        options.output.json ? absl::StrCat("{\"epoch_id\":", JsonString(ToHex(evaluator.epoch->id)),
                                           ",\"evaluator\":", evaluator.index, ",\"surge_id\":", JsonString(id), "}\n")
                            : absl::StrCat("Proposed at evaluator ", evaluator.index, " for an hour.\n",
                                           "Next, another operator: exposure quota approve ", id, "\n")));
  }
  return ExitCode::kOk;
}

// Whoever has the proposal: a surge's id does not say which evaluator made it.
absl::StatusOr<ExitCode> Approve(const QuotaOptions& options) {
  const std::optional<ByteArray<16>> id = ArrayFromHex<16>(options.surge_id);
  if (!id) return Error(Reason::kBadUsage, "SURGE: 32 hexadecimal digits, as exposure quota surge gave them.");
  ASSIGN_OR_RETURN(const OperatorSession session, OpenOperatorSession(options.service));
  ASSIGN_OR_RETURN(const std::vector<EvaluatorPlace> evaluators, EvaluatorsOf(session.catalogue->content, ""));
  v1::ApproveSurgeRequest request;
  request.set_surge_id(ToString(*id));
  absl::Status unknown;
  std::set<std::string> asked;
  for (const EvaluatorPlace& evaluator : evaluators) {
    if (!asked.insert(evaluator.address).second) continue;
    const absl::StatusOr<v1::ApproveSurgeResponse> approved = session.client->ApproveSurge(evaluator.address, request);
    unknown = approved.status();
    if (ReasonOf(approved.status()) == Reason::kUnknownSurge) continue;
    RETURN_IF_ERROR(approved.status());
    RETURN_IF_ERROR(WriteOut(options.output.json
                                 ? absl::StrCat("{\"until\":", approved->until(), "}\n")
                                 : absl::StrCat("In effect until ", MinuteText(approved->until()), ".\n")));
    return ExitCode::kOk;
  }
  return unknown;
}

}  // namespace

void AddQuota(CLI::App& app, Invocation& invocation) {
  CLI::App* group = app.add_subcommand("quota", "How much was asked today, and a larger budget for some hours");
  group->require_subcommand(1);
  auto options = std::make_shared<QuotaOptions>();
  const auto finish = [&invocation, options](CLI::App* command, absl::StatusOr<ExitCode> (*run)(const QuotaOptions&)) {
    AddServiceOptions(*command, options->service);
    AddJsonOption(*command, options->output);
    command->callback([&invocation, options, run] {
      invocation.json = options->output.json;
      invocation.run = [options, run] { return run(*options); };
    });
  };

  CLI::App* show = group->add_subcommand("show", "What was used today, of which limits, and alarms; counts only");
  show->add_option("--force", options->force, "Of this force's evaluators only [all]");
  show->footer("Example: exposure quota show");
  finish(show, Show);

  CLI::App* surge = group->add_subcommand("surge", "Ask for a larger budget; a second operator approves it");
  surge->add_option("--force", options->force, "Whose budget: met")->required();
  surge->add_option("--factor", options->factor, "So many times the budget, 2 to 10")->required();
  surge->add_option("--hours", options->hours, "For so many hours, 1 to 72")->required();
  surge->footer("Example: exposure quota surge --force met --factor 3 --hours 12");
  finish(surge, Surge);

  CLI::App* approve = group->add_subcommand("approve", "The second operator's word");
  approve->add_option("SURGE", options->surge_id, "Its id, 32 hexadecimal digits")->required();
  approve->footer("Example: exposure quota approve 7695cd027f8c44d363fa58c3b1e7b09d");
  finish(approve, Approve);
}

}  // namespace exposure::cli
