// Making and checking a sealed dataset (protocol.md §4, §5): seed → salt → dataset id, dummies, buckets, file form.
#ifndef EXPOSURE_CRYPTO_DATASET_H_
#define EXPOSURE_CRYPTO_DATASET_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/bodies.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"
#include "crypto/record.h"

namespace exposure::crypto {

// digest = H(L("rows") || for each merged row, sorted by input: u16(|input|) || input || pt).
class RowsDigest {
 public:
  RowsDigest();
  // In ascending order of distinct inputs, each of at most 65,535 bytes: the caller sorts. Returns BAD_SOURCE
  // otherwise.
  absl::Status Add(std::string_view input, const RecordContent& content);
  Hash Finish();

 private:
  Sha256Stream hash_;
  Secret previous_;
};

// HMAC-SHA256(seed, L("salt") || epoch_id || digest). `seed` has 32 bytes.
Salt DeriveSalt(const Secret& seed, const EpochId& epoch_id, const Hash& digest);

// H(L("dataset") || epoch_id || salt)[0..16).
DatasetId DeriveDatasetId(const EpochId& epoch_id, const Salt& salt);

// Dummy j of bucket i: HMAC(seed, L("dummy") || u32 i || u32 j)[0..56).
Row DummyRow(const Secret& seed, uint32_t bucket, uint32_t j);

// R: the largest real count, rounded up to a multiple of 8, at least 8.
uint32_t RowsPerBucket(uint32_t largest_count);

// Whether the service accepts R for so many records in 2^B buckets: a multiple of 8 with R ≤ m + 8·√m + 16, m = records
// / 2^B, in exact integers.
bool RowsPerBucketAllowed(uint32_t rows_per_bucket, uint64_t records, int bucket_bits);

// Checks one bucket: exactly R rows in strictly ascending order of tags. Returns BAD_ROW_LENGTH or BAD_ROW_ORDER,
// naming the bucket's number (its place in a file, never one that was asked for).
absl::Status CheckBucket(uint32_t index, uint32_t rows_per_bucket, BytesView bucket);

// A sealed row and the bucket it belongs to.
struct PlacedRow {
  uint32_t bucket;
  Row row;
};

// All buckets of a dataset, padded.
struct Buckets {
  uint32_t rows_per_bucket = 0;  // R
  std::string bytes;             // 2^B buckets of 56·R bytes, in order
  Hash root{};
};

// Sorts, pads with dummies of `seed`, and computes the root. Returns BAD_DATASET if two rows of a bucket share a tag
// (the chance is 2^-100), a bucket number is ≥ 2^B, or R is more than the service would accept.
absl::StatusOr<Buckets> BuildBuckets(std::span<const PlacedRow> rows, int bucket_bits, const DatasetId& dataset_id,
                                     const Secret& seed);

// The file form: `EXPDSET1` || u32 280 || manifest || signature || u32 length || details || buckets.
inline constexpr std::string_view kFileMagic = "EXPDSET1";
inline constexpr size_t kFileFixedSize = 8 + 4 + kManifestSize + 64 + 4;  // up to the details
inline constexpr size_t kMaxDetails = 64 << 10;

struct DatasetHead {
  ByteArray<kManifestSize> manifest_bytes{};
  Manifest manifest;
  Signature signature{};
  std::string details;

  uint64_t buckets_offset() const { return kFileFixedSize + details.size(); }
  uint64_t file_size() const { return buckets_offset() + manifest.buckets() * manifest.bucket_bytes(); }
};

// The bytes of the file before the buckets.
std::string EncodeDatasetHead(BytesView manifest, const Signature& signature, std::string_view details);

// Reads them from a file's beginning, which may go on. Does not check the signature. Returns BAD_DATASET or
// BAD_MANIFEST, also if the details are not those of the manifest.
absl::StatusOr<DatasetHead> DecodeDatasetHead(BytesView file);

// Checks a whole file bucket by bucket as bytes come, in any pieces: order, distinctness, length and root. Knows no
// key. Not thread-safe.
class DatasetVerifier {
 public:
  explicit DatasetVerifier(const Manifest& manifest) : manifest_(manifest) {}

  // Bytes of the buckets, following on. Returns BAD_ROW_ORDER or BAD_DATASET (too long).
  absl::Status Update(BytesView bytes);
  // After the last byte: the tree, for its paths. Returns BAD_DATASET if it is too short or the root differs.
  absl::StatusOr<MerkleTree> Finish();

 private:
  absl::Status TakeBucket(BytesView bucket);

  const Manifest manifest_;
  std::string partial_;
  std::vector<Hash> leaves_;
};

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_DATASET_H_
