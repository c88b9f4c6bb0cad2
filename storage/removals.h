// Datasets that leave: announced, no longer listed, their bytes removed, a receipt signed. Whatever interrupts it, an
// announced dataset that the catalogue no longer lists is removed, and its receipt says so only once its bytes are
// gone. The Publisher's; one call at a time.
#ifndef EXPOSURE_STORAGE_REMOVALS_H_
#define EXPOSURE_STORAGE_REMOVALS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/rules/catalogue_content.h"
#include "storage/catalogue_signer.h"
#include "storage/dataset_store.h"
#include "storage/receipt_store.h"

namespace exposure::storage {

// What is to be removed of a manifest, and why: the receipt without version and time.
crypto::Receipt RemovalOf(const crypto::Manifest& manifest, crypto::RemovalCause cause);

class Removals {
 public:
  // None is owned; all outlive this. `datasets` is null where there are none: then nothing is removed yet.
  Removals(DatasetStore* datasets, ReceiptStore* receipts, CatalogueSigner* signer, Clock clock)
      : datasets_(datasets), receipts_(receipts), signer_(signer), clock_(std::move(clock)) {}

  // Takes up what was announced before a restart and is not in `listed`. It is due now.
  absl::Status Resume(const std::set<crypto::DatasetId>& listed);

  // Before the catalogue stops listing them. Returns DISK_FULL, STORAGE_FAILED.
  absl::Status Announce(const std::vector<crypto::Receipt>& removals) { return receipts_->Announce(removals); }

  // The catalogue no longer lists them: their bytes go at `due`, Unix seconds.
  void Leave(const std::vector<crypto::Receipt>& removals, uint64_t due);
  // It is listed again: its bytes stay.
  void Stay(const crypto::DatasetId& id) { leaving_.erase(id); }
  bool IsLeaving(const crypto::DatasetId& id) const { return leaving_.contains(id); }

  // Removes the bytes of one that leaves, and signs and keeps its receipt, which names `version`. After an error,
  // repeat.
  absl::StatusOr<SignedReceipt> Finish(const crypto::DatasetId& id, uint64_t version);
  // Those that are due; `removed` hears of each, and may be null.
  absl::Status FinishDue(uint64_t version, const std::function<void(const crypto::Receipt&)>& removed);

  // The receipt of the last removal. Returns UNKNOWN_DATASET where there is none.
  absl::StatusOr<SignedReceipt> Find(const crypto::DatasetId& id);

 private:
  struct Leaving {
    crypto::Receipt receipt;
    uint64_t due = 0;
  };

  DatasetStore* const datasets_;
  ReceiptStore* const receipts_;
  CatalogueSigner* const signer_;
  const Clock clock_;
  std::map<crypto::DatasetId, Leaving> leaving_;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_REMOVALS_H_
