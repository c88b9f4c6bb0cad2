// Key files: secret ones, which must be private, and the public text files that `exposure keys` writes beside them.
#ifndef EXPOSURE_SERVER_KEYS_H_
#define EXPOSURE_SERVER_KEYS_H_

#include <string>

#include "absl/status/statusor.h"
#include "crypto/epoch.h"
#include "crypto/oprf.h"
#include "crypto/signature.h"
#include "storage/catalogue_signer.h"

namespace exposure::server {

// Each returns KEY_FILE, with the command that mends it, for a file that group or others can access or that is no key
// of that kind. No message holds any of it.
absl::StatusOr<crypto::EvaluatorKey> ReadEvaluatorKey(const std::string& path);
absl::StatusOr<crypto::SigningKey> ReadCatalogueKey(const std::string& path);

// Each returns FILE_ERROR or BAD_CONFIG.
absl::StatusOr<crypto::EvaluatorEntry> ReadEvaluatorPublic(const std::string& path);
// `kind`: "root", "catalogue" or "custodian".
absl::StatusOr<crypto::PublicKey> ReadSigningPublic(const std::string& path, const std::string& kind);
absl::StatusOr<storage::SignedDelegation> ReadDelegation(const std::string& path);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_KEYS_H_
