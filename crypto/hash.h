// The hashes and labels of protocol.md: H = SHA-256, HMAC-SHA512, HMAC-SHA256, SHA-512, L(s).
#ifndef EXPOSURE_CRYPTO_HASH_H_
#define EXPOSURE_CRYPTO_HASH_H_

#include <sodium.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "crypto/secret.h"

namespace exposure::crypto {

// L(s) = ASCII `exposure/v1/` || s || 0x00.
std::string Label(std::string_view s);

// Each hashes the concatenation of `parts`.
ByteArray<32> Sha256(std::initializer_list<BytesView> parts);
WipedArray<64> Sha512(std::initializer_list<BytesView> parts);
WipedArray<64> HmacSha512(BytesView key, std::initializer_list<BytesView> parts);
WipedArray<32> HmacSha256(BytesView key, std::initializer_list<BytesView> parts);

// SHA-256 of what comes piece by piece. Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;
  void Update(BytesView bytes);
  ByteArray<32> Finish();

 private:
  crypto_hash_sha256_state state_;
};

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_HASH_H_
