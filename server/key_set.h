// The issuer's public keys: a JWK set (RFC 7517), of which the keys that can sign with ES256 are taken.
#ifndef EXPOSURE_SERVER_KEY_SET_H_
#define EXPOSURE_SERVER_KEY_SET_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/jws_key.h"

namespace exposure::server {

using KeySet = std::map<std::string, JwsKey, std::less<>>;  // by kid

// The text of a file of at most 64 KiB. Returns FILE_ERROR.
absl::StatusOr<std::string> ReadKeySetFile(const std::string& path);

// Keys of another type, curve, use or algorithm are passed over. Returns BAD_CONFIG, with `path` and what mends it and
// with no value of the set, for what is no JWK set, holds no key for ES256, two of one `kid`, one without, one that is
// not on the curve, or a secret.
absl::StatusOr<KeySet> ParseKeySet(const std::string& path, std::string_view text);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_KEY_SET_H_
