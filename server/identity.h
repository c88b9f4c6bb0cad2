// Who calls: the certificate of the connection or the token of the call, verified.
#ifndef EXPOSURE_SERVER_IDENTITY_H_
#define EXPOSURE_SERVER_IDENTITY_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/caller.h"
#include "server/trust_store.h"

namespace exposure::server {

// What a call brings along.
struct Credentials {
  std::string_view certificate;    // PEM; empty: none
  std::string_view chain;          // PEM of what it was sent with
  std::string_view authorization;  // the metadata of that name; empty: none
};

// Verifies a JSON Web Token. The caller has role, name and subject.
using VerifyToken = std::function<absl::StatusOr<Caller>(std::string_view token)>;

// Thread-safe.
class Identity {
 public:
  // `verify_token` may be null: then a certificate is needed.
  Identity(std::unique_ptr<TrustStore> trust, std::string trust_domain, VerifyToken verify_token)
      : trust_(std::move(trust)), trust_domain_(std::move(trust_domain)), verify_token_(std::move(verify_token)) {}

  // Role and name; of a token the subject, too. A certificate counts instead of a token.
  // Returns NO_CALLER, CERTIFICATE_UNTRUSTED, CERTIFICATE_EXPIRED, CERTIFICATE_REVOKED, CERTIFICATE_NAME, or why the
  // token is refused.
  absl::StatusOr<Caller> Of(const Credentials& credentials) const;

 private:
  const std::unique_ptr<TrustStore> trust_;
  const std::string trust_domain_;
  const VerifyToken verify_token_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_IDENTITY_H_
