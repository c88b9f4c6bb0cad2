#include "server/keys.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "crypto/key_text.h"
#include "exposure/config/v1/config.pb.h"
#include "server/text_file.h"

namespace exposure::server {
namespace {

// The 32 bytes of a key file.
absl::StatusOr<crypto::Secret> ReadKey(const std::string& path, crypto::KeyKind kind) {
  crypto::Secret text(crypto::kMaxKeyText);
  ASSIGN_OR_RETURN(const size_t length, ReadPrivateFile(path, text.RevealMutable()));
  absl::StatusOr<crypto::Secret> key = crypto::DecodeKeyText(kind, text.Reveal().first(length));
  if (!key.ok()) return Error(Reason::kKeyFile, absl::StrCat(path, ": ", key.status().message()));
  return key;
}

template <size_t N>
absl::StatusOr<ByteArray<N>> ReadHex(const std::string& path, const std::string& field, const std::string& hex) {
  const std::optional<ByteArray<N>> bytes = ArrayFromHex<N>(hex);
  if (!bytes) {
    return Error(Reason::kBadConfig, absl::StrCat(path, ": ", field, ": must be ", 2 * N, " hexadecimal digits."));
  }
  return *bytes;
}

}  // namespace

absl::StatusOr<crypto::EvaluatorKey> ReadEvaluatorKey(const std::string& path) {
  ASSIGN_OR_RETURN(const crypto::Secret key, ReadKey(path, crypto::KeyKind::kEvaluator));
  absl::StatusOr<crypto::EvaluatorKey> decoded = crypto::EvaluatorKey::Decode(key.Reveal());
  if (!decoded.ok()) return Error(Reason::kKeyFile, absl::StrCat(path, ": ", decoded.status().message()));
  return decoded;
}

absl::StatusOr<crypto::SigningKey> ReadCatalogueKey(const std::string& path) {
  ASSIGN_OR_RETURN(const crypto::Secret key, ReadKey(path, crypto::KeyKind::kCatalogue));
  return crypto::SigningKey::Decode(key.Reveal());
}

absl::StatusOr<crypto::EvaluatorEntry> ReadEvaluatorPublic(const std::string& path) {
  config::v1::EvaluatorPublic text;
  RETURN_IF_ERROR(ReadTextFile(path, &text));
  crypto::EvaluatorEntry entry;
  entry.index = text.index();
  ASSIGN_OR_RETURN(entry.public_key, ReadHex<32>(path, "public_key", text.public_key()));
  ASSIGN_OR_RETURN(entry.possession_element, ReadHex<32>(path, "possession_element", text.possession_element()));
  ASSIGN_OR_RETURN(entry.possession_proof, ReadHex<64>(path, "possession_proof", text.possession_proof()));
  return entry;
}

absl::StatusOr<crypto::PublicKey> ReadSigningPublic(const std::string& path, const std::string& kind) {
  config::v1::SigningPublic text;
  RETURN_IF_ERROR(ReadTextFile(path, &text));
  if (text.kind() != kind) {
    return Error(Reason::kBadConfig, absl::StrCat(path, ": kind: is not the public file of a ", kind, " key."));
  }
  ASSIGN_OR_RETURN(const crypto::PublicKey key, ReadHex<32>(path, "public_key", text.public_key()));
  if (!text.fingerprint().empty() && text.fingerprint() != ToHex(crypto::DeriveKeyId(key))) {
    return Error(Reason::kBadConfig, absl::StrCat(path, ": fingerprint: is not that of public_key."));
  }
  return key;
}

absl::StatusOr<storage::SignedDelegation> ReadDelegation(const std::string& path) {
  config::v1::DelegationFile text;
  RETURN_IF_ERROR(ReadTextFile(path, &text));
  ASSIGN_OR_RETURN(const auto delegation, ReadHex<crypto::kDelegationSize>(path, "delegation", text.delegation()));
  ASSIGN_OR_RETURN(const auto signature, ReadHex<64>(path, "signature", text.signature()));
  return storage::SignedDelegation{ToString(delegation), ToString(signature)};
}

}  // namespace exposure::server
