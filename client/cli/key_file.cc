#include "client/cli/key_file.h"

#include <unistd.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/cli/passphrase.h"
#include "client/cli/text_file.h"
#include "crypto/bodies.h"
#include "crypto/epoch.h"
#include "crypto/oprf.h"
#include "crypto/sealed_key.h"

namespace exposure::cli {
namespace {

using crypto::KeyKind;
using crypto::Secret;
using crypto::SigningKey;

constexpr uint64_t kSecondsOfDay = 24 * 3600;
constexpr uint32_t kMostDays = 90;  // protocol.md §6

// A new key, and its public half in `public_text`.
absl::StatusOr<Secret> MakeEvaluatorKey(uint32_t index, std::string& public_text) {
  if (index < 1 || index > 255) return Error(Reason::kBadUsage, "--index: an evaluator's index is 1 to 255.");
  ASSIGN_OR_RETURN(const crypto::EvaluatorKey key, crypto::EvaluatorKey::Generate());
  ASSIGN_OR_RETURN(const crypto::EvaluatorEntry entry, crypto::MakeEvaluatorEntry(key, index));
  config::v1::EvaluatorPublic file;
  file.set_index(entry.index);
  file.set_public_key(ToHex(entry.public_key));
  file.set_possession_element(ToHex(entry.possession_element));
  file.set_possession_proof(ToHex(entry.possession_proof));
  public_text = PublicText(file);
  return Secret(key.Reveal());
}

Secret MakeSigningKey(KeyKind kind, std::string& public_text) {
  const SigningKey key = SigningKey::Generate();
  config::v1::SigningPublic file;
  file.set_kind(std::string(crypto::KeyKindWord(kind)));
  file.set_public_key(ToHex(key.public_key()));
  file.set_fingerprint(ToHex(crypto::DeriveKeyId(key.public_key())));
  public_text = PublicText(file);
  return Secret(key.Reveal());
}

// What the secret file holds.
absl::StatusOr<Secret> SecretText(KeyKind kind, const Secret& key, const Secret* passphrase) {
  if (passphrase == nullptr) return crypto::EncodeKeyText(kind, key.Reveal());
  ASSIGN_OR_RETURN(const crypto::SealedKey sealed, crypto::SealKey(kind, key.Reveal(), *passphrase));
  return Secret(crypto::EncodeSealedKey(sealed));
}

}  // namespace

std::string PublicText(const google::protobuf::Message& message) {
  return absl::StrCat("# proto-file: exposure/config/v1/config.proto\n",
                      "# proto-message: ", message.GetDescriptor()->full_name(), "\n", ToTextProto(message));
}

absl::Status GenerateKeyFiles(KeyKind kind, const std::string& path, uint32_t index, const Secret* passphrase) {
  std::string public_text;
  Secret key;
  if (kind == KeyKind::kEvaluator) {
    ASSIGN_OR_RETURN(key, MakeEvaluatorKey(index, public_text));
  } else {
    key = MakeSigningKey(kind, public_text);
  }
  const std::string public_path = absl::StrCat(path, ".pub");
  if (access(public_path.c_str(), F_OK) == 0) {
    return Error(Reason::kFileError, absl::StrCat(public_path, ": is there already, and keys are never overwritten."));
  }
  ASSIGN_OR_RETURN(const Secret text, SecretText(kind, key, passphrase));
  RETURN_IF_ERROR(WriteNewFile(path, AsChars(text.Reveal()), 0400));
  absl::Status status = WriteNewFile(public_path, public_text, 0644);
  if (!status.ok()) unlink(path.c_str());
  return status;
}

absl::StatusOr<SigningKey> ReadSigningKey(KeyKind kind, const std::string& path, const std::string& passphrase_file) {
  Secret text(crypto::kMaxKeyText);
  ASSIGN_OR_RETURN(const size_t length, ReadPrivateFile(path, text.RevealMutable()));
  absl::StatusOr<Secret> key =
      crypto::OpenKeyText(kind, text.Reveal().first(length), [&] { return AskPassphrase(path, passphrase_file); });
  if (key.ok()) return SigningKey::Decode(key->Reveal());
  const std::string message(key.status().message());
  if (message.starts_with(path)) return key.status();
  return Error(ReasonOf(key.status()).value_or(Reason::kKeyFile), absl::StrCat(path, ": ", message));
}

absl::StatusOr<config::v1::DelegationFile> Delegate(const SigningKey& root, const config::v1::SigningPublic& catalogue,
                                                    uint64_t now, uint32_t days, uint64_t serial) {
  if (days < 1 || days > kMostDays) return Error(Reason::kBadUsage, "--days: 1 to 90.");
  const std::optional<crypto::PublicKey> key = ArrayFromHex<32>(catalogue.public_key());
  if (catalogue.kind() != crypto::KeyKindWord(KeyKind::kCatalogue) || !key) {
    return Error(Reason::kBadUsage, "--catalogue: is not the public file of a catalogue key.");
  }
  const ByteArray<crypto::kDelegationSize> body = crypto::Encode(crypto::Delegation{
      .serial = serial, .not_before = now, .not_after = now + days * kSecondsOfDay, .catalogue_key = *key});
  config::v1::DelegationFile file;
  file.set_delegation(ToHex(body));
  file.set_signature(ToHex(root.Sign(crypto::kDelegationLabel, body)));
  file.set_root_key(ToHex(root.public_key()));
  return file;
}

}  // namespace exposure::cli
