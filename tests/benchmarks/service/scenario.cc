#include "tests/benchmarks/service/scenario.h"

namespace exposure::bench {

Sizes ShortSizes() {
  Sizes sizes;
  sizes.rows = 40'000;
  sizes.honest = 40'000;
  sizes.checks = 1'500;
  sizes.batches = 12;
  sizes.seal_rows = 8'000;
  sizes.growth_epochs = {1, 16};
  sizes.growth_rows = 60'000;
  sizes.growth_fetches = 12'000;
  sizes.starts = 3;
  return sizes;
}

const std::vector<Scenario>& Scenarios() {
  static const std::vector<Scenario> scenarios = {
      {"check", "one verified check: Evaluate one with proof, then FetchBucket", RunCheck, true},
      {"batch", "Evaluate 1,024 with proof", RunBatch, true},
      {"fetch", "FetchBucket by itself, and its bytes", RunFetch, true},
      {"seal", "from a file of people to a sealed dataset", RunSeal, true},
      {"roster", "a batch check of a roster, verified", RunRoster, false},
      {"rate", "checks at a constant rate, every tenth on a new connection", RunRate, false},
      {"overload", "five times of what the service can do", RunOverload, false},
      {"growth", "ten and a hundred times the rows", RunGrowth, true},
      {"start", "from the start of the process to serving", RunStart, true},
  };
  return scenarios;
}

}  // namespace exposure::bench
