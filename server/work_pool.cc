#include "server/work_pool.h"

#include <utility>

#include "base/error.h"

namespace exposure::server {

WorkPool::WorkPool(int threads, size_t most) : most_(most) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

WorkPool::~WorkPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

absl::Status WorkPool::Submit(size_t weight, std::function<void()> work) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (weight > most_ || waiting_weight_ > most_ - weight) {
      return Error(Reason::kOverloaded, "The service has too much to do. Try again in a moment.");
    }
    waiting_weight_ += weight;
    waiting_.push_back({weight, std::move(work)});
  }
  changed_.notify_one();
  return absl::OkStatus();
}

void WorkPool::Run() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      waiting_weight_ -= waiting_.front().weight;
      work = std::move(waiting_.front().work);
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace exposure::server
