// Counts refused calls, so that whoever is refused a million times does not fill the disk: of each caller, method and
// reason the first is an entry at once, the rest a sum each minute. Thread-safe.
#ifndef EXPOSURE_STORAGE_REFUSED_CALLS_H_
#define EXPOSURE_STORAGE_REFUSED_CALLS_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

namespace exposure::storage {

// What is the same about calls that are counted together.
struct Refusal {
  std::string who;     // the caller's name
  std::string method;  // "EvaluationService/Evaluate"
  std::string reason;  // "NOT_ALLOWED"
  friend bool operator==(const Refusal&, const Refusal&) = default;
  friend bool operator<(const Refusal& a, const Refusal& b) {
    return std::tie(a.who, a.method, a.reason) < std::tie(b.who, b.method, b.reason);
  }
};

struct CountedRefusal {
  Refusal refusal;
  uint64_t count = 0;
  friend bool operator==(const CountedRefusal&, const CountedRefusal&) = default;
};

class RefusedCalls {
 public:
  // Different refusals that are told apart at a time; further ones are counted together, as who, method and reason "*".
  static constexpr size_t kMost = 64;

  // Counts one call. Whether it is the first of its kind, to be recorded at once; it is then in no sum.
  bool Add(const Refusal& refusal);

  // The sums since the last time that `now`, in Unix seconds, was in another minute; none within the same minute. What
  // was not refused for a whole minute is forgotten, so that it is a first one again.
  std::vector<CountedRefusal> Take(uint64_t now);
  // All sums, whatever the time: when the service stops.
  std::vector<CountedRefusal> TakeAll();

  // Counts again what was taken and could not be recorded.
  void GiveBack(const std::vector<CountedRefusal>& sums);

 private:
  std::mutex mutex_;  // guards all
  std::map<Refusal, uint64_t> counts_;
  uint64_t minute_ = 0;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_REFUSED_CALLS_H_
