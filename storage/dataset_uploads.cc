#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/rocks_dataset_store.h"

namespace exposure::storage {
namespace {

absl::Status Differs() {
  return Error(Reason::kUploadDiffers,
               "The bytes sent again differ from those held. Abort the upload and begin it again.");
}

// The chunks of one upload, in order. Bounds keep the iterator off everything else.
class Chunks {
 public:
  Chunks(const Rocks::Use& use, uint64_t sequence)
      : sequence_(sequence), end_(EncodeSequence(sequence + 1)), bound_(end_) {
    rocksdb::ReadOptions options = kUncached;
    options.iterate_upper_bound = &bound_;
    it_.reset(use.db().NewIterator(options, use.family(kUploads)));
  }

  // At the chunk that holds `offset`, or the last before it.
  void Seek(uint64_t offset) { it_->SeekForPrev(ChunkKey(sequence_, offset)); }
  void Next() { it_->Next(); }
  bool Valid() const { return it_->Valid() && begins_with_sequence(); }
  absl::Status status() const { return ReadError(it_->status()); }

  uint64_t offset() const { return LoadBigEndian<uint64_t>(AsBytes(ToView(it_->key())).data() + 8); }
  BytesView bytes() const { return AsBytes(ToView(it_->value())); }

 private:
  bool begins_with_sequence() const {
    return it_->key().size() == 16 && it_->key().starts_with(EncodeSequence(sequence_));
  }

