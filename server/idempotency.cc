#include "server/idempotency.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "crypto/hash.h"

namespace exposure::server {

Idempotency::Idempotency(std::function<uint64_t()> clock, size_t most)
    : clock_(std::move(clock)), most_(most), secret_(crypto::Secret::Random(32)) {}

Idempotency::Key Idempotency::Hash(std::string_view label, BytesView a, BytesView b) const {
  const auto hash = crypto::HmacSha256(secret_.Reveal(), {AsBytes(label), a, b});
  return *ToArray<16>(BytesView(hash.Reveal()).first(16));
}

void Idempotency::Once(std::string_view caller, const ByteArray<16>& token, BytesView what,
                       const std::function<void(Done)>& charge, const Done& done) {
  const Key key = Hash("token", token, AsBytes(caller));
  const Key what_hash = Hash("what", what, {});
  std::optional<absl::Status> known;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ForgetOld();
    const auto [it, is_new] = entries_.try_emplace(key);
    Entry& entry = it->second;
    if (is_new) {
      entry.what = what_hash;
      entry.waiting.push_back(done);
    } else if (entry.what != what_hash) {
      known = Error(Reason::kIdempotencyReused,
                    "This idempotency token was used for other elements. Make a new one for each question.");
    } else if (entry.charged) {
      known = absl::OkStatus();
    } else {
      entry.waiting.push_back(done);
      return;
    }
  }
  if (known) return done(*known);
  charge([this, key](const absl::Status& status) { Finish(key, status); });
}

void Idempotency::Finish(const Key& key, const absl::Status& status) {
  std::vector<Done> waiting;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto it = entries_.find(key);
    waiting = std::exchange(it->second.waiting, {});
    if (status.ok()) {
      it->second.charged = true;
      charged_.emplace_back(clock_(), key);
    } else {
      entries_.erase(it);
    }
  }
  for (const Done& done : waiting) done(status);
}

void Idempotency::ForgetOld() {
  const uint64_t now = clock_();
  while (!charged_.empty() && (charged_.size() > most_ || charged_.front().first + kIdempotencySeconds <= now)) {
    entries_.erase(charged_.front().second);
    charged_.pop_front();
  }
}

}  // namespace exposure::server
