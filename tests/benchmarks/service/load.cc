#include "tests/benchmarks/service/load.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/benchmarks/service/process.h"

namespace exposure::bench {
namespace {

// When operation `i` may begin, in seconds of WallSeconds; its latency counts from then.
using Due = std::function<double(uint64_t i)>;

LoadResult Run(int threads, uint64_t count, const Due& due, const Operation& operation, uint64_t nth) {
  LoadResult result;
  std::mutex mutex;  // guards result
  std::atomic<uint64_t> next = 0;
  const auto work = [&] {
    LoadResult mine;
    for (uint64_t i = next++; i < count; i = next++) {
      const double begin = due(i);
      const double early = begin - WallSeconds();
      if (early > 0) std::this_thread::sleep_for(std::chrono::duration<double>(early));
      const absl::Status status = operation(i);
      if (status.ok()) {
        (nth > 0 && i % nth == 0 ? mine.nth : mine.others).Record(WallSeconds() - begin);
      } else {
        ++mine.failed;
        mine.first_failure.Update(status);
      }
    }
    const std::lock_guard<std::mutex> lock(mutex);
    result.nth.Merge(mine.nth);
    result.others.Merge(mine.others);
    result.failed += mine.failed;
    result.first_failure.Update(mine.first_failure);
  };
  const double begin = WallSeconds();
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  result.seconds = WallSeconds() - begin;
  result.latency.Merge(result.nth);
  result.latency.Merge(result.others);
  return result;
}

}  // namespace

LoadResult ClosedLoop(int threads, uint64_t count, const Operation& operation) {
  return Run(
      threads, count, [](uint64_t) { return WallSeconds(); }, operation, 0);
}

LoadResult OpenLoop(double rate, double seconds, int threads, const Operation& operation, uint64_t nth) {
  const double begin = WallSeconds();
  return Run(
      threads, static_cast<uint64_t>(rate * seconds),
      [begin, rate](uint64_t i) { return begin + static_cast<double>(i) / rate; }, operation, nth);
}

}  // namespace exposure::bench
