#include "tests/benchmarks/service/floor.h"

#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "tests/benchmarks/service/process.h"

namespace exposure::bench {
namespace {

constexpr int kRounds = 15;
constexpr int kTimes = 150;  // of each operation in a round
constexpr int kTimesOfSample = 8;
constexpr auto kBetweenSamples = std::chrono::milliseconds(120);

// The operations on operands of its own.
class Operations {
 public:
  Operations() {
    crypto_core_ristretto255_random(point_);
    crypto_core_ristretto255_random(other_);
    crypto_core_ristretto255_scalar_random(scalar_);
    randombytes_buf(wide_, sizeof wide_);
  }

  // µs of each, as `time` says of an operation.
  template <typename Time>
  Floor Each(const Time& time) {
    Floor floor;
    floor.m = time([&] { failures_ += crypto_scalarmult_ristretto255(out_, scalar_, point_); });
    floor.g = time([&] { failures_ += crypto_scalarmult_ristretto255_base(out_, scalar_); });
    floor.h = time([&] { failures_ += crypto_core_ristretto255_from_hash(out_, wide_); });
    floor.a = time([&] { failures_ += crypto_core_ristretto255_add(out_, point_, other_); });
    floor.d = time([&] { failures_ += 1 - crypto_core_ristretto255_is_valid_point(point_); });
    return failures_ == 0 ? floor : Floor();
  }

 private:
  unsigned char point_[crypto_core_ristretto255_BYTES];
  unsigned char other_[crypto_core_ristretto255_BYTES];
  unsigned char scalar_[crypto_core_ristretto255_SCALARBYTES];
  unsigned char wide_[crypto_core_ristretto255_HASHBYTES];
  unsigned char out_[crypto_core_ristretto255_BYTES];
  int failures_ = 0;
};

// The median of the rounds: what else the machine does disturbs some of them.
template <typename Operation>
double MedianTime(const Operation& operation) {
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) rounds.push_back(MicrosecondsOf(kTimes, operation));
  return MedianOf(std::move(rounds));
}

// Of each operation.
template <typename Of>
Floor Combine(const Floor& a, const Floor& b, const Of& of) {
  return {of(a.m, b.m), of(a.g, b.g), of(a.h, b.h), of(a.a, b.a), of(a.d, b.d)};
}

}  // namespace

double MedianOf(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Floor MeasureFloor() {
  return Operations().Each([](const auto& operation) { return MedianTime(operation); });
}

FloorSampler::FloorSampler()
    : thread_([this, stopped = stop_.get_future()] {
        Operations operations;
        Floor speed;  // operations in a µs, in all samples
        double samples = 0;
        do {
          const Floor sample = operations.Each([](const auto& operation) {
            operation();  // caches
            return MicrosecondsOf(kTimesOfSample, operation);
          });
          speed = Combine(speed, sample, [](double sum, double us) { return sum + 1 / us; });
          ++samples;
        } while (stopped.wait_for(kBetweenSamples) != std::future_status::ready);
        mean_ = Combine(speed, speed, [samples](double sum, double) { return samples / sum; });
        cpu_seconds_ = ThreadCpuSeconds();
      }) {}

FloorSampler::~FloorSampler() {
  if (thread_.joinable()) Stop();
}

Floor FloorSampler::Stop() {
  stop_.set_value();
  thread_.join();
  return mean_;
}

Floor Mean(const Floor& a, const Floor& b) {
  return Combine(a, b, [](double x, double y) { return (x + y) / 2; });
}

std::string Arithmetic::Text() const {
  std::vector<std::string> terms;
  const auto add = [&terms](double times, const char* what) {
    if (times == 1) terms.emplace_back(what);
    if (times != 0 && times != 1) terms.push_back(absl::StrFormat("%g %s", times, what));
  };
  add(m, "M");
  add(g, "G");
  add(h, "H");
  add(a, "A");
  add(d, "D");
  return absl::StrJoin(terms, " + ");
}

}  // namespace exposure::bench
