#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/rocks_dataset_store.h"

namespace exposure::storage {
namespace {

constexpr size_t kHashSize = 32;

absl::Status UnknownDataset() {
  return Error(Reason::kUnknownDataset, "There is no such dataset here. Fetch the catalogue again.");
}

}  // namespace

absl::Status RocksDatasetStore::ReadRows(const StoredDataset& dataset, uint32_t first, uint32_t count, TakeRow take) {
  const auto take_checked = [&](uint32_t bucket, const rocksdb::Slice& row) -> absl::Status {
    if (row.size() != dataset.row_bytes()) return ReadError(rocksdb::Status::Corruption());
    return take(bucket, AsBytes(ToView(row)));
  };
  ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
  if (count == 1) {
    rocksdb::PinnableSlice row;
    RETURN_IF_ERROR(ReadError(use.db().Get(kUncached, use.family(kBuckets), BucketKey(dataset.sequence, first), &row)));
    return take_checked(first, row);
  }
  const std::string end = EncodeSequence(dataset.sequence + 1);
  const rocksdb::Slice bound(end);
  rocksdb::ReadOptions options = kUncached;
  options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> it(use.db().NewIterator(options, use.family(kBuckets)));
  it->Seek(BucketKey(dataset.sequence, first));
  for (uint32_t i = 0; i < count; ++i, it->Next()) {
    if (!it->Valid() || it->key() != BucketKey(dataset.sequence, first + i)) {
      return ReadError(it->status().ok() ? rocksdb::Status::Corruption() : it->status());
    }
    RETURN_IF_ERROR(take_checked(first + i, it->value()));
  }
  return absl::OkStatus();
}

absl::Status RocksDatasetStore::Missing(const crypto::DatasetId& id, const absl::Status& status) const {
  return IsInstalled(id) ? status : UnknownDataset();
}

absl::StatusOr<std::string> RocksDatasetStore::ReadPrefix(const crypto::DatasetId& id, const crypto::Prefix& prefix) {
  const std::shared_ptr<const StoredDataset> dataset = FindInstalled(id);
  if (dataset == nullptr) return UnknownDataset();
  const crypto::Manifest& manifest = dataset->manifest();
  const int below = manifest.bucket_bits - prefix.bits;  // levels of the tree beneath the sub-root
  const uint64_t bucket_bytes = manifest.bucket_bytes();

  std::string out;
  out.reserve((bucket_bytes << below) + kHashSize * static_cast<size_t>(prefix.bits));
  std::string siblings;  // any row's path has those above the sub-root
  const absl::Status status =
      ReadRows(*dataset, prefix.value << below, uint32_t{1} << below, [&](uint32_t, BytesView row) {
        out.append(AsChars(row.first(bucket_bytes)));
        if (siblings.empty()) {
          siblings = ToString(row.subspan(bucket_bytes + kHashSize * static_cast<size_t>(below)));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return Missing(id, status);
  out.append(siblings);
  return out;
}

absl::StatusOr<std::string> RocksDatasetStore::ReadFile(const crypto::DatasetId& id, uint64_t offset, size_t most) {
  const std::shared_ptr<const StoredDataset> dataset = FindInstalled(id);
  if (dataset == nullptr) return UnknownDataset();
  const uint64_t size = dataset->head.file_size();
  if (offset > size) {
    return Error(Reason::kBadOffset, absl::StrCat("The file ends at ", size, ". Begin again from 0."));
  }
  const uint64_t end = offset + std::min<uint64_t>(most, size - offset);
  const uint64_t head_size = dataset->head.buckets_offset();

  std::string out;
  out.reserve(end - offset);
  if (offset < head_size) {
    out = dataset->head_bytes.substr(offset, end - offset);
    offset += out.size();
  }
  if (offset == end) return out;
  const uint64_t bucket_bytes = dataset->manifest().bucket_bytes();
  const auto first = static_cast<uint32_t>((offset - head_size) / bucket_bytes);
  const auto last = static_cast<uint32_t>((end - 1 - head_size) / bucket_bytes);
  const absl::Status status = ReadRows(*dataset, first, last - first + 1, [&](uint32_t index, BytesView row) {
    const uint64_t bucket_offset = head_size + index * bucket_bytes;
    const uint64_t from = offset - bucket_offset;
    const uint64_t to = std::min(bucket_bytes, end - bucket_offset);
    out.append(AsChars(row.subspan(from, to - from)));
    offset += to - from;
    return absl::OkStatus();
  });
  if (!status.ok()) return Missing(id, status);
  return out;
}

}  // namespace exposure::storage
