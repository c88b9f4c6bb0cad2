#include "storage/refused_calls.h"

namespace exposure::storage {
namespace {

constexpr uint64_t kSecondsOfMinute = 60;

const Refusal& Others() {
  static const Refusal others{.who = "*", .method = "*", .reason = "*"};
  return others;
}

// Takes the sums out; what had none is forgotten.
std::vector<CountedRefusal> TakeSums(std::map<Refusal, uint64_t>& counts) {
  std::vector<CountedRefusal> sums;
  for (auto at = counts.begin(); at != counts.end();) {
    if (at->second == 0) {
      at = counts.erase(at);
      continue;
    }
    sums.push_back({.refusal = at->first, .count = at->second});
    at->second = 0;
    ++at;
  }
  return sums;
}

}  // namespace

bool RefusedCalls::Add(const Refusal& refusal) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (const auto known = counts_.find(refusal); known != counts_.end()) {
    ++known->second;
    return false;
  }
  if (counts_.size() >= kMost) {
    ++counts_[Others()];
    return false;
  }
  counts_[refusal] = 0;
  return true;
}

std::vector<CountedRefusal> RefusedCalls::Take(uint64_t now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const uint64_t minute = now / kSecondsOfMinute;
  if (minute == minute_) return {};
  minute_ = minute;
  return TakeSums(counts_);
}

std::vector<CountedRefusal> RefusedCalls::TakeAll() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return TakeSums(counts_);
}

void RefusedCalls::GiveBack(const std::vector<CountedRefusal>& sums) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const CountedRefusal& sum : sums) {
    const bool room = counts_.contains(sum.refusal) || counts_.size() < kMost;
    counts_[room ? sum.refusal : Others()] += sum.count;
  }
}

}  // namespace exposure::storage
