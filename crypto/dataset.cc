#include "crypto/dataset.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::crypto {
namespace {

constexpr uint32_t kRowsStep = 8;  // R is a multiple of this

int CompareTags(const uint8_t* a, const uint8_t* b) { return std::memcmp(a, b, kTagSize); }

}  // namespace

RowsDigest::RowsDigest() { hash_.Update(AsBytes(Label("rows"))); }

absl::Status RowsDigest::Add(std::string_view input, const RecordContent& content) {
  if (input.empty() || input.size() > UINT16_MAX || input <= AsChars(previous_.Reveal())) {
    return Error(Reason::kBadSource, "Merged rows are not in ascending order of distinct inputs.");
  }
  if (previous_.size() != input.size()) previous_ = Secret(input.size());
  std::copy(input.begin(), input.end(), previous_.RevealMutable().begin());
  ByteArray<2> size;
  StoreBigEndian(static_cast<uint16_t>(input.size()), size.data());
  hash_.Update(size);
  hash_.Update(AsBytes(input));
  hash_.Update(EncodeContent(content));
  return absl::OkStatus();
}

Hash RowsDigest::Finish() { return hash_.Finish(); }

Salt DeriveSalt(const Secret& seed, const EpochId& epoch_id, const Hash& digest) {
  return HmacSha256(seed.Reveal(), {AsBytes(Label("salt")), epoch_id, digest}).Reveal();
}

DatasetId DeriveDatasetId(const EpochId& epoch_id, const Salt& salt) {
  const Hash hash = Sha256({AsBytes(Label("dataset")), epoch_id, salt});
  return *ToArray<16>(BytesView(hash).first(16));
}

Row DummyRow(const Secret& seed, uint32_t bucket, uint32_t j) {
  ByteArray<8> place;
  StoreBigEndian(bucket, place.data());
  StoreBigEndian(j, place.data() + 4);
  const WipedArray<64> mac = HmacSha512(seed.Reveal(), {AsBytes(Label("dummy")), place});
  return *ToArray<kRowSize>(BytesView(mac.Reveal()).first(kRowSize));
}

uint32_t RowsPerBucket(uint32_t largest_count) {
  return std::max(kRowsStep, (largest_count + kRowsStep - 1) / kRowsStep * kRowsStep);
}

bool RowsPerBucketAllowed(uint32_t rows_per_bucket, uint64_t records, int bucket_bits) {
  if (rows_per_bucket < kRowsStep || rows_per_bucket % kRowsStep != 0) return false;
  // R ≤ m + 8·√m + 16 with m = N / 2^B, in integers: x = (R − 16)·2^B − N; x ≤ 0 or x² ≤ 64·N·2^B.
  using Wide = __int128;
  const Wide t = Wide{1} << bucket_bits;
  const Wide n = records;
  const Wide x = (Wide{rows_per_bucket} - 16) * t - n;
  if (x <= 0) return true;
  return x < (Wide{1} << 62) && x * x <= 64 * n * t;
}

