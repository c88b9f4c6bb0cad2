// The scenarios, one word each.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_SCENARIO_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_SCENARIO_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/benchmarks/service/report.h"
#include "tests/benchmarks/service/sealed.h"

namespace exposure::bench {

// How much is done. The defaults are those of the aims.
struct Sizes {
  uint64_t rows = 300'000;      // of check, fetch and start
  uint64_t honest = 2'000'000;  // datasets of more rows are random ones
  uint64_t checks = 4'000;
  uint64_t batches = 60;
  uint64_t seal_rows = 47'000;
  uint64_t roster = 50'000;
  double rate = 300;  // checks a second
  double rate_seconds = 600;
  double overload_seconds = 10;
  std::vector<uint64_t> growth_epochs = {2, 20, 200};
  uint64_t growth_rows = 50'000;  // of each epoch
  uint64_t growth_fetches = 48'000;
  int starts = 5;

  Rows KindOf(uint64_t total) const { return total <= honest ? Rows::kHonest : Rows::kRandom; }
};

// Under a minute in all, for tests/run.sh.
Sizes ShortSizes();

struct Scenario {
  const char* word;
  const char* about;
  absl::StatusOr<Section> (*run)(const Sizes& sizes);
  bool in_short_form;
};

const std::vector<Scenario>& Scenarios();

absl::StatusOr<Section> RunCheck(const Sizes& sizes);
absl::StatusOr<Section> RunBatch(const Sizes& sizes);
absl::StatusOr<Section> RunFetch(const Sizes& sizes);
absl::StatusOr<Section> RunSeal(const Sizes& sizes);
absl::StatusOr<Section> RunRoster(const Sizes& sizes);
absl::StatusOr<Section> RunRate(const Sizes& sizes);
absl::StatusOr<Section> RunOverload(const Sizes& sizes);
absl::StatusOr<Section> RunGrowth(const Sizes& sizes);
absl::StatusOr<Section> RunStart(const Sizes& sizes);

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_SCENARIO_H_
