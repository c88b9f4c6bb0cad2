// A disk that can crash and that can be full. It counts every step that changes
// something. At a chosen one the process ends, and what was not synced by then
// is lost: bytes of files, new names, renamings (a name lasts once its
// directory is synced). It never syncs the real disk.
#ifndef EXPOSURE_TESTS_STORAGE_FAULT_ENV_H_
#define EXPOSURE_TESTS_STORAGE_FAULT_ENV_H_

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace exposure::storage {

class FaultFileSystem : public rocksdb::FileSystemWrapper {
 public:
  FaultFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultFileSystem"; }

  static constexpr int kCrashed = 77;  // exit code

  // The step (from 0) at which the process ends. Of the bytes of a file that
  // were not synced none stays, or the first half if `torn`.
  void CrashAt(uint64_t step, bool torn);
  uint64_t steps() const;
  // Bytes that can still be written, and what the system says of it (as quotas
  // and other writers do, it may be wrong).
  void SetRoom(int64_t bytes, uint64_t announced = UINT64_MAX);

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* d) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* d) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string&, const std::string&, const rocksdb::FileOptions&,
                                      std::unique_ptr<rocksdb::FSWritableFile>*, rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string&, const rocksdb::FileOptions&,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>*, rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory, rocksdb::IODebugContext* d) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* d) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* d) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* d) override;

  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options, uint64_t* free,
                                 rocksdb::IODebugContext* d) override;

  // For the files and directories that it hands out.
  void Step();
  rocksdb::IOStatus Write(const std::string& name, uint64_t bytes);
  void Synced(const std::string& name);
  void DirectorySynced(const std::string& directory);

 private:
  struct File {
    uint64_t size = 0;
    uint64_t synced = 0;
  };
  struct Renaming {
    std::string from;
    std::string to;
    std::optional<std::string> replaced;  // contents that `to` had
  };

  void StepLocked();
  void LoseWhatWasNotSynced() const;

  mutable std::mutex mutex_;
  uint64_t steps_ = 0;
  uint64_t crash_at_ = UINT64_MAX;
  bool torn_ = false;
  int64_t room_ = INT64_MAX;
  uint64_t announced_ = UINT64_MAX;
  std::map<std::string, File> files_;
  std::set<std::string> new_names_;  // whose directory was not synced since
  std::vector<Renaming> renamings_;  // likewise
};

// An Env over it; both live as long as this.
class FaultEnv {
 public:
  FaultEnv() : files_(std::make_shared<FaultFileSystem>()), env_(rocksdb::NewCompositeEnv(files_)) {}
  FaultFileSystem& files() { return *files_; }
  rocksdb::Env* env() { return env_.get(); }

 private:
  const std::shared_ptr<FaultFileSystem> files_;
  const std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_TESTS_STORAGE_FAULT_ENV_H_
