#include <rocksdb/convenience.h>
#include <rocksdb/sst_file_writer.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/rocks_dataset_store.h"

namespace exposure::storage {

absl::Status RocksDatasetStore::Install(const crypto::DatasetId& id) {
  const std::lock_guard<std::mutex> change(change_);
  if (IsInstalled(id)) return absl::OkStatus();
  const Upload* found = FindUpload(id);
  if (found == nullptr) return Error(Reason::kUnknownUpload, "There is no such upload. Begin it again.");
  const std::shared_ptr<const StoredDataset> upload = found->dataset;
  if (const uint64_t missing = upload->head.file_size() - found->held; missing > 0) {
    return Error(Reason::kUploadIncomplete,
                 absl::StrCat("The upload lacks its last ", missing, " bytes. Send them, then publish."));
  }

  RETURN_IF_ERROR(CheckRoom(upload->manifest().buckets() * upload->row_bytes()));

  // Garbage until it is installed: whatever interrupts this, the bytes are removed.
  rocksdb::WriteBatch batch;
  const uint64_t sequence = AllotSequence(batch);
  batch.Put(GarbageKey(sequence), "");
  RETURN_IF_ERROR(rocks_->Write(batch));
  garbage_.insert(sequence);

  StoredDataset stored = *upload;
  stored.sequence = sequence;
  const auto installed = std::make_shared<const StoredDataset>(std::move(stored));
  absl::Status status = Ingest(*upload, sequence);
  if (status.ok()) status = VerifyStored(*installed);
  if (status.ok()) status = SwitchToInstalled(installed);
  if (!status.ok()) Reclaim().IgnoreError();  // listed until it succeeds
  return status;
}

absl::Status RocksDatasetStore::Ingest(const StoredDataset& upload, uint64_t sequence) {
  crypto::DatasetVerifier verifier(upload.manifest());
  RETURN_IF_ERROR(ReadUpload(upload, upload.head.buckets_offset(), upload.head.file_size(),
                             [&](BytesView bytes) { return verifier.Update(bytes); }));
  ASSIGN_OR_RETURN(const crypto::MerkleTree tree, verifier.Finish());

  const std::string path = absl::StrCat(StagingDirectory(), "/", sequence, ".sst");
  absl::Status status = WriteTable(upload, sequence, tree, path);
  if (status.ok()) {
    rocksdb::IngestExternalFileOptions options;
    options.move_files = true;
    options.write_global_seqno = false;
    options.verify_checksums_before_ingest = true;
    status = rocks_->Change(
        [&](const Rocks::Use& use) { return use.db().IngestExternalFile(use.family(kBuckets), {path}, options); });
  }
  rocks_->env().DeleteFile(path).PermitUncheckedError();  // gone already where it was moved
  return status;
}

absl::StatusOr<rocksdb::Options> RocksDatasetStore::TableOptions() {
  ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
  return use.db().GetOptions(use.family(kBuckets));
}

// Row i = bucket_i || path_i, sorted by its key.
absl::Status RocksDatasetStore::WriteTable(const StoredDataset& upload, uint64_t sequence,
                                           const crypto::MerkleTree& tree, const std::string& path) {
  ASSIGN_OR_RETURN(rocksdb::Options options, TableOptions());
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options);
  RETURN_IF_ERROR(WriteError(writer.Open(path)));
  std::string row;
  RETURN_IF_ERROR(ReadUploadedBuckets(upload, [&](uint32_t index, BytesView bucket) {
    row.assign(AsChars(bucket));
    row.append(tree.Path(index));
    return WriteError(writer.Put(BucketKey(sequence, index), row));
  }));
  return WriteError(writer.Finish());
}

// Reads back every row as a client would check it.
absl::Status RocksDatasetStore::VerifyStored(const StoredDataset& dataset) {
  const crypto::Manifest& manifest = dataset.manifest();
  return ReadRows(dataset, 0, static_cast<uint32_t>(manifest.buckets()), [&](uint32_t index, BytesView row) {
    const auto checked = crypto::VerifyRow(manifest.dataset_id, manifest.root, manifest.bucket_bits,
                                           manifest.rows_per_bucket, {manifest.bucket_bits, index}, row);
    return checked.ok() ? absl::OkStatus() : ReadError(rocksdb::Status::Corruption());
  });
}