  const uint64_t sequence_;
  const std::string end_;
  const rocksdb::Slice bound_;
  std::unique_ptr<rocksdb::Iterator> it_;
};

}  // namespace

RocksDatasetStore::Upload* RocksDatasetStore::FindUpload(const crypto::DatasetId& id) {
  const auto it = uploads_.find(id);
  return it == uploads_.end() ? nullptr : &it->second;
}

absl::StatusOr<uint64_t> RocksDatasetStore::ReadHeld(const Rocks::Use& use, const StoredDataset& dataset) {
  Chunks chunks(use, dataset.sequence);
  chunks.Seek(dataset.head.file_size());
  RETURN_IF_ERROR(chunks.status());
  return chunks.Valid() ? chunks.offset() + chunks.bytes().size() : dataset.head.buckets_offset();
}

absl::StatusOr<UploadState> RocksDatasetStore::BeginUpload(const crypto::DatasetHead& head) {
  const std::lock_guard<std::mutex> change(change_);
  const crypto::DatasetId& id = head.manifest.dataset_id;
  const uint64_t size = head.file_size();
  std::string head_bytes = crypto::EncodeDatasetHead(head.manifest_bytes, head.signature, head.details);
  if (const Upload* upload = FindUpload(id); upload != nullptr) {
    if (upload->dataset->head_bytes != head_bytes) return Differs();
    return UploadState{upload->held, size};
  }
  if (const auto installed = FindInstalled(id); installed != nullptr) {
    if (installed->head_bytes != head_bytes) return Differs();
    return UploadState{size, size};
  }
  if (size > options_.max_dataset_bytes) {
    return Error(Reason::kDatasetTooLarge, absl::StrCat("The dataset has ", size, " bytes; at most ",
                                                        options_.max_dataset_bytes, " are accepted here."));
  }
  if (uploads_.size() >= options_.max_open_uploads) {
    return Error(Reason::kTooManyUploads, absl::StrCat("There are ", uploads_.size(),
                                                       " unfinished uploads already. Finish or abort one first."));
  }

  RETURN_IF_ERROR(CheckRoom(size));
  rocksdb::WriteBatch batch;
  const uint64_t sequence = AllotSequence(batch);
  const auto dataset = std::make_shared<const StoredDataset>(StoredDataset{sequence, head, std::move(head_bytes)});
  batch.Put(EntryKey(kUploadMark, id), EncodeEntry(*dataset));
  RETURN_IF_ERROR(rocks_->Write(batch));
  const std::unique_lock<std::shared_mutex> lock(lists_);
  uploads_[id] = {dataset, head.buckets_offset()};
  return UploadState{head.buckets_offset(), size};
}

absl::StatusOr<UploadState> RocksDatasetStore::Append(const crypto::DatasetId& id, uint64_t offset, BytesView bytes) {
  const std::lock_guard<std::mutex> change(change_);
  Upload* upload = FindUpload(id);
  if (upload == nullptr) return Error(Reason::kUnknownUpload, "There is no such upload. Begin it again.");
  const StoredDataset& dataset = *upload->dataset;
  const uint64_t size = dataset.head.file_size();
  if (offset > upload->held || bytes.size() > size - offset) {
    return Error(Reason::kBadOffset, absl::StrCat("The upload holds ", upload->held, " of ", size,
                                                  " bytes. Go on from there, and not beyond the end."));
  }

  const size_t repeated = std::min<uint64_t>(bytes.size(), upload->held - offset);
  BytesView compared = bytes.first(repeated);
  RETURN_IF_ERROR(ReadUpload(dataset, offset, offset + repeated, [&](BytesView held) {
    if (!std::equal(held.begin(), held.end(), compared.begin())) return Differs();
    compared = compared.subspan(held.size());
    return absl::OkStatus();
  }));

  const BytesView added = bytes.subspan(repeated);
  if (!added.empty()) {
    RETURN_IF_ERROR(CheckRoom(added.size()));
    const std::string key = ChunkKey(dataset.sequence, upload->held);
    RETURN_IF_ERROR(rocks_->Change([&](const Rocks::Use& use) {
      return use.db().Put(kSynced, use.family(kUploads), key, ToSlice(AsChars(added)));
    }));
    upload->held += added.size();
  }
  return UploadState{upload->held, size};
}

absl::Status RocksDatasetStore::AbortUpload(const crypto::DatasetId& id) {
  const std::lock_guard<std::mutex> change(change_);
  const Upload* upload = FindUpload(id);
  if (upload == nullptr) return absl::OkStatus();
  const uint64_t sequence = upload->dataset->sequence;
  rocksdb::WriteBatch batch;
  batch.Delete(EntryKey(kUploadMark, id));
  batch.Put(GarbageKey(sequence), "");
  RETURN_IF_ERROR(rocks_->Write(batch));
  {
    const std::unique_lock<std::shared_mutex> lock(lists_);
    uploads_.erase(id);
  }
  garbage_.insert(sequence);
  return Reclaim();
}

absl::Status RocksDatasetStore::ReadUpload(const StoredDataset& dataset, uint64_t from, uint64_t to, TakeBytes take) {
  const uint64_t head_size = dataset.head.buckets_offset();
  if (from < std::min(to, head_size)) {
    const uint64_t end = std::min(to, head_size);
    RETURN_IF_ERROR(take(AsBytes(dataset.head_bytes).subspan(from, end - from)));
    from = end;
  }
  if (from >= to) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
  Chunks chunks(use, dataset.sequence);
  for (chunks.Seek(from); from < to; chunks.Next()) {
    RETURN_IF_ERROR(chunks.status());
    // Chunks follow one another without a gap: the first holds `from`, every other begins there.
    if (!chunks.Valid() || chunks.offset() > from || chunks.offset() + chunks.bytes().size() <= from) {
      return ReadError(rocksdb::Status::Corruption());
    }
    const BytesView rest = chunks.bytes().subspan(from - chunks.offset());
    const BytesView wanted = rest.first(std::min<uint64_t>(rest.size(), to - from));
    RETURN_IF_ERROR(take(wanted));
    from += wanted.size();
  }
  return absl::OkStatus();
}

absl::Status RocksDatasetStore::ReadUploadedBuckets(const StoredDataset& dataset, TakeRow take) {
  const size_t bucket_bytes = dataset.manifest().bucket_bytes();
  uint32_t next = 0;
  std::string bucket;
  return ReadUpload(dataset, dataset.head.buckets_offset(), dataset.head.file_size(), [&](BytesView bytes) {
    while (!bytes.empty()) {
      const size_t taken = std::min(bytes.size(), bucket_bytes - bucket.size());
      bucket.append(AsChars(bytes.first(taken)));
      bytes = bytes.subspan(taken);
      if (bucket.size() < bucket_bytes) break;
      RETURN_IF_ERROR(take(next++, AsBytes(bucket)));
      bucket.clear();
    }
    return absl::OkStatus();
  });
}

}  // namespace exposure::storage
