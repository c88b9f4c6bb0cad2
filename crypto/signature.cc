#include "crypto/signature.h"

#include <sodium.h>

#include "base/error.h"
#include "crypto/hash.h"

namespace exposure::crypto {
namespace {

// L("sig/" label) || u64 |body| || body.
std::string SignedMessage(std::string_view label, BytesView body) {
  std::string message = Label("sig/" + std::string(label));
  AppendBigEndian(static_cast<uint64_t>(body.size()), message);
  message.append(AsChars(body));
  return message;
}

}  // namespace

KeyId DeriveKeyId(const PublicKey& public_key) { return Sha256({public_key}); }

SigningKey SigningKey::Generate() {
  // Any 32 bytes are a seed.
  return *Decode(Secret::Random(crypto_sign_SEEDBYTES).Reveal());
}

absl::StatusOr<SigningKey> SigningKey::Decode(BytesView seed) {
  if (seed.size() != crypto_sign_SEEDBYTES) return Error(Reason::kKeyFile, "A signing key has 32 bytes.");
  SigningKey key;
  key.secret_ = Secret(size_t{crypto_sign_SECRETKEYBYTES});
  crypto_sign_seed_keypair(key.public_key_.data(), key.secret_.RevealMutable().data(), seed.data());
  return key;
}

Signature SigningKey::Sign(std::string_view label, BytesView body) const {
  const std::string message = SignedMessage(label, body);
  Signature signature;
  crypto_sign_detached(signature.data(), nullptr, AsBytes(message).data(), message.size(), secret_.Reveal().data());
  return signature;
}

absl::Status VerifySignature(const PublicKey& public_key, std::string_view label, BytesView body,
                             const Signature& signature) {
  const std::string message = SignedMessage(label, body);
  if (crypto_sign_verify_detached(signature.data(), AsBytes(message).data(), message.size(), public_key.data()) != 0) {
    return Error(Reason::kBadSignature, "A signature is not by the key that it should be by.");
  }
  return absl::OkStatus();
}

}  // namespace exposure::crypto
