// Who calls: taken from a verified client certificate or token, never from what a request says.
#ifndef EXPOSURE_SERVER_CALLER_H_
#define EXPOSURE_SERVER_CALLER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "exposure/config/v1/config.pb.h"
#include "exposure/v1/catalogue.pb.h"

namespace exposure::server {

inline constexpr char kLocalCaller[] = "local";  // the name of all on a listener without TLS

struct Caller {
  config::v1::CallerRole role = config::v1::CALLER_ROLE_UNSPECIFIED;
  std::string name;                 // "consumer/met-portal", or kLocalCaller
  std::vector<std::string> forces;  // it is bound to; not used for `local`, which is bound to all
  // Of a token: the hashed subject of the person, which counts instead of the one that a request names.
  std::optional<ByteArray<16>> subject;

  bool is_local() const { return role == config::v1::CALLER_ROLE_LOCAL; }
  // Whether it is bound to a force ("met").
  bool MayUse(std::string_view force) const;
};

// Whoever can reach a listener without TLS.
Caller LocalCaller();

// Role and name alone, from "consumer/met-portal": `[a-z0-9-]{1,64}` after the role. Nothing for any other text, and
// for "local".
std::optional<Caller> CallerFromName(std::string_view name);

// The same from the URI names of a certificate, of which exactly one is spiffe://TRUST_DOMAIN/ROLE/NAME.
// Returns CERTIFICATE_NAME.
absl::StatusOr<Caller> CallerFromUris(const std::vector<std::string>& uris, std::string_view trust_domain);

// Returns EPOCH_NOT_ALLOWED unless the caller is bound to every force of the epoch.
absl::Status MayAskAbout(const Caller& caller, const v1::Epoch& epoch);

// Datasets and notices of a force: for callers bound to it, and for operators, whom the access table must let in.
// Returns WRONG_FORCE.
absl::Status MayChange(const Caller& caller, std::string_view force);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_CALLER_H_
