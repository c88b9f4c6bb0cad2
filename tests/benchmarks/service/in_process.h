// Parts of a check in this process, without a service: the arithmetic, and the disk.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_IN_PROCESS_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_IN_PROCESS_H_

#include <cstdint>
#include <string>

namespace exposure::bench {

// Decoding, evaluating and proving one element, in M.
double EvaluateOne();

// The client's parts of one check, in M.
struct ClientWork {
  double blind = 0;
  double verify = 0;
  double finalize = 0;
  double bucket = 0;
};
ClientWork MeasureClientWork(uint64_t bucket_bytes);

// One write that is on disk afterwards, at the end of a file in `directory`, as the quota's is: µs.
struct SyncedWrite {
  double cpu = 0;
  double wall = 0;
};
SyncedWrite MeasureSyncedWrite(const std::string& directory);

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_IN_PROCESS_H_
