#include "client/core/evaluation.h"

#include <sodium.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "client/core/parallel.h"

namespace exposure {
namespace {

using crypto::Blinding;
using crypto::Element;
using crypto::Output;

constexpr size_t kTokenSize = 16;  // bytes of idempotency

std::string RandomToken() {
  std::string token(kTokenSize, '\0');
  randombytes_buf(token.data(), token.size());
  return token;
}

// Elements that a number could be found from by trying: wiped when they go.
struct WipedElements {
  std::vector<Element> list;
  ~WipedElements() { sodium_memzero(list.data(), list.size() * sizeof(Element)); }
};

absl::Status Malformed(std::string_view what) {
  return Error(Reason::kBadResponse, "The evaluator's reply " + std::string(what));
}

absl::StatusOr<std::vector<Element>> ReadEvaluated(const v1::EvaluateResponse& response, size_t count) {
  if (response.evaluated().size() != count * crypto::kElementSize) {
    return Malformed("has not one element for each that was sent.");
  }
  absl::StatusOr<std::vector<Element>> elements = crypto::DecodeElements(AsBytes(response.evaluated()), count);
  if (!elements.ok()) return Malformed("holds something that is not an element.");
  return elements;
}

// One evaluator's share for a batch: blinded afresh, evaluated, verified, unblinded.
absl::StatusOr<std::vector<Element>> EvaluateShare(Transport& transport, const CheckedEpoch& epoch, size_t evaluator,
                                                   std::span<const Element> points, const EvaluationOptions& options) {
  std::vector<Blinding> blindings;
  std::vector<Element> blinded;
  for (const Element& point : points) {
    ASSIGN_OR_RETURN(Blinding blinding, crypto::Blind(point));
    blinded.push_back(blinding.element);
    blindings.push_back(std::move(blinding));
  }
  v1::EvaluateRequest request;
  request.set_epoch_id(ToString(epoch.id));
  request.set_blinded(crypto::EncodeElements(blinded));
  request.set_subject(ToString(options.subject));
  request.set_idempotency(RandomToken());
  if (!options.grants.empty()) request.set_upload(options.grants[evaluator]);
  const std::string& address = epoch.message->evaluators(static_cast<int>(evaluator)).address();
  ASSIGN_OR_RETURN(const v1::EvaluateResponse response, transport.Evaluate(address, request));

  ASSIGN_OR_RETURN(const std::vector<Element> evaluated, ReadEvaluated(response, points.size()));
  const auto proof = ToArray<64>(response.proof());
  if (!proof) return Malformed("has a proof that is not 64 bytes long.");
  RETURN_IF_ERROR(crypto::VerifyEvaluation(epoch.evaluators[evaluator], blinded, evaluated, *proof));
  return crypto::Unblind(blindings, evaluated);
}

absl::Status EvaluateBatch(Transport& transport, const CheckedEpoch& epoch, std::span<const OprfInput> inputs,
                           const EvaluationOptions& options, std::span<Output> outputs) {
  WipedElements points;
  points.list.reserve(inputs.size());  // so that no copy is left behind
  for (const OprfInput& input : inputs) {
    ASSIGN_OR_RETURN(const Element point, Element::HashFrom(input.RevealBytes()));
    points.list.push_back(point);
  }
  WipedElements sums;
  for (size_t i = 0; i < epoch.evaluators.size(); ++i) {
    WipedElements share;
    ASSIGN_OR_RETURN(share.list, EvaluateShare(transport, epoch, i, points.list, options));
    if (i == 0) {
      sums.list = share.list;
      continue;
    }
    for (size_t j = 0; j < inputs.size(); ++j) {
      ASSIGN_OR_RETURN(sums.list[j], crypto::Add(sums.list[j], share.list[j]));
    }
  }
  for (size_t j = 0; j < inputs.size(); ++j) outputs[j] = crypto::FinalizeHash(inputs[j].RevealBytes(), sums.list[j]);
  return absl::OkStatus();
}

// Takes batches one after the other until none is left or one has failed; run by several threads at once.
class BatchQueue {
 public:
  BatchQueue(size_t inputs, const std::function<void(size_t)>& progress) : inputs_(inputs), progress_(progress) {}

  size_t batches() const { return (inputs_ + crypto::kMaxBatch - 1) / crypto::kMaxBatch; }

  void Work(const std::function<absl::Status(size_t begin, size_t size)>& evaluate) {
    for (;;) {
      const size_t begin = next_.fetch_add(crypto::kMaxBatch);
      if (begin >= inputs_ || failed_) return;
      const size_t size = std::min(crypto::kMaxBatch, inputs_ - begin);
      Finish(evaluate(begin, size), size);
    }
  }

  absl::Status status() const { return status_; }

 private:
  void Finish(const absl::Status& status, size_t size) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!status.ok()) {
      failed_ = true;
      status_.Update(status);
      return;
    }
    done_ += size;
    if (progress_) progress_(done_);
  }

  const size_t inputs_;
  const std::function<void(size_t)>& progress_;
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  size_t done_ = 0;      // guarded by mutex_
  absl::Status status_;  // the first error; guarded by mutex_
};

}  // namespace

Subject RandomSubject() {
  Subject subject;
  randombytes_buf(subject.data(), subject.size());
  return subject;
}

absl::StatusOr<std::vector<Output>> EvaluateInputs(Transport& transport, const CheckedEpoch& epoch,
                                                   std::span<const OprfInput> inputs,
                                                   const EvaluationOptions& options) {
  RETURN_IF_ERROR(epoch.status);
  std::vector<Output> outputs(inputs.size());
  BatchQueue queue(inputs.size(), options.progress);
  const auto work = [&] {
    queue.Work([&](size_t begin, size_t size) {
      return EvaluateBatch(transport, epoch, inputs.subspan(begin, size), options,
                           std::span(outputs).subspan(begin, size));
    });
  };
  // While one waits for its answer, another multiplies.
  InParallel(std::min(options.threads > 0 ? options.threads : 2 * Cores(), queue.batches()), work);
  RETURN_IF_ERROR(queue.status());
  return outputs;
}

}  // namespace exposure
