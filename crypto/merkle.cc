#include "crypto/merkle.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "crypto/hash.h"

namespace exposure::crypto {
namespace {

constexpr ByteArray<1> kLeaf = {0};
constexpr ByteArray<1> kNode = {1};

}  // namespace

Hash LeafHash(const DatasetId& dataset_id, uint32_t index, BytesView bucket) {
  ByteArray<4> number;
  StoreBigEndian(index, number.data());
  return Sha256({kLeaf, dataset_id, number, bucket});
}

Hash NodeHash(const Hash& left, const Hash& right) { return Sha256({kNode, left, right}); }

absl::StatusOr<MerkleTree> MerkleTree::Build(std::vector<Hash> leaves) {
  if (leaves.empty() || leaves.size() > (size_t{1} << kMaxBucketBits) || (leaves.size() & (leaves.size() - 1)) != 0) {
    return Error(Reason::kBadDataset, "The number of buckets is not a power of two.");
  }
  std::vector<std::vector<Hash>> levels;
  levels.push_back(std::move(leaves));
  while (levels.back().size() > 1) {
    const std::vector<Hash>& below = levels.back();
    std::vector<Hash> level;
    level.reserve(below.size() / 2);
    for (size_t i = 0; i < below.size(); i += 2) level.push_back(NodeHash(below[i], below[i + 1]));
    levels.push_back(std::move(level));
  }
  return MerkleTree(std::move(levels));
}

std::string MerkleTree::Path(uint32_t index) const {
  std::string path;
  path.reserve((levels_.size() - 1) * sizeof(Hash));
  for (size_t level = 0; level + 1 < levels_.size(); ++level, index >>= 1) {
    path.append(AsChars(levels_[level][index ^ 1]));
  }
  return path;
}

Hash RootFromPath(const Hash& hash, uint32_t index, BytesView path) {
  Hash running = hash;
  for (size_t offset = 0; offset + sizeof(Hash) <= path.size(); offset += sizeof(Hash), index >>= 1) {
    const Hash sibling = *ToArray<32>(path.subspan(offset, sizeof(Hash)));
    running = (index & 1) != 0 ? NodeHash(sibling, running) : NodeHash(running, sibling);
  }
  return running;
}

absl::StatusOr<BytesView> VerifyRow(const DatasetId& dataset_id, const Hash& root, int bucket_bits,
                                    uint32_t rows_per_bucket, const Prefix& prefix, BytesView row) {
  const uint64_t bucket_bytes = uint64_t{kRowSize} * rows_per_bucket;
  const uint64_t buckets = uint64_t{1} << (bucket_bits - prefix.bits);
  const uint64_t path_bytes = sizeof(Hash) * static_cast<uint64_t>(prefix.bits);
  if (row.size() != buckets * bucket_bytes + path_bytes) {
    return Error(Reason::kBadRowLength, "The buckets or their path have not the length that the catalogue says.");
  }
  const uint32_t first = prefix.value << (bucket_bits - prefix.bits);
  std::vector<Hash> leaves;
  leaves.reserve(buckets);
  for (uint64_t i = 0; i < buckets; ++i) {
    leaves.push_back(
        LeafHash(dataset_id, first + static_cast<uint32_t>(i), row.subspan(i * bucket_bytes, bucket_bytes)));
  }
  absl::StatusOr<MerkleTree> below = MerkleTree::Build(std::move(leaves));
  if (!below.ok()) return below.status();
  if (RootFromPath(below->root(), prefix.value, row.last(path_bytes)) != root) {
    return Error(Reason::kBadPath, "The buckets are not those of the signed dataset.");
  }
  return row.first(buckets * bucket_bytes);
}

}  // namespace exposure::crypto
