// RocksDB as this project uses it: opened one way, its errors told one way.
#ifndef EXPOSURE_STORAGE_ROCKS_H_
#define EXPOSURE_STORAGE_ROCKS_H_

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace exposure::storage {

// Synced before it answers: acknowledged means on disk.
inline const rocksdb::WriteOptions kSynced = [] {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}();

// Checksums verified, nothing cached: what was asked for must not stay in memory.
inline const rocksdb::ReadOptions kUncached = [] {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.fill_cache = false;
  return options;
}();

inline rocksdb::Slice ToSlice(std::string_view s) { return {s.data(), s.size()}; }
inline std::string_view ToView(const rocksdb::Slice& s) { return {s.data(), s.size()}; }

// A write's error: DISK_FULL, CORRUPT_RECORDS or STORAGE_FAILED, with RocksDB's own words, which name files and the
// system's reason. OK stays OK.
absl::Status WriteError(const rocksdb::Status& status);

// A read's error: CORRUPT_RECORDS or STORAGE_FAILED, in fixed words: RocksDB's would tell the place that was read.
absl::Status ReadError(const rocksdb::Status& status);

// One database with its column families. Thread-safe, but that callers make one change at a time.
//
// After a failed write RocksDB takes no more writes, and what it does to recover can end the process: it goes on with a
// log file that has failed. So that is switched off. Instead the database is closed and opened again before the next
// change, once there is room; until then it is read as it is.
class Rocks {
  // Everybody who began to use the database between two calls of DropOldFiles. Ends with the last of them, and of those
  // who began before.
  struct Generation {
    std::promise<void> ended;
    std::shared_ptr<Generation> next;
    ~Generation() { ended.set_value(); }
  };

 public:
  struct Family {
    std::string name;
    bool sealed = false;  // keys begin with an 8-byte sequence; no compacted file holds two sequences
    bool counts = false;  // few keys, written again and again: not much of it is held in memory
  };

  // Holds the database open for as long as it lives. One per thread at a time, and none across Change.
  class Use {
   public:
    rocksdb::DB& db() const { return *rocks_->db_; }
    rocksdb::ColumnFamilyHandle* family(size_t i) const { return rocks_->handles_[i]; }
    const std::vector<rocksdb::ColumnFamilyHandle*>& families() const { return rocks_->handles_; }

   private:
    friend class Rocks;
    explicit Use(Rocks* rocks) : rocks_(rocks), generation_(rocks->CurrentGeneration()), lock_(rocks->open_) {}
    Rocks* rocks_;
    std::shared_ptr<Generation> generation_;
    std::shared_lock<std::shared_mutex> lock_;
  };

  // Makes the directory (mode 0700) and the database if missing. `families` begins with "default". `env` is not owned;
  // null: the system's. Returns DATA_DIRECTORY_IN_USE, CORRUPT_RECORDS, DISK_FULL, FILE_ERROR, STORAGE_FAILED.
  static absl::StatusOr<std::unique_ptr<Rocks>> Open(const std::string& directory, std::vector<Family> families,
                                                     rocksdb::Env* env);
  ~Rocks() { Close(); }

  // Returns STORAGE_FAILED where it could not be opened again.
  absl::StatusOr<Use> Begin();

  // Runs a step that writes. Returns as WriteError.
  absl::Status Change(absl::FunctionRef<rocksdb::Status(const Use&)> step);

  // Writes all of `batch` in one synced step. Returns as WriteError. A batch may be filled under another Use.
  absl::Status Write(rocksdb::WriteBatch& batch);

  // Closes the database and opens it again, once there is room to: its MANIFEST then holds no key of a file that is
  // gone.
  absl::Status Reopen();

  // Deletes the files that are no longer part of the database, once everybody who began to read before has finished: a
  // reader keeps the files that it found. The caller holds no Use. Returns STORAGE_FAILED after ten seconds of waiting.
  absl::Status DropOldFiles();

  // Returns DISK_FULL unless so many bytes are free.
  absl::Status CheckRoom(uint64_t bytes) const;

  rocksdb::Env& env() const { return *env_; }

 private:
  Rocks(std::string directory, std::vector<Family> families, rocksdb::Env* env)
      : directory_(std::move(directory)), families_(std::move(families)), env_(env) {}

  absl::Status OpenDatabase();
  void Close();
  absl::Status Probe() const;
  std::shared_ptr<Generation> CurrentGeneration();

  const std::string directory_;
  const std::vector<Family> families_;
  rocksdb::Env* const env_;

  std::mutex generation_mutex_;
  std::shared_ptr<Generation> generation_ = std::make_shared<Generation>();  // guarded by generation_mutex_

  bool failed_ = false;     // a write failed: open again before the next change
  std::shared_mutex open_;  // shared: in use; exclusive: closing and opening
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_ROCKS_H_
