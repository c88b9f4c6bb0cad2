#include "storage/append_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace exposure::storage {
namespace {

absl::Status SystemError(const std::string& path, const char* doing) {
  // EFBIG: the process may not make files that large, which is as good as a full disk.
  const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  const std::string message = absl::StrCat(path, ": cannot ", doing, ": ", strerror(errno), ".");
  return full ? Error(Reason::kDiskFull, message + " Make room, then repeat.") : Error(Reason::kStorageFailed, message);
}

}  // namespace

absl::StatusOr<std::unique_ptr<AppendFile>> AppendFile::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (fd < 0) return SystemError(path, "open");
  std::unique_ptr<AppendFile> file(new AppendFile(path, fd));
  struct stat st;
  if (fstat(fd, &st) != 0) return SystemError(path, "look at it");
  if (!S_ISREG(st.st_mode)) return Error(Reason::kStorageFailed, absl::StrCat(path, ": is not a regular file."));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return SystemError(path, "lock");
    return Error(Reason::kDataDirectoryInUse,
                 absl::StrCat(path,
                              ": is in use by another process. Stop that one, or give this one another "
                              "directory."));
  }
  // Another process may have written between the two.
  if (fstat(fd, &st) != 0) return SystemError(path, "look at it");
  file->size_ = static_cast<uint64_t>(st.st_size);
  return file;
}

AppendFile::~AppendFile() { close(fd_); }

absl::Status AppendFile::Append(std::string_view bytes) {
  if (broken_) {
    return Error(Reason::kStorageFailed, absl::StrCat(path_, ": an earlier write failed. Mend the disk and restart."));
  }
  absl::Status status = Write(bytes);
  if (status.ok()) {
    size_ += bytes.size();
  } else {
    broken_ = !Cut(size_).ok();
  }
  return status;
}

absl::Status AppendFile::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(path_, "write");
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return fdatasync(fd_) == 0 ? absl::OkStatus() : SystemError(path_, "sync");
}

absl::Status AppendFile::Cut(uint64_t size) {
  if (ftruncate(fd_, static_cast<off_t>(size)) != 0 || fdatasync(fd_) != 0) return SystemError(path_, "cut");
  size_ = size;
  return absl::OkStatus();
}

absl::StatusOr<std::string> AppendFile::Read(uint64_t offset, size_t size) const {
  std::string out(size, '\0');
  for (size_t done = 0; done < size;) {
    const ssize_t n = pread(fd_, out.data() + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(path_, "read");
    if (n == 0) return Error(Reason::kStorageFailed, absl::StrCat(path_, ": is shorter than it was."));
    done += static_cast<size_t>(n);
  }
  return out;
}

}  // namespace exposure::storage
