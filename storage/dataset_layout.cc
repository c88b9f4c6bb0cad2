#include "storage/dataset_layout.h"

#include <utility>

#include "base/bytes.h"
#include "base/error.h"

namespace exposure::storage {

std::string EntryKey(char mark, const crypto::DatasetId& id) { return mark + ToString(id); }

std::string GarbageKey(uint64_t sequence) { return kGarbageMark + EncodeSequence(sequence); }

std::string EncodeSequence(uint64_t sequence) {
  std::string out;
  AppendBigEndian(sequence, out);
  return out;
}

std::optional<uint64_t> DecodeSequence(std::string_view bytes) {
  if (bytes.size() != sizeof(uint64_t)) return std::nullopt;
  return LoadBigEndian<uint64_t>(AsBytes(bytes).data());
}

std::string ChunkKey(uint64_t sequence, uint64_t offset) {
  std::string key = EncodeSequence(sequence);
  AppendBigEndian(offset, key);
  return key;
}

std::string BucketKey(uint64_t sequence, uint32_t bucket) {
  std::string key = EncodeSequence(sequence);
  AppendBigEndian(bucket, key);
  return key;
}

std::string EncodeEntry(const StoredDataset& dataset) { return EncodeSequence(dataset.sequence) + dataset.head_bytes; }

absl::StatusOr<StoredDataset> DecodeEntry(std::string_view id, std::string_view value) {
  const std::optional<uint64_t> sequence = DecodeSequence(value.substr(0, sizeof(uint64_t)));
  if (sequence) {
    std::string head_bytes(value.substr(sizeof(uint64_t)));
    absl::StatusOr<crypto::DatasetHead> head = crypto::DecodeDatasetHead(AsBytes(head_bytes));
    if (head.ok() && head_bytes.size() == head->buckets_offset() && ToString(head->manifest.dataset_id) == id) {
      return StoredDataset{*sequence, *std::move(head), std::move(head_bytes)};
    }
  }
  return Error(Reason::kCorruptRecords, "The entry of a stored dataset is damaged. Restore the data from a backup.");
}

}  // namespace exposure::storage
