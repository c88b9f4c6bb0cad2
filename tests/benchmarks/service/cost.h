// What work costs a server and its client, beside the floor at that time.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_COST_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_COST_H_

#include <sys/types.h>

#include "tests/benchmarks/service/floor.h"
#include "tests/benchmarks/service/process.h"

namespace exposure::bench {

// CPU that a server and this process, its client, used: in seconds, or, for one operation, in µs.
struct Cost {
  double server = 0;
  double client = 0;
  Floor floor;  // meanwhile

  // As it would have been at another time, when the machine was as fast as `then`.
  Cost At(const Floor& then) const { return {server * then.m / floor.m, client * then.m / floor.m, then}; }
};

// What `work` costs, in seconds.
template <typename Work>
Cost MeasureCost(pid_t server, const Work& work) {
  FloorSampler sampler;
  const double server_before = CpuSeconds(server);
  const double client_before = CpuSeconds(0);
  work();
  Cost cost = {.server = CpuSeconds(server) - server_before, .client = 0, .floor = sampler.Stop()};
  cost.client = CpuSeconds(0) - client_before - sampler.cpu_seconds();
  return cost;
}

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_COST_H_
