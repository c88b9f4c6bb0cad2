#include "storage/removals.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::storage {
namespace {

absl::Status NotYet(const absl::Status& status) {
  return Error(ReasonOf(status).value_or(Reason::kStorageFailed),
               absl::StrCat("The dataset is no longer served, but it is not certain yet that its bytes are gone; that "
                            "is tried again every minute. ",
                            status.message()));
}

}  // namespace

crypto::Receipt RemovalOf(const crypto::Manifest& manifest, crypto::RemovalCause cause) {
  crypto::Receipt receipt;
  receipt.dataset_id = manifest.dataset_id;
  receipt.root = manifest.root;
  receipt.records = manifest.records;
  receipt.cause = cause;
  return receipt;
}

absl::Status Removals::Resume(const std::set<crypto::DatasetId>& listed) {
  ASSIGN_OR_RETURN(const std::vector<crypto::Receipt> announced, receipts_->Announced());
  for (const crypto::Receipt& removal : announced) {
    if (!listed.contains(removal.dataset_id)) Leave({removal}, 0);
  }
  return absl::OkStatus();
}

void Removals::Leave(const std::vector<crypto::Receipt>& removals, uint64_t due) {
  for (const crypto::Receipt& removal : removals) leaving_[removal.dataset_id] = {removal, due};
}

absl::StatusOr<SignedReceipt> Removals::Finish(const crypto::DatasetId& id, uint64_t version) {
  crypto::Receipt& receipt = leaving_.at(id).receipt;
  // What it was uploaded as may still be there, too.
  absl::Status removed = datasets_->AbortUpload(id);
  if (removed.ok()) removed = datasets_->Remove(id);
  if (!removed.ok()) return NotYet(removed);

  receipt.catalogue_version = version;
  if (receipt.removed_at == 0) receipt.removed_at = clock_();
  SignedReceipt finished{.receipt = receipt};
  absl::StatusOr<crypto::Signature> signature = signer_->SignReceipt(Encode(receipt));
  if (!signature.ok()) return NotYet(signature.status());
  finished.signature = *signature;
  if (const absl::Status kept = receipts_->Keep(finished); !kept.ok()) return NotYet(kept);
  leaving_.erase(id);
  return finished;
}

absl::Status Removals::FinishDue(uint64_t version, const std::function<void(const crypto::Receipt&)>& removed) {
  if (datasets_ == nullptr) return absl::OkStatus();
  const uint64_t now = clock_();
  std::vector<crypto::DatasetId> due;
  for (const auto& [id, leaving] : leaving_) {
    if (leaving.due <= now) due.push_back(id);
  }
  absl::Status status;
  for (const crypto::DatasetId& id : due) {
    const absl::StatusOr<SignedReceipt> finished = Finish(id, version);
    status.Update(finished.status());
    if (finished.ok() && removed) removed(finished->receipt);
  }
  return status;
}

absl::StatusOr<SignedReceipt> Removals::Find(const crypto::DatasetId& id) {
  ASSIGN_OR_RETURN(const std::optional<SignedReceipt> found, receipts_->Find(id));
  if (!found) return Error(Reason::kUnknownDataset, "There is no such dataset in the catalogue.");
  return *found;
}

}  // namespace exposure::storage
