#include "storage/dataset_store.h"

#include <rocksdb/env.h>

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/rocks_dataset_store.h"

namespace exposure::storage {
namespace {

// Removes files that an install left behind when it was interrupted.
absl::Status EmptyDirectory(const std::string& directory, rocksdb::Env& env) {
  rocksdb::Status status = env.CreateDirIfMissing(directory);
  std::vector<std::string> children;
  if (status.ok()) status = env.GetChildren(directory, &children);
  for (const std::string& name : children) {
    if (status.ok() && name != "." && name != "..") status = env.DeleteFile(absl::StrCat(directory, "/", name));
  }
  return WriteError(status);
}

// Writes the format of a new database; refuses that of a later version.
absl::Status CheckFormat(Rocks& rocks) {
  std::string format;
  rocksdb::Status status;
  {
    ASSIGN_OR_RETURN(const Rocks::Use use, rocks.Begin());
    status = use.db().Get(kUncached, ToSlice(kFormatKey), &format);
  }
  if (status.IsNotFound()) {
    rocksdb::WriteBatch batch;
    batch.Put(ToSlice(kFormatKey), ToSlice(kFormat));
    return rocks.Write(batch);
  }
  if (!status.ok()) return ReadError(status);
  if (format == kFormat) return absl::OkStatus();
  return Error(Reason::kStorageFailed,
               "The data directory was written by a later version of this program. Use that one.");
}

}  // namespace

absl::StatusOr<std::unique_ptr<DatasetStore>> DatasetStore::Open(const DatasetStoreOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Rocks> rocks,
                   Rocks::Open(options.directory, {{"default"}, {"uploads", true}, {"buckets", true}}, options.env));
  RETURN_IF_ERROR(CheckFormat(*rocks));
  auto store = std::make_unique<RocksDatasetStore>(options, std::move(rocks));
  RETURN_IF_ERROR(store->Load());
  return store;
}

absl::Status RocksDatasetStore::Load() {
  const std::lock_guard<std::mutex> change(change_);
  RETURN_IF_ERROR(EmptyDirectory(StagingDirectory(), rocks_->env()));

  RETURN_IF_ERROR(LoadEntries());
  Reclaim().IgnoreError();  // a full disk does not keep what is there from being served
  return absl::OkStatus();
}

absl::Status RocksDatasetStore::LoadEntries() {
  ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
  const std::unique_ptr<rocksdb::Iterator> it(use.db().NewIterator(kUncached));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    const std::string_view key = ToView(it->key());
    if (key == kFormatKey) continue;
    if (key == kNextKey || key[0] == kGarbageMark) {
      const auto sequence = DecodeSequence(key == kNextKey ? ToView(it->value()) : key.substr(1));
      if (!sequence) return ReadError(rocksdb::Status::Corruption());
      if (key == kNextKey) {
        next_sequence_ = *sequence;
      } else {
        garbage_.insert(*sequence);
      }
      continue;
    }
    ASSIGN_OR_RETURN(StoredDataset entry, DecodeEntry(key.substr(1), ToView(it->value())));
    const auto dataset = std::make_shared<const StoredDataset>(std::move(entry));
    if (key[0] == kInstalledMark) {
      installed_[dataset->manifest().dataset_id] = dataset;
    } else {
      ASSIGN_OR_RETURN(const uint64_t held, ReadHeld(use, *dataset));
      uploads_[dataset->manifest().dataset_id] = {dataset, held};
    }
  }
  return ReadError(it->status());
}

absl::StatusOr<crypto::DatasetHead> RocksDatasetStore::Head(const crypto::DatasetId& id) {
  const std::shared_lock<std::shared_mutex> lock(lists_);
  if (const auto it = uploads_.find(id); it != uploads_.end()) return it->second.dataset->head;
  if (const auto it = installed_.find(id); it != installed_.end()) return it->second->head;
  return Error(Reason::kUnknownUpload, "There is no such upload. Begin it again.");
}

bool RocksDatasetStore::IsInstalled(const crypto::DatasetId& id) const { return FindInstalled(id) != nullptr; }

std::shared_ptr<const StoredDataset> RocksDatasetStore::FindInstalled(const crypto::DatasetId& id) const {
  const std::shared_lock<std::shared_mutex> lock(lists_);
  const auto it = installed_.find(id);
  return it == installed_.end() ? nullptr : it->second;
}

uint64_t RocksDatasetStore::AllotSequence(rocksdb::WriteBatch& batch) {
  const uint64_t sequence = next_sequence_++;  // used up even if the batch is never written
  batch.Put(ToSlice(kNextKey), EncodeSequence(next_sequence_));
  return sequence;
}

absl::Status RocksDatasetStore::CheckRoom(uint64_t bytes) const { return rocks_->CheckRoom(bytes + kReserve); }

absl::Status RocksDatasetStore::VerifyChecksums() {
  ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
  return ReadError(use.db().VerifyFileChecksums(kUncached));
}

}  // namespace exposure::storage
