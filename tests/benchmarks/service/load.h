// How operations are sent: a closed loop asks again as soon as it has its answer and shows capacity; an open loop asks
// at a constant rate, whatever the answers do, as people would.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_LOAD_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_LOAD_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "tests/benchmarks/service/latency.h"

namespace exposure::bench {

// Operation number `i`; blocks until it is done.
using Operation = std::function<absl::Status(uint64_t i)>;

struct LoadResult {
  Latency latency;      // of those that succeeded
  Latency nth, others;  // its parts
  uint64_t failed = 0;
  absl::Status first_failure;
  double seconds = 0;

  double PerSecond() const { return static_cast<double>(latency.count()) / seconds; }
};

// `count` operations by `threads` that each have one at a time.
LoadResult ClosedLoop(int threads, uint64_t count, const Operation& operation);

// Operation i is due at i / rate. Latency counts from when it was due, not from when one of `threads` was free to send
// it: what waits behind a slow answer is not left out (coordinated omission). Every nth operation, from the first, is
// counted apart; 0: none.
LoadResult OpenLoop(double rate, double seconds, int threads, const Operation& operation, uint64_t nth = 0);

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_LOAD_H_
