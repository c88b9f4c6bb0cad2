// Keys and values of the dataset store's database, to the byte: docs/storage.md.
//
// Every upload and every installed dataset has a sequence of its own, counted up and never used again. Its rows are
// under the sequence; what is said of it is in the family `default`. A sequence is in use by one upload, or by one
// installed dataset, or is garbage: listed, until its bytes are gone.
#ifndef EXPOSURE_STORAGE_DATASET_LAYOUT_H_
#define EXPOSURE_STORAGE_DATASET_LAYOUT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/dataset.h"

namespace exposure::storage {

enum Family : size_t { kMeta = 0, kUploads = 1, kBuckets = 2 };

inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kFormat = "1";
inline constexpr std::string_view kNextKey = "next";
inline constexpr char kUploadMark = 'u';
inline constexpr char kInstalledMark = 'd';
inline constexpr char kGarbageMark = 'g';

// 'u' or 'd' || dataset_id → u64 sequence || the head as in the file form.
std::string EntryKey(char mark, const crypto::DatasetId& id);
// 'g' || u64 sequence → nothing.
std::string GarbageKey(uint64_t sequence);

// u64.
std::string EncodeSequence(uint64_t sequence);
std::optional<uint64_t> DecodeSequence(std::string_view bytes);

// u64 sequence || u64 offset → bytes of the uploaded file from that offset.
std::string ChunkKey(uint64_t sequence, uint64_t offset);
// u64 sequence || u32 bucket → bucket || path: row_i of protocol.md §5.
std::string BucketKey(uint64_t sequence, uint32_t bucket);

// What is kept of an upload or an installed dataset.
struct StoredDataset {
  uint64_t sequence = 0;
  crypto::DatasetHead head;
  std::string head_bytes;  // as in the file form

  const crypto::Manifest& manifest() const { return head.manifest; }
  uint64_t row_bytes() const { return manifest().bucket_bytes() + 32u * manifest().bucket_bits; }
};

std::string EncodeEntry(const StoredDataset& dataset);
// Returns CORRUPT_RECORDS, also if it is not of dataset `id`.
absl::StatusOr<StoredDataset> DecodeEntry(std::string_view id, std::string_view value);

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_DATASET_LAYOUT_H_
