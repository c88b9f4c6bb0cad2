#include "server/identity.h"

#include <vector>

#include "absl/strings/match.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::server {
namespace {

constexpr std::string_view kBearer = "Bearer ";  // RFC 6750; its case does not count

bool IsBearer(std::string_view authorization) {
  const std::string_view scheme = authorization.substr(0, kBearer.size());
  return absl::EqualsIgnoreCase(absl::string_view(scheme.data(), scheme.size()),
                                absl::string_view(kBearer.data(), kBearer.size()));
}

}  // namespace

absl::StatusOr<Caller> Identity::Of(const Credentials& credentials) const {
  if (!credentials.certificate.empty()) {
    ASSIGN_OR_RETURN(const std::vector<std::string> uris, trust_->Verify(credentials.certificate, credentials.chain));
    return CallerFromUris(uris, trust_domain_);
  }
  if (verify_token_ != nullptr && IsBearer(credentials.authorization)) {
    return verify_token_(credentials.authorization.substr(kBearer.size()));
  }
  return Error(Reason::kNoCaller, verify_token_ == nullptr ? "This service asks for a client certificate."
                                                           : "This service asks for a client certificate or a token.");
}

}  // namespace exposure::server
