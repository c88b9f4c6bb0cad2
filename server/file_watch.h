// Notices that files were replaced or written.
#ifndef EXPOSURE_SERVER_FILE_WATCH_H_
#define EXPOSURE_SERVER_FILE_WATCH_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace exposure::server {

// Not thread-safe.
class FileWatch {
 public:
  // As they are now.
  explicit FileWatch(std::vector<std::string> paths);

  // Whether one of them is not what it was when this last said so, or at first. Looks at most once a second, so that
  // it may be asked with every call.
  bool Changed();

 private:
  // Device, inode, size, and nanoseconds of modification; all 0 where there is no file.
  using Stamp = std::tuple<uint64_t, uint64_t, int64_t, int64_t>;
  std::vector<Stamp> Look() const;

  const std::vector<std::string> paths_;
  std::vector<Stamp> seen_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_FILE_WATCH_H_
