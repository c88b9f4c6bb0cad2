// Key files: secret ones, which must be private, and the public text files that `exposure keys` writes beside them.
#ifndef EXPOSURE_SERVER_KEYS_H_
#define EXPOSURE_SERVER_KEYS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/catalogue.h"
#include "crypto/epoch.h"
#include "crypto/oprf.h"
#include "crypto/signature.h"
#include "exposure/config/v1/config.pb.h"
#include "storage/catalogue_signer.h"

namespace exposure::server {

// `path` is a file, or "credential:NAME": $CREDENTIALS_DIRECTORY/NAME, which systemd gives. Where the key has a
// passphrase, that is the credential NAME.passphrase, NAME being the key file's without its folder.
// Each returns KEY_FILE, with the command that mends it, for a file that group or others can access or that is no key
// of that kind; PASSPHRASE where there is none, or a wrong one. No message holds any of it.
absl::StatusOr<crypto::EvaluatorKey> ReadEvaluatorKey(const std::string& path);
absl::StatusOr<crypto::SigningKey> ReadCatalogueKey(const std::string& path);

// Each returns FILE_ERROR or BAD_CONFIG.
absl::StatusOr<crypto::EvaluatorEntry> ReadEvaluatorPublic(const std::string& path);
// `kind`: "root", "catalogue", "custodian" or "operator".
absl::StatusOr<crypto::PublicKey> ReadSigningPublic(const std::string& path, const std::string& kind);
absl::StatusOr<storage::SignedDelegation> ReadDelegation(const std::string& path);

// What clients are told of roots beside each catalogue.
struct ServedRoots {
  std::string root_key;  // of the delegation file; may be empty
  std::vector<crypto::SignedRootChange> changes;
};
// Returns BAD_CONFIG also where a change does not follow from the one before it, is not signed by both roots
// (BAD_ROOT_CHANGE), or where none of these roots signed the delegation (BAD_DELEGATION).
absl::StatusOr<ServedRoots> ReadServedRoots(const config::v1::ServerConfig& settings);

inline constexpr std::string_view kCredentialPrefix = "credential:";

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_KEYS_H_
