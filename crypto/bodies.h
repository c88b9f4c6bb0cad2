// The signed bodies, byte for byte (protocol.md §6). Fixed layouts, so that no serialiser stands between what is signed
// and what is read. Decode returns nothing but what Encode makes.
#ifndef EXPOSURE_CRYPTO_BODIES_H_
#define EXPOSURE_CRYPTO_BODIES_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "crypto/epoch.h"
#include "crypto/key_text.h"
#include "crypto/merkle.h"
#include "crypto/record.h"
#include "crypto/signature.h"

namespace exposure::crypto {

inline constexpr size_t kManifestSize = 216;
inline constexpr size_t kHeaderSize = 136;
inline constexpr size_t kDelegationSize = 64;
inline constexpr size_t kRootChangeSize = 88;
inline constexpr size_t kDestroyedKeySize = 49;

// Times are Unix seconds.
struct Manifest {
  DatasetId dataset_id{};
  EpochId epoch_id{};
  Salt salt{};
  uint8_t bucket_bits = 0;       // B
  uint32_t rows_per_bucket = 0;  // R
  uint64_t records = 0;
  uint64_t rows_read = 0;
  uint64_t rows_indexed = 0;  // = records
  uint64_t rows_merged = 0;
  uint64_t rows_quarantined = 0;
  uint64_t sealed_at = 0;
  Hash root{};
  Hash details_hash{};
  ByteArray<24> signer{};  // first bytes of the custodian's key_id

  uint64_t bucket_bytes() const { return uint64_t{kRowSize} * rows_per_bucket; }
  uint64_t buckets() const { return uint64_t{1} << bucket_bits; }

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

ByteArray<kManifestSize> Encode(const Manifest& manifest);
// Returns BAD_MANIFEST, saying what is wrong, also where the sums do not add up (read = indexed + merged + quarantined,
// indexed = records), B > 24, the dataset_id is not that of epoch and salt, or R is outside what protocol.md §5 allows.
absl::StatusOr<Manifest> DecodeManifest(BytesView bytes);

// H(L("details") || details).
Hash DetailsHash(BytesView details);

struct CatalogueHeader {
  uint64_t version = 0;
  uint64_t issued = 0;
  uint64_t expires = 0;
  Hash previous{};  // H(previous header), zeros for version 1
  Hash content_hash{};
  uint64_t content_size = 0;
  KeyId signer{};
  friend bool operator==(const CatalogueHeader&, const CatalogueHeader&) = default;
};

ByteArray<kHeaderSize> Encode(const CatalogueHeader& header);
// Returns CATALOGUE_MALFORMED, also for version 0 or a first version with a predecessor.
absl::StatusOr<CatalogueHeader> DecodeHeader(BytesView bytes);
// H of the encoded header, without signature: what the next one names.
Hash HeaderHash(BytesView header);
// H(L("content") || content).
Hash ContentHash(BytesView content);

struct Delegation {
  uint64_t serial = 0;
  uint64_t not_before = 0;
  uint64_t not_after = 0;
  PublicKey catalogue_key{};
  friend bool operator==(const Delegation&, const Delegation&) = default;
};

ByteArray<kDelegationSize> Encode(const Delegation& delegation);
// Returns BAD_DELEGATION, also where it ends before it begins or lasts more than 90 days.
absl::StatusOr<Delegation> DecodeDelegation(BytesView bytes);

struct RootChange {
  uint64_t serial = 0;
  uint64_t not_before = 0;
  PublicKey old_root{};
  PublicKey new_root{};
  friend bool operator==(const RootChange&, const RootChange&) = default;
};

ByteArray<kRootChangeSize> Encode(const RootChange& change);
// Returns BAD_ROOT_CHANGE.
absl::StatusOr<RootChange> DecodeRootChange(BytesView bytes);

// The receipt of a key that was destroyed.
struct DestroyedKey {
  KeyKind kind = KeyKind::kRoot;
  ByteArray<32> public_key{};
  uint64_t destroyed_at = 0;
  friend bool operator==(const DestroyedKey&, const DestroyedKey&) = default;
};

ByteArray<kDestroyedKeySize> Encode(const DestroyedKey& receipt);
// Returns BAD_RECEIPT, also for an unknown kind.
absl::StatusOr<DestroyedKey> DecodeDestroyedKey(BytesView bytes);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_BODIES_H_
