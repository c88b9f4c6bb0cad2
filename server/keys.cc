#include "server/keys.h"

#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "crypto/root_path.h"
#include "crypto/sealed_key.h"
#include "server/text_file.h"

namespace exposure::server {
namespace {

absl::StatusOr<std::string> CredentialPath(const std::string& name) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr || *directory == '\0') {
    return Error(Reason::kKeyFile, absl::StrCat("credential:", name, ": systemd gives no credentials here.\n",
                                                "  Fix: LoadCredential= in the unit, see docs/operations.md"));
  }
  if (name.empty() || name.find('/') != std::string::npos) {
    return Error(Reason::kKeyFile, absl::StrCat("credential:", name, ": is not the name of a credential."));
  }
  return absl::StrCat(directory, "/", name);
}

// The passphrase of the key file `path`.
absl::StatusOr<crypto::Secret> ReadPassphrase(const std::string& path, const std::string& name) {
  const std::string credential = absl::StrCat(name, ".passphrase");
  crypto::Secret file(crypto::kMaxPassphrase);
  const absl::StatusOr<std::string> place = CredentialPath(credential);
  const absl::StatusOr<size_t> length = place.ok() ? ReadCredentialFile(*place, file.RevealMutable()) : place.status();
  if (!length.ok()) {
    return Error(Reason::kPassphrase,
                 absl::StrCat(path, ": has a passphrase, and there is no credential ", credential, " to give it.\n",
                              "  Fix: LoadCredentialEncrypted=", credential, " in the unit, see docs/operations.md"));
  }
  return crypto::FirstLine(file.Reveal().first(*length));
}

// The 32 bytes of a key file.
absl::StatusOr<crypto::Secret> ReadKey(const std::string& path, crypto::KeyKind kind) {
  crypto::Secret text(crypto::kMaxKeyText);
  size_t length = 0;
  std::string name = path.substr(path.rfind('/') + 1);
  if (path.starts_with(kCredentialPrefix)) {
    name = path.substr(kCredentialPrefix.size());
    ASSIGN_OR_RETURN(const std::string place, CredentialPath(name));
    ASSIGN_OR_RETURN(length, ReadCredentialFile(place, text.RevealMutable()));
  } else {
    ASSIGN_OR_RETURN(length, ReadPrivateFile(path, text.RevealMutable()));
  }
  absl::StatusOr<crypto::Secret> key =
      crypto::OpenKeyText(kind, text.Reveal().first(length), [&] { return ReadPassphrase(path, name); });
  const std::optional<Reason> reason = ReasonOf(key.status());
  if (key.ok() || absl::StrContains(key.status().message(), path)) return key;
  return Error(reason.value_or(Reason::kKeyFile), absl::StrCat(path, ": ", key.status().message()));
}

template <size_t N>
absl::StatusOr<ByteArray<N>> ReadHex(const std::string& path, const std::string& field, const std::string& hex) {
  const std::optional<ByteArray<N>> bytes = ArrayFromHex<N>(hex);
  if (!bytes) {
    return Error(Reason::kBadConfig, absl::StrCat(path, ": ", field, ": must be ", 2 * N, " hexadecimal digits."));
  }
  return *bytes;
}

absl::StatusOr<crypto::SignedRootChange> ReadRootChange(const std::string& path) {
  config::v1::RootChangeFile text;
  RETURN_IF_ERROR(ReadTextFile(path, &text));
  ASSIGN_OR_RETURN(const auto change, ReadHex<crypto::kRootChangeSize>(path, "root_change", text.root_change()));
  ASSIGN_OR_RETURN(const auto by_old, ReadHex<64>(path, "old_signature", text.old_signature()));
  ASSIGN_OR_RETURN(const auto by_new, ReadHex<64>(path, "new_signature", text.new_signature()));
  return crypto::SignedRootChange{ToString(change), ToString(by_old), ToString(by_new)};
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

absl::StatusOr<ServedRoots> ReadServedRoots(const config::v1::ServerConfig& settings) {
  ServedRoots roots;
  // The signer has it; without it clients are told nothing of roots.
  if (settings.delegation_file().empty() && settings.root_change_files().empty()) return roots;
  config::v1::DelegationFile delegation;
  RETURN_IF_ERROR(ReadTextFile(settings.delegation_file(), &delegation));
  std::vector<crypto::PublicKey> known;
  if (!delegation.root_key().empty()) {
    ASSIGN_OR_RETURN(const auto key, ReadHex<32>(settings.delegation_file(), "root_key", delegation.root_key()));
    roots.root_key = ToString(key);
    known.push_back(key);
  }
  std::optional<crypto::RootChange> last;
  for (const std::string& path : settings.root_change_files()) {
    ASSIGN_OR_RETURN(const crypto::SignedRootChange change, ReadRootChange(path));
    const absl::StatusOr<crypto::RootChange> checked = crypto::CheckRootChange(change);
    if (!checked.ok()) return Error(Reason::kBadRootChange, absl::StrCat(path, ": ", checked.status().message()));
    if (last && (checked->old_root != last->new_root || checked->serial <= last->serial)) {
      return Error(Reason::kBadConfig, absl::StrCat(path, ": does not follow from the root change before it.\n",
                                                    "  Fix: list root_change_files oldest first, all of them"));
    }
    known.push_back(checked->old_root);
    known.push_back(checked->new_root);
    last = *checked;
    roots.changes.push_back(change);
  }
  if (known.empty()) return roots;  // nothing is said of roots
  ASSIGN_OR_RETURN(const storage::SignedDelegation bytes, ReadDelegation(settings.delegation_file()));
  for (const crypto::PublicKey& root : known) {
    if (crypto::VerifySignature(root, crypto::kDelegationLabel, AsBytes(bytes.delegation),
                                *ToArray<64>(bytes.signature))
            .ok()) {
      return roots;
    }
  }
  return Error(Reason::kBadDelegation,
               absl::StrCat(settings.delegation_file(), ": is signed by none of the roots that clients are told.\n",
                            "  Fix: exposure keys delegate, with the newest root"));
}

}  // namespace exposure::server
