// A file that is only ever appended to, by one process, in whole synced steps. Not thread-safe but for Read.
#ifndef EXPOSURE_STORAGE_APPEND_FILE_H_
#define EXPOSURE_STORAGE_APPEND_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace exposure::storage {

class AppendFile {
 public:
  // Makes the file if it is missing (mode 0600), and locks it. Its folder is there; who makes the file syncs that.
  // Returns DATA_DIRECTORY_IN_USE if another process has it, DISK_FULL, STORAGE_FAILED.
  static absl::StatusOr<std::unique_ptr<AppendFile>> Open(const std::string& path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  // In bytes; what a failed Append wrote is not in it.
  uint64_t size() const { return size_; }

  // Appends all of `bytes` and syncs, or leaves the file as it was. Returns DISK_FULL, STORAGE_FAILED; where the file
  // could not even be put back as it was, STORAGE_FAILED from then on.
  absl::Status Append(std::string_view bytes);

  // Cuts the end off and syncs. Returns STORAGE_FAILED.
  absl::Status Cut(uint64_t size);

  // `size` bytes from `offset` on, which are there. Returns STORAGE_FAILED.
  absl::StatusOr<std::string> Read(uint64_t offset, size_t size) const;

 private:
  AppendFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  absl::Status Write(std::string_view bytes);

  const std::string path_;
  const int fd_;
  uint64_t size_ = 0;
  bool broken_ = false;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_APPEND_FILE_H_
