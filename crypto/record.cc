#include "crypto/record.h"

#include <sodium.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "crypto/hash.h"

namespace exposure::crypto {
namespace {

constexpr uint8_t kContentVersion = 1;
constexpr uint8_t kRowVersion = 1;
constexpr ByteArray<crypto_aead_chacha20poly1305_IETF_NPUBBYTES> kZeroNonce{};  // a key seals one content only

// L("aad") || u8 1 || epoch_id || dataset_id || u8 B || u32 index || tag.
std::string AdditionalData(const RowPlace& place, const Tag& tag) {
  std::string aad = Label("aad");
  aad.push_back(static_cast<char>(kRowVersion));
  aad.append(AsChars(place.epoch_id));
  aad.append(AsChars(place.dataset_id));
  aad.push_back(static_cast<char>(place.bucket_bits));
  AppendBigEndian(place.index, aad);
  aad.append(AsChars(tag));
  return aad;
}

}  // namespace

State Merge(State a, State b) {
  if (a == State::kUnknown || b == State::kUnknown) {
    const State other = std::max(a, b);
    return other >= State::kPossiblyExposed ? other : State::kUnknown;
  }
  return std::max(a, b);
}

State Categories::Get(int category) const {
  return static_cast<State>((bytes_[category / 4] >> (2 * (category % 4))) & 3);
}

void Categories::Set(int category, State state) {
  uint8_t& byte = bytes_[category / 4];
  const int shift = 2 * (category % 4);
  byte = static_cast<uint8_t>((byte & ~(3 << shift)) | (static_cast<int>(state) << shift));
}

void Categories::MergeWith(const Categories& other) {
  for (int c = 0; c < kCategoryCount; ++c) Set(c, Merge(Get(c), other.Get(c)));
}

void RecordContent::MergeWith(const RecordContent& other) {
  source_rows = static_cast<uint16_t>(std::min(uint32_t{source_rows} + other.source_rows, uint32_t{UINT16_MAX}));
  categories.MergeWith(other.categories);
}

ByteArray<kContentSize> EncodeContent(const RecordContent& content) {
  ByteArray<kContentSize> out{};
  out[0] = kContentVersion;
  StoreBigEndian(content.source_rows, out.data() + 2);
  std::copy(content.categories.bytes().begin(), content.categories.bytes().end(), out.begin() + 4);
  return out;
}

absl::StatusOr<RecordContent> DecodeContent(BytesView bytes) {
  if (bytes.size() != kContentSize || bytes[0] != kContentVersion || bytes[1] != 0 ||
      LoadBigEndian<uint32_t>(bytes.data() + 20) != 0) {
    return Error(Reason::kBadRecord, "A record's content is not of this version.");
  }
  RecordContent content;
  content.source_rows = LoadBigEndian<uint16_t>(bytes.data() + 2);
  if (content.source_rows == 0) return Error(Reason::kBadRecord, "A record says that it comes from no row.");
  std::copy_n(bytes.begin() + 4, content.categories.bytes_.size(), content.categories.bytes_.begin());
  return content;
}

RecordKeys DeriveRecordKeys(const Output& f, const EpochId& epoch_id, const DatasetId& dataset_id, const Salt& salt) {
  const WipedArray<64> hr = HmacSha512(f.Reveal(), {AsBytes(Label("record")), epoch_id, dataset_id, salt});
  RecordKeys keys;
  std::copy_n(hr.Reveal().begin(), kTagSize, keys.tag.begin());
  std::copy_n(hr.Reveal().begin() + kTagSize, 32, keys.key.RevealMutable().begin());
  return keys;
}

Row SealRow(const RecordKeys& keys, const RowPlace& place, const RecordContent& content) {
  Row row;
  std::copy(keys.tag.begin(), keys.tag.end(), row.begin());
  WipedArray<kContentSize> plain;
  plain.RevealMutable() = EncodeContent(content);
  const std::string aad = AdditionalData(place, keys.tag);
  crypto_aead_chacha20poly1305_ietf_encrypt(row.data() + kTagSize, nullptr, plain.Reveal().data(), kContentSize,
                                            AsBytes(aad).data(), aad.size(), nullptr, kZeroNonce.data(),
                                            keys.key.Reveal().data());
  return row;
}

absl::StatusOr<RecordContent> OpenRow(const RecordKeys& keys, const RowPlace& place, BytesView row) {
  if (row.size() != kRowSize || !std::equal(keys.tag.begin(), keys.tag.end(), row.begin())) {
    return Error(Reason::kBadRecord, "A row is not the record of this key.");
  }
  WipedArray<kContentSize> plain;
  const std::string aad = AdditionalData(place, keys.tag);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(plain.RevealMutable().data(), nullptr, nullptr, row.data() + kTagSize,
                                                kRowSize - kTagSize, AsBytes(aad).data(), aad.size(), kZeroNonce.data(),
                                                keys.key.Reveal().data()) != 0) {
    return Error(Reason::kBadRecord, "A record does not open: it was changed.");
  }
  return DecodeContent(plain.Reveal());
}

absl::StatusOr<std::optional<RecordContent>> FindRecord(const RecordKeys& keys, const RowPlace& place,
                                                        BytesView bucket) {
  if (bucket.size() % kRowSize != 0) return Error(Reason::kBadRowLength, "A bucket is not of whole rows.");
  BytesView match;
  for (size_t offset = 0; offset < bucket.size(); offset += kRowSize) {
    const BytesView row = bucket.subspan(offset, kRowSize);
    if (sodium_memcmp(row.data(), keys.tag.data(), kTagSize) == 0) match = row;
  }
  if (match.empty()) return std::optional<RecordContent>();
  absl::StatusOr<RecordContent> content = OpenRow(keys, place, match);
  if (!content.ok()) return content.status();
  return std::optional<RecordContent>(*content);
}

}  // namespace exposure::crypto
