// exposure grant: an operator lets a custodian seal the declared rows of an incident, at every evaluator.
#include <memory>
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
#include "client/words.h"
#include "proto/rules/notice_rules.h"

namespace exposure::cli {
namespace {

struct GrantOptions {
  ServiceOptions service;
  OutputOptions output;
  std::string incident_id;
  std::string caller;
  std::string force;
  uint64_t rows = 0;
  uint32_t runs = 3;
};

v1::GrantSealingRequest ToRequest(const GrantOptions& options, const EvaluatorPlace& evaluator) {
  v1::GrantSealingRequest request;
  request.set_epoch_id(ToString(evaluator.epoch->id));
  request.set_incident_id(options.incident_id);
  request.set_caller(options.caller);
  request.set_rows(options.rows);
  request.set_runs(options.runs);
  return request;
}

std::string Json(const EvaluatorPlace& evaluator, const v1::GrantSealingResponse& grant) {
  return absl::StrCat("{\"epoch_id\":", JsonString(ToHex(evaluator.epoch->id)), ",\"evaluator\":", evaluator.index,
                      ",\"elements_left\":", grant.elements_left(), ",\"expires_at\":", grant.expires_at(), "}\n");
}

std::string Text(const GrantOptions& options, const EvaluatorPlace& evaluator, const v1::GrantSealingResponse& grant) {
  return absl::StrCat("Evaluator ", evaluator.index, ": ", options.caller, " may evaluate ",
                      FormatCount(grant.elements_left()), " numbers for ", options.incident_id, ", until ",
                      MinuteText(grant.expires_at()), ".\n");
}

// A line for each as it is given: where a later evaluator refuses, it is known which have agreed.
absl::StatusOr<ExitCode> Run(const GrantOptions& options) {
  if (!IsIncidentId(options.incident_id)) {
    return Error(Reason::kBadUsage, "INCIDENT: 1 to 64 of a-z, 0-9 and -, like met-2023-supplier.");
  }
  if (options.runs == 0) return Error(Reason::kBadUsage, "--runs: at least 1.");
  ASSIGN_OR_RETURN(const OperatorSession session, OpenOperatorSession(options.service));
  const CheckedContent& content = session.catalogue->content;
  const v1::Notice* const notice = content.FindIncident(options.incident_id);
  if (notice == nullptr) {
    return Error(Reason::kUnknownIncident, "The catalogue has no such incident.\n  The known ones: exposure notices.");
  }
  ASSIGN_OR_RETURN(const std::vector<EvaluatorPlace> evaluators,
                   EvaluatorsOf(content, options.force.empty() ? notice->force() : options.force));
  for (const EvaluatorPlace& evaluator : evaluators) {
    ASSIGN_OR_RETURN(const v1::GrantSealingResponse grant,
                     session.client->GrantSealing(evaluator.address, ToRequest(options, evaluator)));
    RETURN_IF_ERROR(WriteOut(options.output.json ? Json(evaluator, grant) : Text(options, evaluator, grant)));
  }
  return ExitCode::kOk;
}

}  // namespace

void AddGrant(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<GrantOptions>();
  CLI::App* command = app.add_subcommand("grant", "Let a custodian seal an incident: so many rows, so many times");
  command->add_option("INCIDENT", options->incident_id, "The incident: met-2023-supplier")->required();
  command->add_option("--caller", options->caller, "Who seals: custodian/met-response")->required();
  command->add_option("--force", options->force, "Whose numbers: met [the force of the incident's notice]");
  command->add_option("--rows", options->rows, "Rows that the custodian declared")->required();
  command->add_option("--runs", options->runs, "How many times: sealing, a repair, a verification [3]");
  AddServiceOptions(*command, options->service);
  AddJsonOption(*command, options->output);
  command->footer(
      "Example: exposure grant met-2023-supplier --caller custodian/met-response --rows 47000\n"
      "Each evaluator of each live epoch of the force is asked. It lasts 48 hours; said again, it adds to what is "
      "left.");
  command->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return Run(*options); };
  });
}

}  // namespace exposure::cli
