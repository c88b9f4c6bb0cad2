// What the operating system says that a process has used.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_PROCESS_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_PROCESS_H_

#include <sys/types.h>

namespace exposure::bench {

// User and system, all threads, those that ended included; in nanoseconds' resolution. 0: this process.
double CpuSeconds(pid_t pid);
double ThreadCpuSeconds();
double WallSeconds();

// CPU µs of this thread for one of `times` operations in a row.
template <typename Operation>
double MicrosecondsOf(int times, const Operation& operation) {
  const double begin = ThreadCpuSeconds();
  for (int i = 0; i < times; ++i) operation();
  return (ThreadCpuSeconds() - begin) / times * 1e6;
}

// Keeps all threads of a process, also those that they begin, on one of the cores that this process had at its start;
// 0: this process. False where there is no such core.
bool KeepOnCore(pid_t pid, int which);
// This process, on all that it had.
void KeepOnAllCores();

// MiB.
struct Memory {
  double resident = 0;
  double peak = 0;
};
Memory MemoryOf(pid_t pid);

// Bytes of TCP that this process sent to and received from a port of this machine, on connections that are open now.
// TLS and HTTP/2 are in it, headers of TCP and IP are not.
struct WireBytes {
  double sent = 0;
  double received = 0;
};
WireBytes BytesOnWire(int port);

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_PROCESS_H_
