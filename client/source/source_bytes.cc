#include "client/source/source_bytes.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure {
namespace {

constexpr size_t kFirstPiece = 1 << 20;

absl::Status Failed(const std::string& path, std::string_view what) {
  return Error(Reason::kFileError, absl::StrCat(path == "-" ? "standard input" : path, ": ", std::string(what)));
}

void Wipe(std::string& bytes) { sodium_memzero(bytes.data(), bytes.size()); }

// Twice as long, up to `most`, without leaving the old copy behind.
void Grow(std::string& bytes, uint64_t most) {
  std::string larger(bytes.size() < most / 2 ? std::max(kFirstPiece, 2 * bytes.size()) : most, '\0');
  std::copy(bytes.begin(), bytes.end(), larger.begin());
  Wipe(bytes);
  std::swap(bytes, larger);
}

// One that is written while it is read has no end that could be waited for; standard input is asked for by its name.
absl::Status CheckKind(const std::string& path, mode_t mode) {
  if (path == "-" || S_ISREG(mode)) return absl::OkStatus();
  if (S_ISDIR(mode)) return Failed(path, absl::StrCat("cannot read: ", strerror(EISDIR)));
  return Failed(path, "is a pipe or a device, not a file. Give what it holds on standard input, with - as the file.");
}

absl::StatusOr<std::string> ReadAll(int fd, const std::string& path, uint64_t max_bytes) {
  struct stat facts = {};
  if (fstat(fd, &facts) != 0) return Failed(path, absl::StrCat("cannot read: ", strerror(errno)));
  RETURN_IF_ERROR(CheckKind(path, facts.st_mode));
  std::string bytes;
  if (S_ISREG(facts.st_mode)) bytes.resize(std::min(max_bytes, static_cast<uint64_t>(facts.st_size)) + 1);
  size_t filled = 0;
  for (;;) {
    if (filled == bytes.size()) Grow(bytes, max_bytes + 1);
    const ssize_t n = read(fd, bytes.data() + filled, bytes.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 || filled + static_cast<size_t>(n) > max_bytes) {
      if (n == 0) break;
      const std::string reason = n < 0 ? absl::StrCat("cannot read: ", strerror(errno))
                                       : absl::StrCat("is larger than ", max_bytes, " bytes. Split it.");
      Wipe(bytes);
      return Failed(path, reason);
    }
    filled += static_cast<size_t>(n);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> ReadSourceBytes(const std::string& path, uint64_t max_bytes) {
  if (path == "-") return ReadAll(STDIN_FILENO, path, max_bytes);
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe's open does not wait for its writer
  if (fd < 0) return Failed(path, absl::StrCat("cannot read: ", strerror(errno)));
  absl::StatusOr<std::string> bytes = ReadAll(fd, path, max_bytes);
  close(fd);
  return bytes;
}

}  // namespace exposure
