#include "server/evaluator.h"

#include <utility>

#include "base/error.h"

namespace exposure::server {
namespace {

absl::StatusOr<crypto::Evaluation> DecodeAndEvaluate(const crypto::EvaluatorKey& key, BytesView blinded,
                                                     const std::function<bool()>& cancelled) {
  if (cancelled()) return absl::CancelledError("The call was cancelled.");
  absl::StatusOr<std::vector<crypto::Element>> elements = crypto::DecodeElements(blinded, crypto::kMaxBatch);
  if (!elements.ok()) return elements.status();
  return crypto::Evaluate(key, *elements, cancelled);
}

}  // namespace

Evaluator::Evaluator(std::vector<EpochKey> keys, std::set<crypto::EpochId> retired, int threads, size_t queued_elements)
    : retired_(std::move(retired)), pool_(threads, queued_elements) {
  for (EpochKey& entry : keys) keys_.emplace(entry.epoch_id, std::move(entry.key));
}

std::vector<crypto::EpochId> Evaluator::epochs() const {
  std::vector<crypto::EpochId> epochs;
  for (const auto& [epoch, key] : keys_) epochs.push_back(epoch);
  return epochs;
}

void Evaluator::Evaluate(const crypto::EpochId& epoch_id, BytesView blinded, std::function<bool()> cancelled,
                         const Done& done) {
  if (retired_.count(epoch_id) > 0) {
    return done(Error(Reason::kRetiredEpoch, "The life of this epoch is over. Fetch the catalogue again."));
  }
  const auto found = keys_.find(epoch_id);
  if (found == keys_.end()) {
    return done(Error(Reason::kUnknownEpoch, "This epoch is not evaluated here. Fetch the catalogue again."));
  }
  const size_t elements = blinded.size() / crypto::kElementSize;
  if (elements == 0 || elements > crypto::kMaxBatch || blinded.size() % crypto::kElementSize != 0) {
    return done(FieldError(Reason::kBatchSize, "blinded", "must be 1 to 1,024 whole elements of 32 bytes."));
  }
  const crypto::EvaluatorKey& key = found->second;
  const absl::Status queued = pool_.Submit(elements, [&key, blinded, cancelled = std::move(cancelled), done] {
    done(DecodeAndEvaluate(key, blinded, cancelled));
  });
  if (!queued.ok()) done(queued);
}

}  // namespace exposure::server
