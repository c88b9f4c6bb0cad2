// The arithmetic of a check in this process, without a service: what our code around libsodium adds.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_IN_PROCESS_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_IN_PROCESS_H_

#include <cstdint>

namespace exposure::bench {

// CPU µs of decoding, evaluating and proving one element.
double EvaluateOneMicroseconds();

// CPU µs of the client's parts of one check.
struct ClientWork {
  double blind = 0;
  double verify = 0;
  double finalize = 0;
  double bucket = 0;
};
ClientWork MeasureClientWork(uint64_t bucket_bytes);

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_IN_PROCESS_H_
