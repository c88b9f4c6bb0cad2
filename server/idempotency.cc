#include "server/idempotency.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "crypto/hash.h"

namespace exposure::server {
namespace {

absl::Status Reused() {
  return Error(Reason::kIdempotencyReused,
               "This idempotency token was used for other elements. Make a new one for each question.");
}

}  // namespace

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
    if (const auto found = charged_.find(key); found != charged_.end()) {
      known = found->second == what_hash ? absl::OkStatus() : Reused();
    } else if (const auto [it, is_new] = pending_.try_emplace(key); !is_new && it->second.what != what_hash) {
      known = Reused();
    } else {
      it->second.what = what_hash;
      it->second.waiting.push_back(done);
      if (!is_new) return;
    }
  }
  if (known) return done(*known);
  charge([this, key](const absl::Status& status) { Finish(key, status); });
}

void Idempotency::Finish(const Key& key, const absl::Status& status) {
  Pending ended;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended = std::move(pending_.extract(key).mapped());
    if (status.ok()) {
      charged_.emplace(key, ended.what);
      times_.emplace_back(clock_(), key);
    }
  }
  for (const Done& done : ended.waiting) done(status);
}

void Idempotency::ForgetOld() {
  const uint64_t now = clock_();
  while (!times_.empty() && (times_.size() > most_ || times_.front().first + kIdempotencySeconds <= now)) {
    charged_.erase(times_.front().second);
    times_.pop_front();
  }
}

}  // namespace exposure::server
