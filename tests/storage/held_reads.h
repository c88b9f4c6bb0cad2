// A disk on which a chosen thread's reads wait until they are let go.
#ifndef EXPOSURE_TESTS_STORAGE_HELD_READS_H_
#define EXPOSURE_TESTS_STORAGE_HELD_READS_H_

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

namespace exposure::storage {

class HeldReads : public rocksdb::FileSystemWrapper {
 public:
  HeldReads() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "HeldReads"; }

  // Of the calling thread: its next read says that it began, and waits.
  void HoldMine() { mine_ = true; }
  void WaitUntilHeld() { began_.get_future().wait(); }
  void LetGo() { let_go_.set_value(); }

  rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* d) override {
    rocksdb::IOStatus status = FileSystemWrapper::NewRandomAccessFile(name, options, file, d);
    if (status.ok()) *file = std::make_unique<File>(std::move(*file), *this);
    return status;
  }

 private:
  class File : public rocksdb::FSRandomAccessFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSRandomAccessFile> file, HeldReads& held)
        : FSRandomAccessFileOwnerWrapper(std::move(file)), held_(held) {}
    rocksdb::IOStatus Read(uint64_t offset, size_t n, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                           char* scratch, rocksdb::IODebugContext* d) const override {
      if (std::exchange(mine_, false)) {
        held_.began_.set_value();
        held_.let_go_.get_future().wait();
      }
      return FSRandomAccessFileOwnerWrapper::Read(offset, n, options, result, scratch, d);
    }

   private:
    HeldReads& held_;
  };

  static inline thread_local bool mine_ = false;
  std::promise<void> began_;
  std::promise<void> let_go_;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_TESTS_STORAGE_HELD_READS_H_
