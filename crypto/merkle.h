// The tree over a dataset's buckets (protocol.md §5): leaf_i = H(0x00 || dataset_id || u32 i || bucket_i),
// node = H(0x01 || left || right). Construction as in RFC 6962 §2.1, with the index bound into the leaf.
#ifndef EXPOSURE_CRYPTO_MERKLE_H_
#define EXPOSURE_CRYPTO_MERKLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/bucket.h"
#include "crypto/record.h"

namespace exposure::crypto {

using Hash = ByteArray<32>;

Hash LeafHash(const DatasetId& dataset_id, uint32_t index, BytesView bucket);
Hash NodeHash(const Hash& left, const Hash& right);

// A complete tree over 2^bits leaves; 32·2^(bits+1) bytes of memory.
class MerkleTree {
 public:
  // `leaves` has 2^bits entries; bits ≤ 24. Returns BAD_DATASET otherwise.
  static absl::StatusOr<MerkleTree> Build(std::vector<Hash> leaves);

  const Hash& root() const { return levels_.back()[0]; }
  // path_i: `bits` siblings, from the leaf upwards, 32 bytes each.
  std::string Path(uint32_t index) const;

 private:
  explicit MerkleTree(std::vector<std::vector<Hash>> levels) : levels_(std::move(levels)) {}
  std::vector<std::vector<Hash>> levels_;  // [0] the leaves
};

// The root that `hash`, at position `index` of its level, has with these siblings above it. `path` is whole hashes.
Hash RootFromPath(const Hash& hash, uint32_t index, BytesView path);

// Checks what a fetch returned: the 2^(B−p) buckets of `prefix`, then p siblings, against the signed root. On success a
// view of the buckets in `row`. Returns BAD_ROW_LENGTH unless the length is exactly 56·R·2^(B−p) + 32·p; BAD_PATH if
// the root differs.
absl::StatusOr<BytesView> VerifyRow(const DatasetId& dataset_id, const Hash& root, int bucket_bits,
                                    uint32_t rows_per_bucket, const Prefix& prefix, BytesView row);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_MERKLE_H_
