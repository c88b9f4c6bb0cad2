#include "server/evaluator.h"

#include <utility>

#include "absl/functional/function_ref.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::server {
namespace {

constexpr size_t kMostHere = 4;  // elements: less than a millisecond

absl::StatusOr<crypto::Evaluation> DecodeAndEvaluate(const crypto::EvaluatorKey& key, BytesView blinded,
                                                     absl::FunctionRef<bool()> cancelled) {
  if (cancelled()) return absl::CancelledError("The call was cancelled.");
  absl::StatusOr<std::vector<crypto::Element>> elements = crypto::DecodeElements(blinded, crypto::kMaxBatch);
  if (!elements.ok()) return elements.status();
  return crypto::Evaluate(key, *elements, cancelled);
}

}  // namespace

Evaluator::Evaluator(std::vector<EpochKey> keys, std::set<crypto::EpochId> retired, int threads, size_t queued_elements)
    : retired_(std::move(retired)), queue_(threads, queued_elements) {
  for (EpochKey& entry : keys) keys_.emplace(entry.epoch_id, std::move(entry.key));
}

std::vector<crypto::EpochId> Evaluator::epochs() const {
  std::vector<crypto::EpochId> epochs;
  for (const auto& [epoch, key] : keys_) epochs.push_back(epoch);
  return epochs;
}

absl::StatusOr<Evaluator::Admission> Evaluator::Admit(const crypto::EpochId& epoch_id, BytesView blinded) {
  if (retired_.count(epoch_id) > 0) {
    return Error(Reason::kRetiredEpoch, "The life of this epoch is over. Fetch the catalogue again.");
  }
  const auto found = keys_.find(epoch_id);
  if (found == keys_.end()) {
    return Error(Reason::kUnknownEpoch, "This epoch is not evaluated here. Fetch the catalogue again.");
  }
  const size_t elements = blinded.size() / crypto::kElementSize;
  if (elements == 0 || elements > crypto::kMaxBatch || blinded.size() % crypto::kElementSize != 0) {
    return FieldError(Reason::kBatchSize, "blinded", "must be 1 to 1,024 whole elements of 32 bytes.");
  }
  Admission admission{.key = &found->second};
  ASSIGN_OR_RETURN(admission.place, queue_.Admit(elements));
  return admission;
}

void Evaluator::Evaluate(Admission admission, BytesView blinded, std::function<bool()> cancelled, Done done) {
  const bool is_batch = blinded.size() / crypto::kElementSize > kMostOfQuestion;
  queue_.Run(std::move(admission.place),
             [this, key = admission.key, blinded, is_batch, cancelled = std::move(cancelled), done = std::move(done)] {
               done(DecodeAndEvaluate(*key, blinded, [&] {
                 if (is_batch) queue_.LetQuestionsPass();
                 return cancelled();
               }));
             });
}

void Evaluator::EvaluateHere(Admission admission, BytesView blinded, std::function<bool()> cancelled, Done done) {
  if (blinded.size() / crypto::kElementSize > kMostHere || !queue_.NobodyAsks()) {
    return Evaluate(std::move(admission), blinded, std::move(cancelled), std::move(done));
  }
  done(DecodeAndEvaluate(*admission.key, blinded, cancelled));
}

}  // namespace exposure::server
