// A retried call is charged once: which tokens were used in the last ten minutes, and for what. In memory only; under a
// random key of the process, so that a copy of its memory tells neither tokens nor elements.
#ifndef EXPOSURE_SERVER_IDEMPOTENCY_H_
#define EXPOSURE_SERVER_IDEMPOTENCY_H_

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "base/bytes.h"
#include "crypto/secret.h"

namespace exposure::server {

inline constexpr uint64_t kIdempotencySeconds = 600;
inline constexpr size_t kMostTokens = 100'000;  // of 57 bytes each; beyond 102,400 the hash table would double

// Thread-safe. Where there are more than `most` tokens, the oldest is forgotten: its retry is charged again.
class Idempotency {
 public:
  using Done = std::function<void(absl::Status)>;

  // `clock` gives Unix seconds.
  explicit Idempotency(std::function<uint64_t()> clock, size_t most = kMostTokens);

  // Calls `charge` unless `caller` used `token` for the same `what` before; `charge` calls its argument exactly once,
  // with whether it could. `done` is called with that, or with OK for what was charged before. A retry that comes
  // while its first call is being charged waits for it. What was refused can be tried again with the same token.
  // Gives IDEMPOTENCY_REUSED for another `what`.
  void Once(std::string_view caller, const ByteArray<16>& token, BytesView what,
            const std::function<void(Done)>& charge, const Done& done);

 private:
  using Key = ByteArray<16>;
  struct Pending {
    Key what{};
    std::vector<Done> waiting;  // the first call, and retries that came before it was charged
  };

  Key Hash(std::string_view label, BytesView a, BytesView b) const;
  void Finish(const Key& key, const absl::Status& status);
  void ForgetOld();  // holding mutex_

  const std::function<uint64_t()> clock_;
  const size_t most_;
  const crypto::Secret secret_;

  std::mutex mutex_;
  std::map<Key, Pending> pending_;              // being charged; guarded by mutex_, like the rest
  absl::flat_hash_map<Key, Key> charged_;       // for what
  std::deque<std::pair<uint64_t, Key>> times_;  // of those charged, in order
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_IDEMPOTENCY_H_
