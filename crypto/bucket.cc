#include "crypto/bucket.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "crypto/hash.h"

namespace exposure::crypto {

uint32_t BucketIndex(const Output& f, const EpochId& epoch_id, int bits) {
  if (bits == 0) return 0;  // a shift by 32 is undefined
  const WipedArray<64> hb = HmacSha512(f.Reveal(), {AsBytes(Label("bucket")), epoch_id});
  return LoadBigEndian<uint32_t>(hb.Reveal().data()) >> (32 - bits);
}

Prefix PrefixOf(uint32_t index, int bucket_bits, int bits) { return {bits, index >> (bucket_bits - bits)}; }

ByteArray<kPrefixSize> EncodePrefix(const Prefix& prefix) {
  ByteArray<kPrefixSize> out;
  out[0] = static_cast<uint8_t>(prefix.bits);
  StoreBigEndian(prefix.value, out.data() + 1);
  return out;
}

absl::StatusOr<Prefix> DecodePrefix(BytesView bytes, int most) {
  if (bytes.size() != kPrefixSize) {
    return Error(Reason::kBadPrefix, absl::StrCat("A prefix has ", kPrefixSize, " bytes."));
  }
  const Prefix prefix = {bytes[0], LoadBigEndian<uint32_t>(bytes.data() + 1)};
  if (prefix.bits > most) {
    return Error(Reason::kBadPrefix, absl::StrCat("A prefix of this epoch has at most ", most, " bits."));
  }
  if ((uint64_t{prefix.value} >> prefix.bits) != 0) {
    return Error(Reason::kBadPrefix, "A prefix has bits set beyond its length.");
  }
  return prefix;
}

int FetchBits(uint64_t population, uint32_t min_people) {
  using Wide = unsigned __int128;
  int best = 0;
  for (int bits = 0; bits <= kMaxBucketBits; ++bits) {
    // m − 3.5·√m ≥ k with m = A / t, in integers: A ≥ k·t and 4·(A − k·t)² ≥ 49·A·t.
    const Wide t = Wide{1} << bits;
    const Wide a = population;
    if (a < min_people * t) break;
    const Wide above = a - min_people * t;
    if (above >> 62 != 0 || 4 * above * above >= 49 * a * t) best = bits;
  }
  return best;
}

int QuestionBits(int min_fetch_bits, int fetches) { return fetches < 1 ? 0 : min_fetch_bits / fetches; }

uint64_t FetchBytes(uint64_t bucket_bytes, int bucket_bits, int bits) { return bucket_bytes << (bucket_bits - bits); }

}  // namespace exposure::crypto
