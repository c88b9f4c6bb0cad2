// Waits for what another thread or a clock brings about.
#ifndef EXPOSURE_TESTS_SUPPORT_EVENTUALLY_H_
#define EXPOSURE_TESTS_SUPPORT_EVENTUALLY_H_

#include <chrono>
#include <functional>
#include <thread>

namespace exposure::testing {

// Whether `holds` becomes true within a minute: looks now and then, and returns as soon as it does.
inline bool Eventually(const std::function<bool()>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (std::chrono::steady_clock::now() < deadline) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_EVENTUALLY_H_