absl::Status CheckBucket(uint32_t index, uint32_t rows_per_bucket, BytesView bucket) {
  if (bucket.size() != uint64_t{kRowSize} * rows_per_bucket) {
    return Error(Reason::kBadRowLength, absl::StrCat("Bucket ", index, " has not ", rows_per_bucket, " rows."));
  }
  for (size_t offset = kRowSize; offset < bucket.size(); offset += kRowSize) {
    if (CompareTags(&bucket[offset - kRowSize], &bucket[offset]) >= 0) {
      return Error(Reason::kBadRowOrder,
                   absl::StrCat("The rows of bucket ", index, " are not in ascending order of distinct tags."));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Buckets> BuildBuckets(std::span<const PlacedRow> rows, int bucket_bits, const DatasetId& dataset_id,
                                     const Secret& seed) {
  const uint32_t bucket_count = uint32_t{1} << bucket_bits;
  std::vector<std::vector<Row>> sorted(bucket_count);
  uint32_t largest = 0;
  for (const PlacedRow& placed : rows) {
    if (placed.bucket >= bucket_count) return Error(Reason::kBadDataset, "A row is placed beyond the last bucket.");
    sorted[placed.bucket].push_back(placed.row);
    largest = std::max(largest, static_cast<uint32_t>(sorted[placed.bucket].size()));
  }

  Buckets buckets;
  buckets.rows_per_bucket = RowsPerBucket(largest);
  if (!RowsPerBucketAllowed(buckets.rows_per_bucket, rows.size(), bucket_bits)) {
    return Error(Reason::kBadDataset,
                 "The fullest bucket holds more rows than chance allows. Seal again; if it happens again, the epoch's "
                 "bucket_bits do not fit this source.");
  }
  buckets.bytes.reserve(size_t{bucket_count} * buckets.rows_per_bucket * kRowSize);
  std::vector<Hash> leaves;
  leaves.reserve(bucket_count);
  for (uint32_t i = 0; i < bucket_count; ++i) {
    std::vector<Row>& bucket = sorted[i];
    for (uint32_t j = static_cast<uint32_t>(bucket.size()); j < buckets.rows_per_bucket; ++j) {
      bucket.push_back(DummyRow(seed, i, j));
    }
    std::sort(bucket.begin(), bucket.end(),
              [](const Row& a, const Row& b) { return CompareTags(a.data(), b.data()) < 0; });
    const size_t begin = buckets.bytes.size();
    for (const Row& row : bucket) buckets.bytes.append(AsChars(row));
    const BytesView bytes = AsBytes(std::string_view(buckets.bytes).substr(begin));
    if (!CheckBucket(i, buckets.rows_per_bucket, bytes).ok()) {
      return Error(Reason::kBadDataset, "Two rows of a bucket have the same tag. Seal again.");
    }
    leaves.push_back(LeafHash(dataset_id, i, bytes));
  }
  ASSIGN_OR_RETURN(const MerkleTree tree, MerkleTree::Build(std::move(leaves)));
  buckets.root = tree.root();
  return buckets;
}

absl::Status DatasetVerifier::Update(BytesView bytes) {
  const size_t bucket_bytes = manifest_.bucket_bytes();
  while (!bytes.empty()) {
    if (leaves_.size() == manifest_.buckets()) {
      return Error(Reason::kBadDataset, "The dataset is longer than its manifest says.");
    }
    if (partial_.empty() && bytes.size() >= bucket_bytes) {
      RETURN_IF_ERROR(TakeBucket(bytes.first(bucket_bytes)));
      bytes = bytes.subspan(bucket_bytes);
      continue;
    }
    const size_t take = std::min(bytes.size(), bucket_bytes - partial_.size());
    partial_.append(AsChars(bytes.first(take)));
    bytes = bytes.subspan(take);
    if (partial_.size() == bucket_bytes) {
      RETURN_IF_ERROR(TakeBucket(AsBytes(partial_)));
      partial_.clear();
    }
  }
  return absl::OkStatus();
}

absl::Status DatasetVerifier::TakeBucket(BytesView bucket) {
  const auto index = static_cast<uint32_t>(leaves_.size());
  RETURN_IF_ERROR(CheckBucket(index, manifest_.rows_per_bucket, bucket));
  leaves_.push_back(LeafHash(manifest_.dataset_id, index, bucket));
  return absl::OkStatus();
}

absl::StatusOr<MerkleTree> DatasetVerifier::Finish() {
  if (leaves_.size() != manifest_.buckets()) {
    return Error(Reason::kBadDataset, "The dataset is shorter than its manifest says.");
  }
  ASSIGN_OR_RETURN(MerkleTree tree, MerkleTree::Build(std::move(leaves_)));
  leaves_.clear();
  if (tree.root() != manifest_.root) {
    return Error(Reason::kBadDataset, "The dataset's rows are not those that its manifest was signed for.");
  }
  return tree;
}

}  // namespace exposure::crypto
