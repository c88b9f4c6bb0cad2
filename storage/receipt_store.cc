#include "storage/receipt_store.h"

#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/rocks.h"

namespace exposure::storage {
namespace {

// docs/storage.md: 'a' || dataset_id → receipt, unfinished; 'r' || dataset_id → receipt || signature.
constexpr char kAnnouncedMark = 'a';
constexpr char kReceiptMark = 'r';

std::string Key(char mark, const crypto::DatasetId& id) { return mark + ToString(id); }

absl::Status DamagedReceipt() {
  return Error(Reason::kCorruptRecords, "A stored receipt is damaged. Restore the data directory from a backup.");
}

absl::StatusOr<crypto::Receipt> Decode(std::string_view key, std::string_view value) {
  absl::StatusOr<crypto::Receipt> receipt = crypto::DecodeReceipt(AsBytes(value));
  if (!receipt.ok() || key.substr(1) != ToString(receipt->dataset_id)) return DamagedReceipt();
  return receipt;
}

class RocksReceiptStore : public ReceiptStore {
 public:
  explicit RocksReceiptStore(std::unique_ptr<Rocks> rocks) : rocks_(std::move(rocks)) {}

  absl::Status Announce(const std::vector<crypto::Receipt>& removals) override {
    if (removals.empty()) return absl::OkStatus();
    rocksdb::WriteBatch batch;
    for (const crypto::Receipt& removal : removals) {
      batch.Put(Key(kAnnouncedMark, removal.dataset_id), ToString(Encode(removal)));
    }
    const std::lock_guard<std::mutex> lock(change_);
    return rocks_->Write(batch);
  }

  absl::StatusOr<std::vector<crypto::Receipt>> Announced() override {
    ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
    const std::unique_ptr<rocksdb::Iterator> it(use.db().NewIterator(kUncached));
    std::vector<crypto::Receipt> removals;
    for (it->Seek({&kAnnouncedMark, 1}); it->Valid() && it->key()[0] == kAnnouncedMark; it->Next()) {
      ASSIGN_OR_RETURN(removals.emplace_back(), Decode(ToView(it->key()), ToView(it->value())));
    }
    RETURN_IF_ERROR(ReadError(it->status()));
    return removals;
  }

  absl::Status Keep(const SignedReceipt& kept) override {
    const crypto::DatasetId& id = kept.receipt.dataset_id;
    rocksdb::WriteBatch batch;
    batch.Put(Key(kReceiptMark, id), absl::StrCat(ToString(Encode(kept.receipt)), ToString(kept.signature)));
    batch.Delete(Key(kAnnouncedMark, id));
    const std::lock_guard<std::mutex> lock(change_);
    return rocks_->Write(batch);
  }

  absl::StatusOr<std::optional<SignedReceipt>> Find(const crypto::DatasetId& id) override {
    ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
    const std::string key = Key(kReceiptMark, id);
    std::string value;
    const rocksdb::Status status = use.db().Get(kUncached, key, &value);
    if (status.IsNotFound()) return std::nullopt;
    RETURN_IF_ERROR(ReadError(status));
    if (value.size() != crypto::kReceiptSize + sizeof(crypto::Signature)) return DamagedReceipt();
    SignedReceipt found;
    ASSIGN_OR_RETURN(found.receipt, Decode(key, std::string_view(value).substr(0, crypto::kReceiptSize)));
    found.signature = *ToArray<sizeof(crypto::Signature)>(std::string_view(value).substr(crypto::kReceiptSize));
    return found;
  }

 private:
  const std::unique_ptr<Rocks> rocks_;
  std::mutex change_;  // one change at a time
};

}  // namespace

absl::StatusOr<std::unique_ptr<ReceiptStore>> ReceiptStore::Open(const std::string& directory, rocksdb::Env* env) {
  ASSIGN_OR_RETURN(std::unique_ptr<Rocks> rocks, Rocks::Open(directory, {{"default"}}, env));
  return std::make_unique<RocksReceiptStore>(std::move(rocks));
}

}  // namespace exposure::storage
