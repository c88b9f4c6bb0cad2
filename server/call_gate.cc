#include "server/call_gate.h"

namespace exposure::server {

CallGate::Pass CallGate::Enter() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return nullptr;
  ++inside_;
  return Pass(this);
}

void CallGate::LetOut() {
  const std::lock_guard<std::mutex> lock(mutex_);
  --inside_;
  changed_.notify_all();
}

void CallGate::Close(std::chrono::system_clock::time_point deadline) {
  std::unique_lock<std::mutex> lock(mutex_);
  closed_ = true;
  changed_.wait_until(lock, deadline, [this] { return inside_ == 0; });
}

}  // namespace exposure::server
