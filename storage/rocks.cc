#include "storage/rocks.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/sst_partitioner.h>
#include <rocksdb/table.h>

#include <cstdarg>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::storage {
namespace {

constexpr size_t kPrefixSize = 8;  // of keys in sealed families
constexpr size_t kCacheBytes = size_t{4} << 20;
constexpr size_t kWriteBufferBytes = size_t{8} << 20;

// RocksDB's LOG file would hold keys of files and places in them. What matters comes back as a status.
class SilentLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::Options CommonOptions(rocksdb::Env* env) {
  rocksdb::Options options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.info_log = std::make_shared<SilentLogger>();
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

absl::Status MakeDirectory(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::create_directories(directory, error);
  if (!error) fs::permissions(directory, fs::perms::owner_all, error);
  if (!error) return absl::OkStatus();
  const Reason reason = error == std::errc::no_space_on_device ? Reason::kDiskFull : Reason::kStorageFailed;
  return Error(reason, absl::StrCat("Cannot make the data directory ", directory, ": ", error.message(), "."));
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

absl::StatusOr<std::unique_ptr<Rocks>> Rocks::Open(const std::string& directory, const std::vector<Family>& families,
                                                   rocksdb::Env* env) {
  if (env == nullptr) env = rocksdb::Env::Default();
  RETURN_IF_ERROR(MakeDirectory(directory));
  RETURN_IF_ERROR(CheckNotBeheaded(directory, env));

  const rocksdb::Options options = CommonOptions(env);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const Family& family : families) {
    rocksdb::ColumnFamilyOptions family_options(options);
    if (family.sealed) {
      family_options.sst_partitioner_factory = rocksdb::NewSstPartitionerFixedPrefixFactory(kPrefixSize);
    }
    descriptors.emplace_back(family.name, family_options);
  }
  std::unique_ptr<Rocks> rocks(new Rocks);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, directory, descriptors, &rocks->handles_, &db);
  if (!status.ok()) return OpenError(directory, status);
  rocks->db_.reset(db);
  return rocks;
}

Rocks::~Rocks() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
}

absl::Status Rocks::Change(absl::FunctionRef<rocksdb::Status()> step) {
  rocksdb::Status status = step();
  if (!status.ok() && db_->Resume().ok()) status = step();
  return WriteError(status);
}

absl::Status Rocks::Write(rocksdb::WriteBatch& batch) {
  return Change([&] { return db_->Write(kSynced, &batch); });
}

}  // namespace exposure::storage
