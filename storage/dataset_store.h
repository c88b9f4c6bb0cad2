// Sealed datasets on disk, and uploads on their way there. Knows no key, no number and no catalogue.
//
//   BeginUpload → Append … → Install → AbortUpload → ReadPrefix, ReadFile → Remove
//
// RocksDB: a dataset is one value per bucket (`row_i` of protocol.md §5) under an 8-byte prefix of its own, written
// sorted and ingested; small mutable state is synced with each write. What is acknowledged survives a crash at any
// instant. Thread-safe. docs/storage.md has the layout.
#ifndef EXPOSURE_STORAGE_DATASET_STORE_H_
#define EXPOSURE_STORAGE_DATASET_STORE_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/bucket.h"
#include "crypto/dataset.h"

namespace rocksdb {
class Env;
}

namespace exposure::storage {

struct DatasetStoreOptions {
  std::string directory;  // made if missing, mode 0700
  uint64_t max_dataset_bytes = uint64_t{1} << 30;
  uint32_t max_open_uploads = 16;
  rocksdb::Env* env = nullptr;  // not owned; null: the system's. Tests inject faults here.
};

struct UploadState {
  uint64_t held = 0;  // bytes of the file, synced
  uint64_t size = 0;  // of the whole file
};

class DatasetStore {
 public:
  // Returns DATA_DIRECTORY_IN_USE, CORRUPT_RECORDS, DISK_FULL, FILE_ERROR or STORAGE_FAILED.
  static absl::StatusOr<std::unique_ptr<DatasetStore>> Open(const DatasetStoreOptions& options);
  virtual ~DatasetStore() = default;

  // Finds or starts the upload of the file that begins with `head`; the head's own bytes count as held. The same head
  // again gives the same upload. Returns UPLOAD_DIFFERS for another head of the same dataset id, TOO_MANY_UPLOADS,
  // DATASET_TOO_LARGE, DISK_FULL, STORAGE_FAILED.
  virtual absl::StatusOr<UploadState> BeginUpload(const crypto::DatasetHead& head) = 0;

  // Adds bytes at `offset` ≤ held; bytes already held are compared. Returns UNKNOWN_UPLOAD, BAD_OFFSET, UPLOAD_DIFFERS,
  // DISK_FULL (nothing of it is kept), STORAGE_FAILED.
  virtual absl::StatusOr<UploadState> Append(const crypto::DatasetId& id, uint64_t offset, BytesView bytes) = 0;

  // Removes an upload and its bytes, not what was installed from it. Nothing happens where there is none.
  virtual absl::Status AbortUpload(const crypto::DatasetId& id) = 0;

  // The head of an upload or of an installed dataset. Returns UNKNOWN_UPLOAD.
  virtual absl::StatusOr<crypto::DatasetHead> Head(const crypto::DatasetId& id) = 0;

  // Verifies a complete upload row by row against its manifest, puts it where it can be read, and verifies the stored
  // checksums. The upload stays until it is aborted: until the catalogue lists the dataset, a crash leaves the upload
  // and not the dataset. Installing what is installed does nothing. Returns UNKNOWN_UPLOAD, UPLOAD_INCOMPLETE,
  // BAD_DATASET, BAD_ROW_ORDER, DISK_FULL, CORRUPT_RECORDS, STORAGE_FAILED; nothing is then installed.
  virtual absl::Status Install(const crypto::DatasetId& id) = 0;

  virtual bool IsInstalled(const crypto::DatasetId& id) const = 0;

  // What a fetch returns of one dataset: the buckets of the prefix, then its siblings. `prefix` was checked by the
  // caller against B. Returns UNKNOWN_DATASET, CORRUPT_RECORDS, STORAGE_FAILED; the message never tells a place.
  virtual absl::StatusOr<std::string> ReadPrefix(const crypto::DatasetId& id, const crypto::Prefix& prefix) = 0;

  // Up to `most` bytes of the file form from `offset` on; empty at the end. Returns UNKNOWN_DATASET, BAD_OFFSET,
  // CORRUPT_RECORDS, STORAGE_FAILED.
  virtual absl::StatusOr<std::string> ReadFile(const crypto::DatasetId& id, uint64_t offset, size_t most) = 0;

  // Removes an installed dataset and its bytes. Nothing happens where there is none. After an error, repeat: what is
  // left of it is removed then, or at the next start.
  virtual absl::Status Remove(const crypto::DatasetId& id) = 0;

  // Removes every installed dataset that is not in `keep`: what a crash between installing and publishing, or between
  // retracting and removing, left behind.
  virtual absl::Status RemoveAllBut(const std::set<crypto::DatasetId>& keep) = 0;

  // Verifies the stored checksums of all. Returns CORRUPT_RECORDS.
  virtual absl::Status VerifyChecksums() = 0;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_DATASET_STORE_H_
