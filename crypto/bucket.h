// Buckets: which one a person is in, and how much of that a question may reveal (protocol.md §3).
#ifndef EXPOSURE_CRYPTO_BUCKET_H_
#define EXPOSURE_CRYPTO_BUCKET_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "crypto/epoch.h"
#include "crypto/oprf.h"

namespace exposure::crypto {

inline constexpr int kMaxBucketBits = 24;            // B
inline constexpr int kMaxFetchBits = 12;             // what a client allows at most, whatever the catalogue says
inline constexpr uint32_t kMinPeople = 100;          // k unless set higher
inline constexpr uint64_t kMaxFetchBytes = 2 << 20;  // buckets of one fetch, over the datasets of the epoch
inline constexpr size_t kPrefixSize = 5;

// The bucket of F: 0 where bits = 0, else the first `bits` bits of HMAC(F, L("bucket") || epoch_id). bits ≤ 24.
uint32_t BucketIndex(const Output& f, const EpochId& epoch_id, int bits);

// The first p = `bits` bits of an index: stands for 2^(B−p) adjacent buckets.
struct Prefix {
  int bits = 0;
  uint32_t value = 0;
  friend bool operator==(const Prefix&, const Prefix&) = default;
};

// bits ≤ bucket_bits.
Prefix PrefixOf(uint32_t index, int bucket_bits, int bits);

// u8 p || u32 value.
ByteArray<kPrefixSize> EncodePrefix(const Prefix& prefix);
// Returns BAD_PREFIX for another length, more than `most` bits, or bits set beyond them. Never names the value.
absl::StatusOr<Prefix> DecodePrefix(BytesView bytes, int most);

// The most that one question may reveal among `population` people: the largest b ≤ 24 with m − 3.5·√m ≥ k where
// m = population / 2^b; 0 where there is none.
int FetchBits(uint64_t population, uint32_t min_people);

// p = ⌊min_fetch_bits / fetches⌋, the bits of each of `fetches` ≥ 1 fetches of one person's question.
int QuestionBits(int min_fetch_bits, int fetches);

// Bytes of buckets that a fetch of `bits` returns of a dataset with 56·R = `bucket_bytes`, without siblings.
uint64_t FetchBytes(uint64_t bucket_bytes, int bucket_bits, int bits);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_BUCKET_H_
