// RocksDB as this project uses it: opened one way, its errors told one way.
#ifndef EXPOSURE_STORAGE_ROCKS_H_
#define EXPOSURE_STORAGE_ROCKS_H_

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <string>
#include <string_view>
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

// One database with its column families. Thread-safe.
class Rocks {
 public:
  // Makes the directory (mode 0700) and the database if missing. `families` begins with "default"; those with `sealed`
  // true hold sealed rows: keys begin with an 8-byte sequence and no file holds two sequences once compacted.
  // Returns DATA_DIRECTORY_IN_USE, CORRUPT_RECORDS, DISK_FULL, STORAGE_FAILED.
  struct Family {
    std::string name;
    bool sealed = false;
  };
  static absl::StatusOr<std::unique_ptr<Rocks>> Open(const std::string& directory, const std::vector<Family>& families,
                                                     rocksdb::Env* env);
  ~Rocks();

  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* family(size_t i) { return handles_[i]; }
  const std::vector<rocksdb::ColumnFamilyHandle*>& families() const { return handles_; }

  // Runs a step that writes. After a full disk RocksDB refuses writes until it is resumed: if the step fails, resumes
  // and tries once more, so that the store works again by itself when there is room. Returns as WriteError.
  absl::Status Change(absl::FunctionRef<rocksdb::Status()> step);

  // Writes all of `batch` in one synced step. Returns as WriteError.
  absl::Status Write(rocksdb::WriteBatch& batch);

 private:
  Rocks() = default;

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_ROCKS_H_
