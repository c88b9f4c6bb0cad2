#include "storage/rocks.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/listener.h>
#include <rocksdb/sst_partitioner.h>
#include <rocksdb/table.h>

#include <chrono>
#include <cstdarg>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace exposure::storage {
namespace {

constexpr size_t kPrefixSize = 8;  // of keys in sealed families
constexpr size_t kCacheBytes = size_t{4} << 20;
constexpr size_t kWriteBufferBytes = size_t{8} << 20;
constexpr size_t kWriteBufferBytesOfCounts = size_t{1} << 20;
constexpr uint64_t kRoomToOpen = 6 * kWriteBufferBytes;
constexpr size_t kProbeBytes = size_t{1} << 20;
constexpr auto kLongestRead = std::chrono::seconds(10);

// RocksDB's LOG file would hold keys of files and places in them. What matters comes back as a status.
class SilentLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// Rocks opens again instead.
class NoRecovery : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

rocksdb::Options CommonOptions(rocksdb::Env* env) {
  rocksdb::Options options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.info_log = std::make_shared<SilentLogger>();
  options.listeners = {std::make_shared<NoRecovery>()};
  options.max_bgerror_resume_count = 0;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.compression = rocksdb::kNoCompression;  // sealed bytes do not compress
  // Memory that does not grow with the records.
  options.write_buffer_size = kWriteBufferBytes;
  options.max_write_buffer_number = 2;
  options.max_total_wal_size = 4 * kWriteBufferBytes;
  options.max_open_files = 512;
  options.max_background_jobs = 2;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.skip_stats_update_on_db_open = true;

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(kCacheBytes);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// RocksDB would quietly begin anew where its CURRENT file is gone.
absl::Status CheckNotBeheaded(const std::string& directory, rocksdb::Env* env) {
  if (env->FileExists(directory + "/CURRENT").ok()) return absl::OkStatus();
  std::vector<std::string> children;
  if (!env->GetChildren(directory, &children).ok()) return absl::OkStatus();  // not made yet
  for (const std::string& name : children) {
    if (absl::EndsWith(name, ".sst") || absl::EndsWith(name, ".log")) {
      return Error(Reason::kCorruptRecords,
                   absl::StrCat("The data directory ", directory,
                                " has lost its file CURRENT. Restore the directory from a backup."));
    }
  }
  return absl::OkStatus();
}

absl::Status OpenError(const std::string& directory, const rocksdb::Status& status) {
  const std::string words = status.ToString();
  if (status.IsIOError() &&
      (absl::StrContains(words, "While lock file") || absl::StrContains(words, "lock hold by current process"))) {
    return Error(Reason::kDataDirectoryInUse, absl::StrCat("The data directory ", directory,
                                                           " is in use by another process. Stop that one, or "
                                                           "give this one another directory."));
  }
  // A file that the database counts on is not there.
  if (status.IsPathNotFound()) {
    return Error(Reason::kCorruptRecords,
                 absl::StrCat("The data directory ", directory, " is damaged: ", words, ". Restore it from a backup."));
  }
  return WriteError(status);
}

}  // namespace

absl::Status WriteError(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsNoSpace()) {
    return Error(Reason::kDiskFull, absl::StrCat("The disk of the data directory is full: ", status.ToString(),
                                                 ". Make room, then repeat."));
  }
  if (status.IsCorruption()) {
    return Error(Reason::kCorruptRecords,
                 absl::StrCat("The stored data is damaged: ", status.ToString(), ". Restore it from a backup."));
  }
  return Error(Reason::kStorageFailed, absl::StrCat("The data directory cannot be written: ", status.ToString(),
                                                    ". Mend the cause, then restart the service if this goes on."));
}

absl::Status ReadError(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsCorruption() || status.IsNotFound() || status.IsPathNotFound()) {
    return Error(Reason::kCorruptRecords, "The stored data is damaged or incomplete. Restore it from a backup.");
  }
  return Error(Reason::kStorageFailed, "The stored data cannot be read. The system's log says why the disk fails.");
}

