// Lets calls in while the service runs, and knows when the last of them has ended: gRPC's own shutdown also waits for
// idle connections, whose owners may not be listening.
#ifndef EXPOSURE_SERVER_CALL_GATE_H_
#define EXPOSURE_SERVER_CALL_GATE_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace exposure::server {

// Thread-safe.
class CallGate {
 public:
  struct Leave {
    void operator()(CallGate* gate) const { gate->LetOut(); }
  };
  // Held until a call has ended; null for one that was not let in. The gate outlives it.
  using Pass = std::unique_ptr<CallGate, Leave>;

  Pass Enter();

  // Lets nobody in from now on, and waits until all are out, but not beyond `deadline`.
  void Close(std::chrono::system_clock::time_point deadline);

 private:
  void LetOut();

  std::mutex mutex_;
  std::condition_variable changed_;
  size_t inside_ = 0;    // guarded by mutex_
  bool closed_ = false;  // guarded by mutex_
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_CALL_GATE_H_