absl::Status RocksDatasetStore::SwitchToInstalled(const std::shared_ptr<const StoredDataset>& installed) {
  const crypto::DatasetId id = installed->manifest().dataset_id;
  rocksdb::WriteBatch batch;
  batch.Put(EntryKey(kInstalledMark, id), EncodeEntry(*installed));
  batch.Delete(GarbageKey(installed->sequence));
  RETURN_IF_ERROR(rocks_->Write(batch));
  garbage_.erase(installed->sequence);
  const std::unique_lock<std::shared_mutex> lock(lists_);
  installed_[id] = installed;
  return absl::OkStatus();
}

absl::Status RocksDatasetStore::Remove(const crypto::DatasetId& id) {
  const std::lock_guard<std::mutex> change(change_);
  RETURN_IF_ERROR(RemoveHolding(id));
  return Reclaim();
}

absl::Status RocksDatasetStore::RemoveAllBut(const std::set<crypto::DatasetId>& keep) {
  const std::lock_guard<std::mutex> change(change_);
  std::set<crypto::DatasetId> removed;
  for (const auto& [id, dataset] : installed_) {
    if (!keep.contains(id)) removed.insert(id);
  }
  for (const crypto::DatasetId& id : removed) RETURN_IF_ERROR(RemoveHolding(id));
  return Reclaim();
}

absl::Status RocksDatasetStore::RemoveHolding(const crypto::DatasetId& id) {
  const std::shared_ptr<const StoredDataset> dataset = FindInstalled(id);
  if (dataset == nullptr) return absl::OkStatus();
  rocksdb::WriteBatch batch;
  batch.Delete(EntryKey(kInstalledMark, id));
  batch.Put(GarbageKey(dataset->sequence), "");
  RETURN_IF_ERROR(rocks_->Write(batch));
  garbage_.insert(dataset->sequence);
  const std::unique_lock<std::shared_mutex> lock(lists_);
  installed_.erase(id);
  return absl::OkStatus();
}

absl::Status RocksDatasetStore::Reclaim() {
  if (garbage_.empty()) return absl::OkStatus();
  for (const uint64_t sequence : garbage_) RETURN_IF_ERROR(RemoveBytes(sequence));
  RETURN_IF_ERROR(rocks_->DropOldFiles());
  rocksdb::WriteBatch batch;
  for (const uint64_t sequence : garbage_) batch.Delete(GarbageKey(sequence));
  RETURN_IF_ERROR(rocks_->Write(batch));
  garbage_.clear();
  return absl::OkStatus();
}

// Whole files go first, which is all for a dataset. What shares a file, a memtable or the write-ahead log with others
// is deleted, flushed and compacted away.
absl::Status RocksDatasetStore::RemoveBytes(uint64_t sequence) {
  const std::string begin_key = EncodeSequence(sequence);
  const std::string end_key = EncodeSequence(sequence + 1);
  const rocksdb::Slice begin(begin_key);
  const rocksdb::Slice end(end_key);
  for (const Family family : {kUploads, kBuckets}) {
    RETURN_IF_ERROR(rocks_->Change([&](const Rocks::Use& use) {
      const rocksdb::Status status = rocksdb::DeleteFilesInRange(&use.db(), use.family(family), &begin, &end, false);
      return status.ok() ? use.db().DeleteRange(kSynced, use.family(family), begin, end) : status;
    }));
  }
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  options.exclusive_manual_compaction = false;
  return rocks_->Change([&](const Rocks::Use& use) {
    rocksdb::Status status = use.db().Flush(rocksdb::FlushOptions(), use.families());
    for (const Family family : {kUploads, kBuckets}) {
      if (status.ok()) status = use.db().CompactRange(options, use.family(family), &begin, &end);
    }
    return status;
  });
}

}  // namespace exposure::storage
