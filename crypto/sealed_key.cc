#include "crypto/sealed_key.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::crypto {
namespace {

constexpr std::string_view kSealedMagic = "exposure-key/2 ";
constexpr std::string_view kFunction = "argon2id";
constexpr uint64_t kMostOperations = 16;
constexpr uint64_t kLeastMemory = uint64_t{8} << 20;
constexpr uint64_t kMostMemory = uint64_t{1} << 30;

absl::Status NotSealed() {
  return Error(Reason::kKeyFile, "It is not a key with a passphrase, or one of another version.");
}

// Everything before the ciphertext.
std::string Head(const SealedKey& sealed) {
  return absl::StrCat(std::string(kSealedMagic), std::string(KeyKindWord(sealed.kind)), " ", std::string(kFunction),
                      " ", sealed.cost.operations, " ", sealed.cost.memory, " ", ToHex(sealed.salt), " ",
                      ToHex(sealed.nonce), " ");
}

absl::StatusOr<Secret> DeriveKey(const SealedKey& sealed, const Secret& passphrase) {
  if (!InitialiseSodium()) return absl::InternalError("The system gives no random numbers.");
  Secret key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  const std::string_view typed = AsChars(passphrase.Reveal());
  if (crypto_pwhash(key.RevealMutable().data(), key.size(), typed.data(), typed.size(), sealed.salt.data(),
                    sealed.cost.operations, sealed.cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return absl::ResourceExhaustedError(
        absl::StrCat("There is no memory for the passphrase: ", sealed.cost.memory >> 20, " MiB are needed."));
  }
  return key;
}

}  // namespace

std::string EncodeSealedKey(const SealedKey& sealed) {
  return absl::StrCat(Head(sealed), ToHex(sealed.ciphertext), "\n");
}

bool IsSealedKey(BytesView text) { return AsChars(text).starts_with(kSealedMagic); }

absl::StatusOr<SealedKey> DecodeSealedKey(BytesView text) {
  std::string line(AsChars(text));
  if (line.empty() || line.back() != '\n') line.push_back('\n');
  const std::vector<std::string> fields = absl::StrSplit(line.substr(0, line.size() - 1), ' ');
  if (!IsSealedKey(text) || fields.size() != 8) return NotSealed();
  SealedKey sealed;
  const std::optional<KeyKind> kind = KeyKindFromWord(fields[1]);
  const auto salt = ArrayFromHex<crypto_pwhash_SALTBYTES>(fields[5]);
  const auto nonce = ArrayFromHex<crypto_aead_xchacha20poly1305_ietf_NPUBBYTES>(fields[6]);
  const auto ciphertext = ArrayFromHex<32 + crypto_aead_xchacha20poly1305_ietf_ABYTES>(fields[7]);
  if (!kind || !salt || !nonce || !ciphertext || !absl::SimpleAtoi(fields[3], &sealed.cost.operations) ||
      !absl::SimpleAtoi(fields[4], &sealed.cost.memory)) {
    return NotSealed();
  }
  sealed.kind = *kind;
  sealed.salt = *salt;
  sealed.nonce = *nonce;
  sealed.ciphertext = *ciphertext;
  if (EncodeSealedKey(sealed) != line) return NotSealed();
  if (sealed.cost.operations < 1 || sealed.cost.operations > kMostOperations || sealed.cost.memory < kLeastMemory ||
      sealed.cost.memory > kMostMemory) {
    return Error(Reason::kKeyFile, "Its Argon2id limits are not within 1 to 16 passes and 8 MiB to 1 GiB.");
  }
  return sealed;
}

absl::StatusOr<SealedKey> SealKey(KeyKind kind, BytesView key, const Secret& passphrase, const PassphraseCost& cost) {
  SealedKey sealed;
  sealed.kind = kind;
  sealed.cost = cost;
  randombytes_buf(sealed.salt.data(), sealed.salt.size());
  randombytes_buf(sealed.nonce.data(), sealed.nonce.size());
  ASSIGN_OR_RETURN(const Secret sealing, DeriveKey(sealed, passphrase));
  const std::string head = Head(sealed);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.ciphertext.data(), nullptr, key.data(), key.size(),
                                             AsBytes(head).data(), head.size(), nullptr, sealed.nonce.data(),
                                             sealing.Reveal().data());
  return sealed;
}

absl::StatusOr<Secret> OpenKey(const SealedKey& sealed, const Secret& passphrase) {
  ASSIGN_OR_RETURN(const Secret sealing, DeriveKey(sealed, passphrase));
  const std::string head = Head(sealed);
  Secret key(sealed.ciphertext.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(key.RevealMutable().data(), nullptr, nullptr, sealed.ciphertext.data(),
                                                 sealed.ciphertext.size(), AsBytes(head).data(), head.size(),
                                                 sealed.nonce.data(), sealing.Reveal().data()) != 0) {
    return Error(Reason::kPassphrase, "The passphrase is not that of this key, or the file was changed.");
  }
  return key;
}

absl::StatusOr<Secret> OpenKeyText(KeyKind kind, BytesView text,
                                   absl::FunctionRef<absl::StatusOr<Secret>()> passphrase) {
  if (!IsSealedKey(text)) return DecodeKeyText(kind, text);
  ASSIGN_OR_RETURN(const SealedKey sealed, DecodeSealedKey(text));
  if (sealed.kind != kind) {
    return Error(Reason::kKeyFile, absl::StrCat("It is not a key of kind \"", std::string(KeyKindWord(kind)), "\"."));
  }
  ASSIGN_OR_RETURN(const Secret typed, passphrase());
  return OpenKey(sealed, typed);
}

absl::StatusOr<Secret> FirstLine(BytesView file) {
  const auto end = std::find(file.begin(), file.end(), '\n');
  BytesView line = file.first(static_cast<size_t>(end - file.begin()));
  if (!line.empty() && line.back() == '\r') line = line.first(line.size() - 1);
  if (line.empty()) return Error(Reason::kPassphrase, "The first line, which is the passphrase, is empty.");
  return Secret(line);
}

}  // namespace exposure::crypto
