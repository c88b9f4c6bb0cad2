#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/file_descriptor.h"
#include "base/status_macros.h"

namespace exposure {
namespace {

absl::Status SystemError(const std::string& path, const char* doing, int error) {
  const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  const Reason reason = full ? Reason::kDiskFull : Reason::kFileError;
  return Error(reason, absl::StrCat(path, ": cannot ", doing, ": ", strerror(error)));
}

absl::StatusOr<struct stat> LookAtRegular(const std::string& path, int fd) {
  struct stat st;
  if (fstat(fd, &st) != 0) return SystemError(path, "look at it", errno);
  if (!S_ISREG(st.st_mode)) return Error(Reason::kKeyFile, absl::StrCat(path, ": is not a regular file."));
  return st;
}

absl::Status CheckRegular(const std::string& path, int fd) { return LookAtRegular(path, fd).status(); }

absl::Status CheckPrivate(const std::string& path, int fd) {
  ASSIGN_OR_RETURN(const struct stat st, LookAtRegular(path, fd));
  if ((st.st_mode & 077) != 0) {
    return Error(Reason::kKeyFile,
                 absl::StrFormat("%s: can be accessed by %s (mode %04o).\n  Fix: chmod 0400 %s", path,
                                 (st.st_mode & 007) != 0 ? "others" : "group", st.st_mode & 07777, path));
  }
  if (st.st_uid != geteuid()) {
    return Error(Reason::kKeyFile, absl::StrFormat("%s: belongs to user %d, not to the user %d running this.\n  "
                                                   "Fix: chown %d %s",
                                                   path, st.st_uid, geteuid(), geteuid(), path));
  }
  return absl::OkStatus();
}

absl::Status CheckCredential(const std::string& path, int fd) {
  ASSIGN_OR_RETURN(const struct stat st, LookAtRegular(path, fd));
  if ((st.st_mode & 007) != 0 || (st.st_uid != 0 && st.st_uid != geteuid())) {
    return Error(Reason::kKeyFile, absl::StrFormat("%s: is not a credential of systemd's: mode %04o, of user %d.", path,
                                                   st.st_mode & 07777, st.st_uid));
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> ReadSecret(const std::string& path, std::span<uint8_t> out,
                                  absl::Status (*check)(const std::string& path, int fd)) {
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));  // a FIFO is refused, not waited for
  if (fd.get() < 0) return Error(Reason::kKeyFile, absl::StrCat(path, ": cannot open: ", strerror(errno)));
  RETURN_IF_ERROR(check(path, fd.get()));
  size_t length = 0;
  for (;;) {
    uint8_t beyond;
    const bool full = length == out.size();
    const ssize_t n = full ? read(fd.get(), &beyond, 1) : read(fd.get(), out.data() + length, out.size() - length);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error(Reason::kKeyFile, absl::StrCat(path, ": cannot read: ", strerror(errno)));
    if (n == 0) return length;
    if (full) return Error(Reason::kKeyFile, absl::StrCat(path, ": is too long for a key file."));
    length += static_cast<size_t>(n);
  }
}

absl::Status WriteAll(const std::string& path, int fd, std::string_view contents) {
  while (!contents.empty()) {
    const ssize_t n = write(fd, contents.data(), contents.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(path, "write", errno);
    contents.remove_prefix(static_cast<size_t>(n));
  }
  if (fsync(fd) != 0) return SystemError(path, "sync", errno);
  return absl::OkStatus();
}

std::string Folder(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status SyncFolder(const std::string& path) {
  const FileDescriptor folder(open(Folder(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || fsync(folder.get()) != 0) return SystemError(path, "sync its folder", errno);
  return absl::OkStatus();
}

// Writes beside `path`, then `place` moves the new file there.
absl::Status WriteBeside(const std::string& path, std::string_view contents, unsigned mode,
                         int (*place)(const char* from, const char* to)) {
  std::string temporary = absl::StrCat(path, ".XXXXXX");
  const FileDescriptor fd(mkostemp(temporary.data(), O_CLOEXEC));
  if (fd.get() < 0) return SystemError(path, "make a file beside it", errno);
  absl::Status status = WriteAll(path, fd.get(), contents);
  if (status.ok() && fchmod(fd.get(), mode) != 0) status = SystemError(path, "set its mode", errno);
  if (status.ok() && place(temporary.c_str(), path.c_str()) != 0) {
    status = SystemError(path, errno == EEXIST ? "make it" : "put it in place", errno);
  }
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  return SyncFolder(path);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return SystemError(path, "open", errno);
  std::string out;
  char buffer[65536];
  for (;;) {
    const ssize_t n = read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(path, "read", errno);
    if (n == 0) return out;
    if (out.size() + static_cast<size_t>(n) > max_bytes) {
      return Error(Reason::kFileError, absl::StrCat(path, ": is larger than ", max_bytes, " bytes."));
    }
    out.append(buffer, static_cast<size_t>(n));
  }
}

absl::StatusOr<size_t> ReadPrivateFile(const std::string& path, std::span<uint8_t> out) {
  return ReadSecret(path, out, CheckPrivate);
}

absl::StatusOr<size_t> ReadCredentialFile(const std::string& path, std::span<uint8_t> out) {
  return ReadSecret(path, out, CheckCredential);
}

absl::StatusOr<size_t> ReadIntoBuffer(const std::string& path, std::span<uint8_t> out) {
  return ReadSecret(path, out, CheckRegular);
}

absl::Status OverwriteAndRemove(const std::string& path) {
  const FileDescriptor found(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  struct stat st;
  if (found.get() < 0 || fstat(found.get(), &st) != 0) return SystemError(path, "open", errno);
  if (!S_ISREG(st.st_mode)) return Error(Reason::kFileError, absl::StrCat(path, ": is not a regular file."));
  if (fchmod(found.get(), 0600) != 0) return SystemError(path, "make it writable", errno);
  const FileDescriptor fd(open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  struct stat same;
  if (fd.get() < 0 || fstat(fd.get(), &same) != 0) return SystemError(path, "open", errno);
  if (same.st_dev != st.st_dev || same.st_ino != st.st_ino) {
    return Error(Reason::kFileError, absl::StrCat(path, ": is another file than a moment ago."));
  }
  RETURN_IF_ERROR(WriteAll(path, fd.get(), std::string(static_cast<size_t>(st.st_size), '\0')));
  if (unlink(path.c_str()) != 0) return SystemError(path, "remove", errno);
  return SyncFolder(path);
}

absl::Status CheckPrivateFile(const std::string& path) {
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (fd.get() < 0) return Error(Reason::kKeyFile, absl::StrCat(path, ": cannot open: ", strerror(errno)));
  return CheckPrivate(path, fd.get());
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view contents, unsigned mode) {
  struct stat st;
  if (lstat(path.c_str(), &st) == 0) {
    if (S_ISDIR(st.st_mode) || S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode) || S_ISFIFO(st.st_mode) ||
        S_ISSOCK(st.st_mode)) {
      return Error(Reason::kFileError, absl::StrCat(path, ": is not a file, and is not replaced."));
    }
    if (S_ISREG(st.st_mode) && (st.st_mode & S_IWUSR) == 0) {
      return Error(Reason::kFileError,
                   absl::StrCat(path, ": may not be written, as a key may not, and is not replaced.\n",
                                "  Fix: give the output another name"));
    }
  }
  return WriteBeside(path, contents, mode, [](const char* from, const char* to) { return rename(from, to); });
}

absl::Status WriteNewFile(const std::string& path, std::string_view contents, unsigned mode) {
  return WriteBeside(path, contents, mode, [](const char* from, const char* to) {
    if (link(from, to) != 0) return -1;
    return unlink(from);
  });
}

absl::Status ReplaceFile(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) return SystemError(to, "put it in place", errno);
  return SyncFolder(to);
}

absl::Status MakePrivateDirectory(const std::string& path) {
  struct stat st;
  if (stat(path.c_str(), &st) != 0) {
    if (const std::string above = Folder(path); above != "." && above != "/" && above != path) {
      if (stat(above.c_str(), &st) != 0) RETURN_IF_ERROR(MakePrivateDirectory(above));
    }
    if (mkdir(path.c_str(), 0700) == 0) return SyncFolder(path);
    if (errno != EEXIST) return SystemError(path, "make the directory", errno);
  }
  if (chmod(path.c_str(), 0700) != 0) return SystemError(path, "set the directory's mode", errno);
  return absl::OkStatus();
}

}  // namespace exposure
