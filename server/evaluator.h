// Evaluates blinded elements under the keys of this process. Knows no record, no number and no transport.
#ifndef EXPOSURE_SERVER_EVALUATOR_H_
#define EXPOSURE_SERVER_EVALUATOR_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "crypto/epoch.h"
#include "crypto/oprf.h"
#include "server/evaluation_queue.h"

namespace exposure::server {

struct EpochKey {
  crypto::EpochId epoch_id;
  crypto::EvaluatorKey key;
};

// Thread-safe.
class Evaluator {
 public:
  using Done = std::function<void(absl::StatusOr<crypto::Evaluation>)>;

  // A call that was let in: the key it is evaluated under, and its place among those that wait. The evaluator outlives
  // it.
  struct Admission {
    const crypto::EvaluatorKey* key = nullptr;
    std::shared_ptr<const EvaluationQueue::Place> place;
  };

  // One key for each live epoch evaluated here. Batches of `queued_elements` in all may wait for one of `threads`.
  Evaluator(std::vector<EpochKey> keys, std::set<crypto::EpochId> retired, int threads, size_t queued_elements);

  // Those that are evaluated here.
  std::vector<crypto::EpochId> epochs() const;

  // Refuses what can be refused at once: before it is charged. `blinded` is whole elements of 32 bytes.
  // Returns UNKNOWN_EPOCH, RETIRED_EPOCH, BATCH_SIZE, OVERLOADED.
  absl::StatusOr<Admission> Admit(const crypto::EpochId& epoch_id, BytesView blinded);

  // Calls `done` exactly once, from a thread of its own. `blinded` is that of Admit, and must stay until then.
  // `cancelled` is asked between elements. Gives BAD_ELEMENT, CANCELLED.
  void Evaluate(Admission admission, BytesView blinded, std::function<bool()> cancelled, Done done);

  // The same; a small question is evaluated on this thread where nobody waits, which saves waking another.
  void EvaluateHere(Admission admission, BytesView blinded, std::function<bool()> cancelled, Done done);

 private:
  std::map<crypto::EpochId, crypto::EvaluatorKey> keys_;
  const std::set<crypto::EpochId> retired_;
  EvaluationQueue queue_;  // last: its threads end before the keys go
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_EVALUATOR_H_
