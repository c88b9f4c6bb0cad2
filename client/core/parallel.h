// Work that several threads share.
#ifndef EXPOSURE_CLIENT_CORE_PARALLEL_H_
#define EXPOSURE_CLIENT_CORE_PARALLEL_H_

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"

namespace exposure {

inline size_t Cores() { return std::max(1u, std::thread::hardware_concurrency()); }

// Calls `work` on `threads` threads at once, this one included, and returns when all have returned.
inline void InParallel(size_t threads, absl::FunctionRef<void()> work) {
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back([work] { work(); });
  work();
  for (std::thread& other : others) other.join();
}

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_PARALLEL_H_
