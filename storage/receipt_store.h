// What was removed, and what is about to be: receipts, and the announcements that a crash must not lose. Synced before
// it answers. Thread-safe.
#ifndef EXPOSURE_STORAGE_RECEIPT_STORE_H_
#define EXPOSURE_STORAGE_RECEIPT_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/receipt.h"
#include "crypto/signature.h"

namespace rocksdb {
class Env;
}

namespace exposure::storage {

struct SignedReceipt {
  crypto::Receipt receipt;
  crypto::Signature signature{};
};

class ReceiptStore {
 public:
  // Returns DATA_DIRECTORY_IN_USE, CORRUPT_RECORDS, DISK_FULL, FILE_ERROR, STORAGE_FAILED.
  static absl::StatusOr<std::unique_ptr<ReceiptStore>> Open(const std::string& directory, rocksdb::Env* env = nullptr);
  virtual ~ReceiptStore() = default;

  // Before the catalogue stops listing datasets: what will be removed, and why. Version and time are not known yet. In
  // the place of what was announced of the same dataset. Returns DISK_FULL, STORAGE_FAILED.
  virtual absl::Status Announce(const std::vector<crypto::Receipt>& removals) = 0;

  // What was announced and has no receipt yet. Returns CORRUPT_RECORDS, STORAGE_FAILED.
  virtual absl::StatusOr<std::vector<crypto::Receipt>> Announced() = 0;

  // The bytes are gone: keeps the receipt in the place of the announcement. Returns DISK_FULL, STORAGE_FAILED.
  virtual absl::Status Keep(const SignedReceipt& receipt) = 0;

  // The receipt of the last removal of a dataset; nothing where there is none. Returns CORRUPT_RECORDS, STORAGE_FAILED.
  virtual absl::StatusOr<std::optional<SignedReceipt>> Find(const crypto::DatasetId& id) = 0;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_RECEIPT_STORE_H_
