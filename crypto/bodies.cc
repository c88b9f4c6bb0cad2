#include "crypto/bodies.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "crypto/catalogue.h"
#include "crypto/dataset.h"
#include "crypto/hash.h"
#include "crypto/layout.h"

namespace exposure::crypto {
namespace {

constexpr std::string_view kManifestMagic = "EXPMAN01";
constexpr std::string_view kHeaderMagic = "EXPCAT01";
constexpr std::string_view kDelegationMagic = "EXPDEL01";
constexpr std::string_view kRootChangeMagic = "EXPROOT1";
constexpr std::string_view kDestroyedKeyMagic = "EXPDKEY1";
constexpr uint8_t kManifestVersion = 1;

absl::Status BadManifest(std::string_view what) {
  return Error(Reason::kBadManifest, "The manifest does not add up: " + std::string(what));
}

absl::Status CheckManifest(const Manifest& m) {
  if (m.bucket_bits > kMaxBucketBits) return BadManifest("B is greater than 24.");
  // In parts, so that no sum overflows.
  uint64_t rest = m.rows_read;
  for (const uint64_t part : {m.rows_indexed, m.rows_merged, m.rows_quarantined}) {
    if (part > rest) return BadManifest("rows read are not indexed + merged + quarantined.");
    rest -= part;
  }
  if (rest != 0) return BadManifest("rows read are not indexed + merged + quarantined.");
  if (m.rows_indexed != m.records) return BadManifest("rows indexed are not the records.");
  if (m.dataset_id != DeriveDatasetId(m.epoch_id, m.salt)) {
    return BadManifest("the dataset's id is not that of its epoch and salt.");
  }
  if (!RowsPerBucketAllowed(m.rows_per_bucket, m.records, m.bucket_bits)) {
    return BadManifest("R is not a multiple of 8 within m + 8·√m + 16.");
  }
  return absl::OkStatus();
}

}  // namespace

ByteArray<kManifestSize> Encode(const Manifest& m) {
  return Writer<kManifestSize>(kManifestMagic)
      .Put(m.dataset_id)
      .Put(m.epoch_id)
      .Put(m.salt)
      .Number(kManifestVersion)
      .Number(m.bucket_bits)
      .Number(static_cast<uint16_t>(kRowSize))
      .Number(m.rows_per_bucket)
      .Number(m.records)
      .Number(m.rows_read)
      .Number(m.rows_indexed)
      .Number(m.rows_merged)
      .Number(m.rows_quarantined)
      .Number(m.sealed_at)
      .Put(m.root)
      .Put(m.details_hash)
      .Put(m.signer)
      .Finish();
}

absl::StatusOr<Manifest> DecodeManifest(BytesView bytes) {
  if (!HasLayout(bytes, kManifestSize, kManifestMagic)) {
    return Error(Reason::kBadManifest, "It is not a manifest of 216 bytes that begins with EXPMAN01.");
  }
  Reader reader(bytes, kManifestMagic);
  Manifest m;
  reader.Get(m.dataset_id);
  reader.Get(m.epoch_id);
  reader.Get(m.salt);
  const auto version = reader.Number<uint8_t>();
  m.bucket_bits = reader.Number<uint8_t>();
  const auto row_size = reader.Number<uint16_t>();
  if (version != kManifestVersion || row_size != kRowSize) {
    return Error(Reason::kBadManifest, "The manifest is of a version that this program does not know.");
  }
  m.rows_per_bucket = reader.Number<uint32_t>();
  m.records = reader.Number<uint64_t>();
  m.rows_read = reader.Number<uint64_t>();
  m.rows_indexed = reader.Number<uint64_t>();
  m.rows_merged = reader.Number<uint64_t>();
  m.rows_quarantined = reader.Number<uint64_t>();
  m.sealed_at = reader.Number<uint64_t>();
  reader.Get(m.root);
  reader.Get(m.details_hash);
  reader.Get(m.signer);
  if (absl::Status status = CheckManifest(m); !status.ok()) return status;
  return m;
}

Hash DetailsHash(BytesView details) { return Sha256({AsBytes(Label("details")), details}); }

ByteArray<kHeaderSize> Encode(const CatalogueHeader& h) {
  return Writer<kHeaderSize>(kHeaderMagic)
      .Number(h.version)
      .Number(h.issued)
      .Number(h.expires)
      .Put(h.previous)
      .Put(h.content_hash)
      .Number(h.content_size)
      .Put(h.signer)
      .Finish();
}

absl::StatusOr<CatalogueHeader> DecodeHeader(BytesView bytes) {
  if (!HasLayout(bytes, kHeaderSize, kHeaderMagic)) {
    return Error(Reason::kCatalogueMalformed, "It is not a catalogue header of 136 bytes that begins with EXPCAT01.");
  }
  Reader reader(bytes, kHeaderMagic);
  CatalogueHeader h;
  h.version = reader.Number<uint64_t>();
  h.issued = reader.Number<uint64_t>();
  h.expires = reader.Number<uint64_t>();
  reader.Get(h.previous);
  reader.Get(h.content_hash);
  h.content_size = reader.Number<uint64_t>();
  reader.Get(h.signer);
  if (h.version == 0) return Error(Reason::kCatalogueMalformed, "A catalogue's version is 0.");
  if ((h.version == 1) != (h.previous == Hash{})) {
    return Error(Reason::kCatalogueMalformed, "The first catalogue, and only it, has no predecessor.");
  }
  if (h.expires < h.issued) return Error(Reason::kCatalogueMalformed, "A catalogue expires before it was issued.");
  return h;
}

Hash HeaderHash(BytesView header) { return Sha256({header}); }

Hash ContentHash(BytesView content) { return Sha256({AsBytes(Label("content")), content}); }

ByteArray<kDelegationSize> Encode(const Delegation& d) {
  return Writer<kDelegationSize>(kDelegationMagic)
      .Number(d.serial)
      .Number(d.not_before)
      .Number(d.not_after)
      .Put(d.catalogue_key)
      .Finish();
}

absl::StatusOr<Delegation> DecodeDelegation(BytesView bytes) {
  if (!HasLayout(bytes, kDelegationSize, kDelegationMagic)) {
    return Error(Reason::kBadDelegation, "It is not a delegation of 64 bytes that begins with EXPDEL01.");
  }
  Reader reader(bytes, kDelegationMagic);
  Delegation d;
  d.serial = reader.Number<uint64_t>();
  d.not_before = reader.Number<uint64_t>();
  d.not_after = reader.Number<uint64_t>();
  reader.Get(d.catalogue_key);
  if (d.not_after < d.not_before || d.not_after - d.not_before > kMaxDelegationLife) {
    return Error(Reason::kBadDelegation, "A delegation lasts 90 days at most, and does not end before it begins.");
  }
  return d;
}

ByteArray<kRootChangeSize> Encode(const RootChange& c) {
  return Writer<kRootChangeSize>(kRootChangeMagic)
      .Number(c.serial)
      .Number(c.not_before)
      .Put(c.old_root)
      .Put(c.new_root)
      .Finish();
}

absl::StatusOr<RootChange> DecodeRootChange(BytesView bytes) {
  if (!HasLayout(bytes, kRootChangeSize, kRootChangeMagic)) {
    return Error(Reason::kBadRootChange, "It is not a root change of 88 bytes that begins with EXPROOT1.");
  }
  Reader reader(bytes, kRootChangeMagic);
  RootChange c;
  c.serial = reader.Number<uint64_t>();
  c.not_before = reader.Number<uint64_t>();
  reader.Get(c.old_root);
  reader.Get(c.new_root);
  if (c.old_root == c.new_root) return Error(Reason::kBadRootChange, "A root change names the same root twice.");
  return c;
}

ByteArray<kDestroyedKeySize> Encode(const DestroyedKey& receipt) {
  return Writer<kDestroyedKeySize>(kDestroyedKeyMagic)
      .Number(static_cast<uint8_t>(receipt.kind))
      .Put(receipt.public_key)
      .Number(receipt.destroyed_at)
      .Finish();
}

absl::StatusOr<DestroyedKey> DecodeDestroyedKey(BytesView bytes) {
  if (!HasLayout(bytes, kDestroyedKeySize, kDestroyedKeyMagic)) {
    return Error(Reason::kBadReceipt, "It is not a destroyed key's receipt of 49 bytes that begins with EXPDKEY1.");
  }
  Reader reader(bytes, kDestroyedKeyMagic);
  DestroyedKey receipt;
  const auto kind = reader.Number<uint8_t>();
  if (kind > static_cast<uint8_t>(KeyKind::kOperator)) {
    return Error(Reason::kBadReceipt, "The receipt is of a kind of key that this program does not know.");
  }
  receipt.kind = static_cast<KeyKind>(kind);
  reader.Get(receipt.public_key);
  receipt.destroyed_at = reader.Number<uint64_t>();
  return receipt;
}

}  // namespace exposure::crypto
