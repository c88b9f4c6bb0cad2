#include "tests/benchmarks/service/floor.h"

#include <sodium.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "tests/benchmarks/service/process.h"

namespace exposure::bench {
namespace {

constexpr int kRounds = 15;
constexpr int kTimes = 150;  // of each operation in a round

// The median of the rounds: what else the machine does disturbs some of them.
template <typename Operation>
double Median(const Operation& operation) {
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const double begin = ThreadCpuSeconds();
    for (int i = 0; i < kTimes; ++i) operation();
    rounds.push_back((ThreadCpuSeconds() - begin) / kTimes * 1e6);
  }
  std::nth_element(rounds.begin(), rounds.begin() + kRounds / 2, rounds.end());
  return rounds[kRounds / 2];
}

}  // namespace

Floor MeasureFloor() {
  unsigned char point[crypto_core_ristretto255_BYTES];
  unsigned char scalar[crypto_core_ristretto255_SCALARBYTES];
  unsigned char wide[crypto_core_ristretto255_HASHBYTES];
  crypto_core_ristretto255_random(point);
  crypto_core_ristretto255_scalar_random(scalar);
  randombytes_buf(wide, sizeof wide);
  unsigned char out[crypto_core_ristretto255_BYTES];
  int failures = 0;
  Floor floor;
  floor.m = Median([&] { failures += crypto_scalarmult_ristretto255(out, scalar, point); });
  floor.g = Median([&] { failures += crypto_scalarmult_ristretto255_base(out, scalar); });
  floor.h = Median([&] { failures += crypto_core_ristretto255_from_hash(out, wide); });
  return failures == 0 ? floor : Floor();
}

Floor Mean(const Floor& a, const Floor& b) { return {(a.m + b.m) / 2, (a.g + b.g) / 2, (a.h + b.h) / 2}; }

std::string Arithmetic::Text() const {
  std::vector<std::string> terms;
  const auto add = [&terms](double times, const char* what) {
    if (times == 1) terms.emplace_back(what);
    if (times != 0 && times != 1) terms.push_back(absl::StrFormat("%g %s", times, what));
  };
  add(m, "M");
  add(g, "G");
  add(h, "H");
  return absl::StrJoin(terms, " + ");
}

}  // namespace exposure::bench