absl::StatusOr<std::unique_ptr<Rocks>> Rocks::Open(const std::string& directory, std::vector<Family> families,
                                                   rocksdb::Env* env) {
  if (env == nullptr) env = rocksdb::Env::Default();
  RETURN_IF_ERROR(MakePrivateDirectory(directory));
  std::unique_ptr<Rocks> rocks(new Rocks(directory, std::move(families), env));
  RETURN_IF_ERROR(rocks->OpenDatabase());
  return rocks;
}

absl::Status Rocks::OpenDatabase() {
  RETURN_IF_ERROR(CheckNotBeheaded(directory_, env_));
  const rocksdb::Options options = CommonOptions(env_);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const Family& family : families_) {
    rocksdb::ColumnFamilyOptions family_options(options);
    if (family.sealed) {
      family_options.sst_partitioner_factory = rocksdb::NewSstPartitionerFixedPrefixFactory(kPrefixSize);
    }
    if (family.counts) family_options.write_buffer_size = kWriteBufferBytesOfCounts;
    descriptors.emplace_back(family.name, family_options);
  }
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, directory_, descriptors, &handles_, &db);
  if (!status.ok()) return OpenError(directory_, status);
  db_.reset(db);
  return absl::OkStatus();
}

void Rocks::Close() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  handles_.clear();
  db_.reset();
}

absl::StatusOr<Rocks::Use> Rocks::Begin() {
  Use use(this);
  if (db_ == nullptr) {
    return Error(Reason::kStorageFailed,
                 "The data directory could not be opened again after a failed write. Make sure "
                 "that its disk has room and works, then restart the service.");
  }
  return use;
}

absl::Status Rocks::CheckRoom(uint64_t bytes) const {
  uint64_t free = 0;
  if (!env_->GetFreeSpace(directory_, &free).ok() || free >= bytes) return absl::OkStatus();
  return Error(Reason::kDiskFull, absl::StrCat("The disk of the data directory ", directory_, " has ", free >> 20,
                                               " MiB left; ", bytes >> 20, " MiB are needed. Make room, then repeat."));
}

std::shared_ptr<Rocks::Generation> Rocks::CurrentGeneration() {
  const std::lock_guard<std::mutex> lock(generation_mutex_);
  return generation_;
}

absl::Status Rocks::DropOldFiles() {
  std::future<void> ended;
  {
    const std::lock_guard<std::mutex> lock(generation_mutex_);
    ended = generation_->ended.get_future();
    generation_->next = std::make_shared<Generation>();
    generation_ = generation_->next;
  }
  if (ended.wait_for(kLongestRead) != std::future_status::ready) {
    return Error(Reason::kStorageFailed, "Files that are to go are still being read. Repeat it.");
  }
  return Change([](const Use& use) { return use.db().EnableFileDeletions(true); });
}

// Opening needs room for what the log holds: closing what can still be read must wait until there is.
absl::Status Rocks::Probe() const {
  RETURN_IF_ERROR(CheckRoom(kRoomToOpen));
  const std::string path = directory_ + "/probe";
  rocksdb::Status status = rocksdb::WriteStringToFile(env_, std::string(kProbeBytes, 0), path, true);
  env_->DeleteFile(path).PermitUncheckedError();
  return WriteError(status);
}

absl::Status Rocks::Reopen() {
  RETURN_IF_ERROR(Probe());
  const std::unique_lock<std::shared_mutex> lock(open_);
  Close();
  RETURN_IF_ERROR(OpenDatabase());
  failed_ = false;
  return absl::OkStatus();
}

absl::Status Rocks::Change(absl::FunctionRef<rocksdb::Status(const Use&)> step) {
  if (failed_) RETURN_IF_ERROR(Reopen());
  ASSIGN_OR_RETURN(const Use use, Begin());
  const rocksdb::Status status = step(use);
  failed_ = !status.ok();
  return WriteError(status);
}

absl::Status Rocks::Write(rocksdb::WriteBatch& batch) {
  return Change([&](const Use& use) { return use.db().Write(kSynced, &batch); });
}

}  // namespace exposure::storage
