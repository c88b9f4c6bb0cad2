// An open file of the system's, closed when it goes.
#ifndef EXPOSURE_BASE_FILE_DESCRIPTOR_H_
#define EXPOSURE_BASE_FILE_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace exposure {

class FileDescriptor {
 public:
  // What open() returned: negative after an error.
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

}  // namespace exposure

#endif  // EXPOSURE_BASE_FILE_DESCRIPTOR_H_
