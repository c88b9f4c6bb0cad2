// The signer's own memory: every header it ever signed and the newest content. Synced before it answers. Thread-safe.
#ifndef EXPOSURE_STORAGE_CATALOGUE_STORE_H_
#define EXPOSURE_STORAGE_CATALOGUE_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/header_chain.h"

namespace rocksdb {
class Env;
}

namespace exposure::storage {

// As signed; bytes verbatim.
struct StoredCatalogue {
  uint64_t version = 0;
  std::string header;
  std::string signature;
  std::string content;
};

class CatalogueStore {
 public:
  // Returns DATA_DIRECTORY_IN_USE, CORRUPT_RECORDS, DISK_FULL, FILE_ERROR, STORAGE_FAILED.
  static absl::StatusOr<std::unique_ptr<CatalogueStore>> Open(const std::string& directory,
                                                              rocksdb::Env* env = nullptr);
  virtual ~CatalogueStore() = default;

  // Nothing where none was ever signed. Returns CORRUPT_RECORDS.
  virtual absl::StatusOr<std::optional<StoredCatalogue>> Newest() = 0;

  // Headers of versions after + 1 …, oldest first, at most `most`; those lost in a restore are left out. Returns
  // UNKNOWN_VERSION if `after` is newer than the newest.
  virtual absl::StatusOr<std::vector<std::string>> HeadersAfter(uint64_t after, size_t most) = 0;

  // Adds the next version in one synced step. Returns STORAGE_FAILED unless it is newest + 1; DISK_FULL.
  virtual absl::Status Append(const StoredCatalogue& next) = 0;

  // After a restore: takes one that was signed later than all that is here, and those headers before it that are known,
  // in one synced step. The caller has checked them. Returns as Append.
  virtual absl::Status Adopt(const StoredCatalogue& newest, const Headers& before) = 0;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_CATALOGUE_STORE_H_
