// The text of a key file with a passphrase: one line
//   exposure-key/2 KIND argon2id OPSLIMIT MEMLIMIT SALT NONCE CIPHERTEXT
// XChaCha20-Poly1305 under a key that Argon2id (RFC 9106, libsodium's crypto_pwhash) makes of the passphrase; what
// stands before the ciphertext is its associated data. docs/protocol.md §9.
#ifndef EXPOSURE_CRYPTO_SEALED_KEY_H_
#define EXPOSURE_CRYPTO_SEALED_KEY_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "crypto/key_text.h"
#include "crypto/secret.h"

namespace exposure::crypto {

// What a guess costs: passes, and bytes of memory.
struct PassphraseCost {
  uint64_t operations = crypto_pwhash_OPSLIMIT_MODERATE;  // 1..16
  uint64_t memory = crypto_pwhash_MEMLIMIT_MODERATE;      // 256 MiB; 8 MiB..1 GiB
};

struct SealedKey {
  KeyKind kind = KeyKind::kRoot;
  PassphraseCost cost;
  ByteArray<crypto_pwhash_SALTBYTES> salt{};
  ByteArray<crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> nonce{};
  ByteArray<32 + crypto_aead_xchacha20poly1305_ietf_ABYTES> ciphertext{};
};

// With the newline.
std::string EncodeSealedKey(const SealedKey& sealed);
// Returns KEY_FILE for anything else than EncodeSealedKey makes, and for costs out of bounds.
absl::StatusOr<SealedKey> DecodeSealedKey(BytesView text);
// Whether it claims to be one.
bool IsSealedKey(BytesView text);

// `key` has 32 bytes. Takes the cost's memory and about a second. Returns RESOURCE_EXHAUSTED without that memory.
absl::StatusOr<SealedKey> SealKey(KeyKind kind, BytesView key, const Secret& passphrase,
                                  const PassphraseCost& cost = {});
// Returns PASSPHRASE if it is another, or a byte of the file was changed.
absl::StatusOr<Secret> OpenKey(const SealedKey& sealed, const Secret& passphrase);

// The 32 bytes of a key file's text, with or without a passphrase, which is asked for only where there is one.
// Returns KEY_FILE, PASSPHRASE, and the errors of `passphrase`.
absl::StatusOr<Secret> OpenKeyText(KeyKind kind, BytesView text,
                                   absl::FunctionRef<absl::StatusOr<Secret>()> passphrase);

inline constexpr size_t kMaxPassphrase = 1024;

// The first line of a passphrase's file. Returns PASSPHRASE if it is empty.
absl::StatusOr<Secret> FirstLine(BytesView file);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_SEALED_KEY_H_
