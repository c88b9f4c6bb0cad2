#include "server/ticker.h"

#include <utility>

namespace exposure::server {

Ticker::Ticker(std::chrono::milliseconds period, std::function<void()> tick)
    : thread_([this, period, tick = std::move(tick)] { Run(period, tick); }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Ticker::Run(std::chrono::milliseconds period, const std::function<void()>& tick) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ending_) {
    lock.unlock();
    tick();
    lock.lock();
    changed_.wait_for(lock, period, [this] { return ending_; });
  }
}

}  // namespace exposure::server
