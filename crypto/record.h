// A record: what is known of one person in one dataset, 24 bytes sealed into a row of 56 (protocol.md §4).
#ifndef EXPOSURE_CRYPTO_RECORD_H_
#define EXPOSURE_CRYPTO_RECORD_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "crypto/epoch.h"
#include "crypto/oprf.h"

namespace exposure::crypto {

inline constexpr int kCategoryCount = 64;
inline constexpr size_t kContentSize = 24;
inline constexpr size_t kTagSize = 16;
inline constexpr size_t kRowSize = 56;  // tag 16 || ciphertext 24 || MAC 16

using DatasetId = ByteArray<16>;
using Salt = ByteArray<32>;
using Tag = ByteArray<kTagSize>;
using Row = ByteArray<kRowSize>;

// State of one category. Zero must be unknown: a category that an old tool does not know must never read "not held".
enum class State : uint8_t { kUnknown = 0, kNotHeld = 1, kPossiblyExposed = 2, kExposed = 3 };

// Merging rows of one person: exposed if any is; else possibly if any is; else unknown if any is; else not held.
State Merge(State a, State b);

// The states of all categories; every one unknown at first.
class Categories {
 public:
  // 0 ≤ category < 64.
  State Get(int category) const;
  void Set(int category, State state);
  void MergeWith(const Categories& other);
  const ByteArray<16>& bytes() const { return bytes_; }

  friend bool operator==(const Categories&, const Categories&) = default;

 private:
  friend absl::StatusOr<struct RecordContent> DecodeContent(BytesView bytes);
  ByteArray<16> bytes_{};
};

// pt.
struct RecordContent {
  uint16_t source_rows = 1;  // rows of the source merged into it, saturating
  Categories categories;

  // Adds another row or rows of the same person.
  void MergeWith(const RecordContent& other);

  friend bool operator==(const RecordContent&, const RecordContent&) = default;
};

ByteArray<kContentSize> EncodeContent(const RecordContent& content);
// Returns BAD_RECORD for anything that EncodeContent does not make.
absl::StatusOr<RecordContent> DecodeContent(BytesView bytes);

// Where a row is: bound into it, so that no row can be moved.
struct RowPlace {
  EpochId epoch_id{};
  DatasetId dataset_id{};
  int bucket_bits = 0;
  uint32_t index = 0;
};

// Tag and key of a person's record in one dataset.
struct RecordKeys {
  Tag tag{};
  WipedArray<32> key;
};

RecordKeys DeriveRecordKeys(const Output& f, const EpochId& epoch_id, const DatasetId& dataset_id, const Salt& salt);

// A key seals one content only: the salt depends on all contents, so another content has another key.
Row SealRow(const RecordKeys& keys, const RowPlace& place, const RecordContent& content);

// Returns BAD_RECORD if the row has the tag but does not open: a row was changed.
absl::StatusOr<RecordContent> OpenRow(const RecordKeys& keys, const RowPlace& place, BytesView row);

// The record with these keys among the rows of a bucket, or nothing. Looks at every row. Returns as OpenRow, and
// BAD_ROW_LENGTH unless whole rows. The caller checks the bucket against the signed root first.
absl::StatusOr<std::optional<RecordContent>> FindRecord(const RecordKeys& keys, const RowPlace& place,
                                                        BytesView bucket);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_RECORD_H_
