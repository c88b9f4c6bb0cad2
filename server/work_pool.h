// Threads for work that a reactor must not do itself: it would keep gRPC's own threads from other calls.
#ifndef EXPOSURE_SERVER_WORK_POOL_H_
#define EXPOSURE_SERVER_WORK_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"

namespace exposure::server {

// Thread-safe. First in, first out.
class WorkPool {
 public:
  // `most` is the weight that may wait; what runs does not count.
  WorkPool(int threads, size_t most);
  // Does what was accepted, then ends the threads.
  ~WorkPool();

  // Returns OVERLOADED, and `work` never runs, if more than `most` would wait.
  absl::Status Submit(size_t weight, std::function<void()> work);

 private:
  struct Item {
    size_t weight;
    std::function<void()> work;
  };

  void Run();

  const size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> waiting_;  // guarded by mutex_
  size_t waiting_weight_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_WORK_POOL_H_
