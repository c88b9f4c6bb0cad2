// Bearer tokens of apps that have no certificate: JSON Web Tokens (RFC 7519), ES256 and nothing else, short-lived, by
// one issuer for one audience. docs/operations.md says what the issuer must do.
#ifndef EXPOSURE_SERVER_TOKEN_VERIFIER_H_
#define EXPOSURE_SERVER_TOKEN_VERIFIER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exposure/config/v1/config.pb.h"
#include "server/caller.h"
#include "server/key_set.h"

namespace exposure::server {

// How far the issuer's clock may be ahead of ours, in seconds. The other way there is no grace: a token that is over is
// over.
inline constexpr uint64_t kTokenClockSkew = 60;

// Thread-safe.
class TokenVerifier {
 public:
  // `tokens` as LoadConfig left it: whole, with its path resolved. `clock`: Unix seconds. Returns FILE_ERROR or
  // BAD_CONFIG for the key set.
  static absl::StatusOr<std::unique_ptr<TokenVerifier>> Create(const config::v1::Tokens& tokens,
                                                               std::function<uint64_t()> clock);

  // `jwt`: what follows "Bearer ". The caller is "consumer/" and the app's `client_id`, which is 1..64 of [a-z0-9-];
  // its subject is the first 16 bytes of H(L("token-subject") || iss || 0x00 || sub): nothing else of the person leaves
  // here. Returns BAD_TOKEN, TOKEN_ALGORITHM, TOKEN_SIGNATURE, TOKEN_AUDIENCE, TOKEN_NOT_YET_VALID or TOKEN_EXPIRED; no
  // message holds any of the token. What it claims is read only when its signature is verified. Touches no file.
  absl::StatusOr<Caller> Verify(std::string_view jwt) const;

  // Takes the key set again if its file holds another one; the server's ticker calls this every second, so that no call
  // waits for a disk. Returns whether it did, or what is wrong with the file: once for as long as it is wrong, then
  // false. The last good set stays in use, and the file is tried again.
  absl::StatusOr<bool> Refresh();

 private:
  TokenVerifier(const config::v1::Tokens& tokens, std::function<uint64_t()> clock)
      : settings_(tokens), clock_(std::move(clock)) {}
  absl::StatusOr<Caller> CheckClaims(std::string_view payload) const;

  const config::v1::Tokens settings_;
  const std::function<uint64_t()> clock_;

  std::mutex refreshing_;            // guards what follows; before mutex_
  std::optional<std::string> text_;  // that keys_ came from
  absl::Status failure_;             // of the last Refresh

  mutable std::mutex mutex_;
  std::shared_ptr<const KeySet> keys_;  // guarded by mutex_
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_TOKEN_VERIFIER_H_
