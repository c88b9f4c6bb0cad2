// Evaluates blinded elements under the keys of this process. Knows no record, no number and no transport.
#ifndef EXPOSURE_SERVER_EVALUATOR_H_
#define EXPOSURE_SERVER_EVALUATOR_H_

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "crypto/epoch.h"
#include "crypto/oprf.h"
#include "server/work_pool.h"

namespace exposure::server {

struct EpochKey {
  crypto::EpochId epoch_id;
  crypto::EvaluatorKey key;
};

// Thread-safe.
class Evaluator {
 public:
  using Done = std::function<void(absl::StatusOr<crypto::Evaluation>)>;

  // One key for each live epoch evaluated here. `queued_elements` may wait for one of `threads`.
  Evaluator(std::vector<EpochKey> keys, std::set<crypto::EpochId> retired, int threads, size_t queued_elements);

  // Those that are evaluated here.
  std::vector<crypto::EpochId> epochs() const;

  // Calls `done` exactly once: at once for what can be refused at once, else from a thread of its own. `blinded` must
  // stay until then. `cancelled` is asked between elements.
  // Gives UNKNOWN_EPOCH, RETIRED_EPOCH, BATCH_SIZE, BAD_ELEMENT, OVERLOADED, CANCELLED.
  void Evaluate(const crypto::EpochId& epoch_id, BytesView blinded, std::function<bool()> cancelled, const Done& done);

 private:
  std::map<crypto::EpochId, crypto::EvaluatorKey> keys_;
  const std::set<crypto::EpochId> retired_;
  WorkPool pool_;  // last: its threads end before the keys go
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_EVALUATOR_H_
