// Every header that the signer signed, once more: in a file apart from the data directory and its backups. A directory
// that was restored is behind it. Headers of 136 bytes, oldest first; a gap where some were lost in an earlier restore.
#ifndef EXPOSURE_STORAGE_HEADER_CHAIN_H_
#define EXPOSURE_STORAGE_HEADER_CHAIN_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace exposure::storage {

// By version.
using Headers = std::map<uint64_t, std::string>;

// Not thread-safe.
class HeaderChain {
 public:
  // Empty where there is no file. Returns CORRUPT_RECORDS for what is no chain, FILE_ERROR.
  static absl::StatusOr<HeaderChain> Read(const std::string& path);

  const std::string& path() const { return path_; }
  bool exists() const { return written_; }  // the file
  const Headers& headers() const { return headers_; }
  uint64_t newest() const { return headers_.empty() ? 0 : headers_.rbegin()->first; }

  // Writes and syncs, beside the file, what it will be with `more`: what can fail for want of room has then not failed.
  // Returns DISK_FULL or FILE_ERROR; the chain and its file are as they were.
  absl::Status Prepare(const Headers& more);
  // Puts what was prepared in place. Returns FILE_ERROR.
  absl::Status Commit();
  // Both, where it lacks any of `more` or has no file yet.
  absl::Status Add(const Headers& more);

 private:
  explicit HeaderChain(std::string path) : path_(std::move(path)) {}
  absl::Status Parse(const std::string& bytes);
  std::string NextPath() const { return path_ + ".next"; }

  std::string path_;
  Headers headers_;
  Headers prepared_;
  bool written_ = false;  // there is a file; it has all of headers_
};

// Whether each header names the one before it, where there is one of that version.
bool IsChain(const Headers& headers);

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_HEADER_CHAIN_H_
