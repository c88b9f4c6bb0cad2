// Something done at once and then again and again, on a thread of its own, until this goes.
#ifndef EXPOSURE_SERVER_TICKER_H_
#define EXPOSURE_SERVER_TICKER_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace exposure::server {

class Ticker {
 public:
  Ticker(std::chrono::milliseconds period, std::function<void()> tick);
  // Waits for a tick that is running.
  ~Ticker();

 private:
  void Run(std::chrono::milliseconds period, const std::function<void()>& tick);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_TICKER_H_
