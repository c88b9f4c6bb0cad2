#include "tests/storage/fault_env.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace exposure::storage {
namespace {

namespace fs = std::filesystem;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

std::string Contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string Parent(const std::string& path) { return fs::path(path).lexically_normal().parent_path().string(); }

class FaultFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(std::string name, std::unique_ptr<rocksdb::FSWritableFile> file, FaultFileSystem* disk)
      : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), disk_(disk) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* d) override {
    const IOStatus allowed = disk_->Write(name_, data.size());
    return allowed.ok() ? target()->Append(data, options, d) : allowed;
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* d) override {
    return Append(data, options, d);
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return RecordSync(); }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return RecordSync(); }
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  bool IsSyncThreadSafe() const override { return true; }

 private:
  IOStatus RecordSync() {
    disk_->Step();
    disk_->Synced(name_);
    return IOStatus::OK();
  }

  const std::string name_;
  FaultFileSystem* const disk_;
};

class FaultDirectory : public rocksdb::FSDirectoryWrapper {
 public:
  FaultDirectory(std::string name, std::unique_ptr<rocksdb::FSDirectory> directory, FaultFileSystem* disk)
      : FSDirectoryWrapper(std::move(directory)), name_(std::move(name)), disk_(disk) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return RecordSync(); }
  IOStatus FsyncWithDirOptions(const IOOptions&, IODebugContext*, const rocksdb::DirFsyncOptions&) override {
    return RecordSync();
  }

 private:
  IOStatus RecordSync() {
    disk_->Step();
    disk_->DirectorySynced(name_);
    return IOStatus::OK();
  }

  const std::string name_;
  FaultFileSystem* const disk_;
};

}  // namespace

void FaultFileSystem::CrashAt(uint64_t step, bool torn) {
  const std::lock_guard<std::mutex> lock(mutex_);
  crash_at_ = step;
  torn_ = torn;
}

uint64_t FaultFileSystem::steps() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return steps_;
}

void FaultFileSystem::SetRoom(int64_t bytes, uint64_t announced) {
  const std::lock_guard<std::mutex> lock(mutex_);
  room_ = bytes;
  announced_ = announced;
}

IOStatus FaultFileSystem::GetFreeSpace(const std::string&, const IOOptions&, uint64_t* free, IODebugContext*) {
  const std::lock_guard<std::mutex> lock(mutex_);
  *free = announced_;
  return IOStatus::OK();
}

void FaultFileSystem::Step() {
  const std::lock_guard<std::mutex> lock(mutex_);
  StepLocked();
}

void FaultFileSystem::StepLocked() {
  if (steps_++ < crash_at_) return;
  LoseWhatWasNotSynced();
  _exit(kCrashed);
}

IOStatus FaultFileSystem::Write(const std::string& name, uint64_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  StepLocked();
  File& file = files_[name];
  if (room_ < static_cast<int64_t>(bytes)) return IOStatus::NoSpace("No space left on device");
  if (room_ != INT64_MAX) room_ -= static_cast<int64_t>(bytes);
  file.size += bytes;
  return IOStatus::OK();
}

void FaultFileSystem::Synced(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  files_[name].synced = files_[name].size;
}

void FaultFileSystem::DirectorySynced(const std::string& directory) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::string parent = Parent(directory + "/x");
  std::erase_if(new_names_, [&](const std::string& name) { return Parent(name) == parent; });
  std::erase_if(renamings_, [&](const Renaming& renaming) { return Parent(renaming.to) == parent; });
}

void FaultFileSystem::LoseWhatWasNotSynced() const {
  for (const auto& [name, file] : files_) {
    if (file.size == file.synced || !fs::exists(name)) continue;
    fs::resize_file(name, file.synced + (torn_ ? (file.size - file.synced) / 2 : 0));
  }
  for (const std::string& name : new_names_) fs::remove(name);
  for (auto renaming = renamings_.rbegin(); renaming != renamings_.rend(); ++renaming) {
    if (fs::exists(renaming->to)) fs::rename(renaming->to, renaming->from);
    if (renaming->replaced) std::ofstream(renaming->to, std::ios::binary) << *renaming->replaced;
  }
}

IOStatus FaultFileSystem::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* d) {
  Step();
  if (const IOStatus made = target()->NewWritableFile(name, options, file, d); !made.ok()) return made;
  const std::lock_guard<std::mutex> lock(mutex_);
  files_[name] = {};
  new_names_.insert(name);
  *file = std::make_unique<FaultFile>(name, std::move(*file), this);
  return IOStatus::OK();
}

IOStatus FaultFileSystem::ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                             std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* d) {
  Step();
  const bool was_there = fs::exists(name);
  if (const IOStatus made = target()->ReopenWritableFile(name, options, file, d); !made.ok()) return made;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!was_there) new_names_.insert(name);
  const uint64_t size = fs::file_size(name);
  files_.try_emplace(name, File{size, size});
  *file = std::make_unique<FaultFile>(name, std::move(*file), this);
  return IOStatus::OK();
}

IOStatus FaultFileSystem::ReuseWritableFile(const std::string&, const std::string&, const rocksdb::FileOptions&,
                                            std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) {
  return IOStatus::NotSupported("This disk does not follow reused files");
}

IOStatus FaultFileSystem::NewRandomRWFile(const std::string&, const rocksdb::FileOptions&,
                                          std::unique_ptr<rocksdb::FSRandomRWFile>*, IODebugContext*) {
  return IOStatus::NotSupported("This disk does not follow files that are written in place");
}

IOStatus FaultFileSystem::NewDirectory(const std::string& name, const IOOptions& options,
                                       std::unique_ptr<rocksdb::FSDirectory>* directory, IODebugContext* d) {
  if (const IOStatus made = target()->NewDirectory(name, options, directory, d); !made.ok()) return made;
  *directory = std::make_unique<FaultDirectory>(name, std::move(*directory), this);
  return IOStatus::OK();
}

IOStatus FaultFileSystem::DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* d) {
  Step();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    files_.erase(name);
    new_names_.erase(name);
  }
  return target()->DeleteFile(name, options, d);
}

IOStatus FaultFileSystem::RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                                     IODebugContext* d) {
  Step();
  Renaming renaming{from, to, std::nullopt};
  if (fs::exists(to)) renaming.replaced = Contents(to);
  if (const IOStatus renamed = target()->RenameFile(from, to, options, d); !renamed.ok()) return renamed;
  const std::lock_guard<std::mutex> lock(mutex_);
  files_[to] = files_[from];
  files_.erase(from);
  // A new name that was never synced under either: it goes altogether.
  if (new_names_.erase(from) > 0 && !renaming.replaced) {
    new_names_.insert(to);
  } else {
    renamings_.push_back(std::move(renaming));
  }
  return IOStatus::OK();
}

IOStatus FaultFileSystem::LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                                   IODebugContext* d) {
  Step();
  if (const IOStatus linked = target()->LinkFile(from, to, options, d); !linked.ok()) return linked;
  const std::lock_guard<std::mutex> lock(mutex_);
  files_[to] = files_[from];
  new_names_.insert(to);
  return IOStatus::OK();
}

}  // namespace exposure::storage
