#include "client/seal/evaluate_people.h"

#include <algorithm>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure {
namespace {

// 64 full batches: threads wait for each other only at its end.
constexpr size_t kSlice = 64 * crypto::kMaxBatch;
constexpr size_t kGrantSize = 16;  // bytes

}  // namespace

absl::StatusOr<std::vector<std::string>> RequestGrants(Transport& transport, const CheckedEpoch& epoch,
                                                       const std::string& incident_id, uint64_t rows) {
  v1::RequestGrantRequest request;
  request.set_epoch_id(ToString(epoch.id));
  request.set_incident_id(incident_id);
  request.set_rows(rows);
  std::vector<std::string> grants;
  for (const v1::Evaluator& evaluator : epoch.message->evaluators()) {
    ASSIGN_OR_RETURN(const v1::RequestGrantResponse grant, transport.RequestGrant(evaluator.address(), request));
    if (!grant.upload().empty() && grant.upload().size() != kGrantSize) {
      return Error(Reason::kBadResponse, "The evaluator's grant is not 16 bytes long.");
    }
    grants.push_back(grant.upload());
  }
  return grants;
}

absl::Status EvaluatePeople(Transport& transport, const CheckedEpoch& epoch, const v1::Mapping& mapping,
                            std::span<const Person> people, const EvaluatePeopleOptions& options,
                            absl::FunctionRef<absl::Status(const Person& person, const crypto::Output& f)> take) {
  const uint64_t all = people.size();
  for (uint64_t before = 0; before < all; before += kSlice) {
    const std::span<const Person> slice = people.subspan(before, std::min<size_t>(kSlice, all - before));
    std::vector<OprfInput> inputs;
    inputs.reserve(slice.size());
    for (const Person& person : slice) inputs.emplace_back(mapping.force(), mapping.scheme(), person.number);
    EvaluationOptions evaluation{.grants = options.grants, .threads = options.threads};
    if (options.report) {
      evaluation.progress = [&options, before, all](size_t done) { options.report(before + done, all); };
    }
    ASSIGN_OR_RETURN(const std::vector<crypto::Output> outputs, EvaluateInputs(transport, epoch, inputs, evaluation));
    for (size_t i = 0; i < slice.size(); ++i) RETURN_IF_ERROR(take(slice[i], outputs[i]));
  }
  return absl::OkStatus();
}

}  // namespace exposure
