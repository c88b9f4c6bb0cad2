// Ed25519 with domain separation: sig(label, body) = Ed25519(sk, L("sig/" label) || u64 |body| || body) (protocol.md
// §6).
#ifndef EXPOSURE_CRYPTO_SIGNATURE_H_
#define EXPOSURE_CRYPTO_SIGNATURE_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "crypto/secret.h"

namespace exposure::crypto {

using PublicKey = ByteArray<32>;
using Signature = ByteArray<64>;
using KeyId = ByteArray<32>;

// H(pk).
KeyId DeriveKeyId(const PublicKey& public_key);

// The labels of protocol.md §6.
inline constexpr std::string_view kManifestLabel = "manifest";
inline constexpr std::string_view kCatalogueLabel = "catalogue";
inline constexpr std::string_view kDelegationLabel = "delegation";
inline constexpr std::string_view kRootLabel = "root";
inline constexpr std::string_view kDestroyedLabel = "destroyed";
inline constexpr std::string_view kReceiptLabel = "receipt";

// A signing key. Move-only; thread-safe for signing.
class SigningKey {
 public:
  static SigningKey Generate();
  // 32 bytes: the seed of RFC 8032 §5.1.5. Returns KEY_FILE for another length.
  static absl::StatusOr<SigningKey> Decode(BytesView seed);

  const PublicKey& public_key() const { return public_key_; }
  Signature Sign(std::string_view label, BytesView body) const;
  // The seed, for writing the key file.
  BytesView Reveal() const { return secret_.Reveal().first(32); }

 private:
  SigningKey() = default;
  Secret secret_;
  PublicKey public_key_{};
};

// Returns BAD_SIGNATURE if it is not a signature by `public_key` of `body` under `label`.
absl::Status VerifySignature(const PublicKey& public_key, std::string_view label, BytesView body,
                             const Signature& signature);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_SIGNATURE_H_
