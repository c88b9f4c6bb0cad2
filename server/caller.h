// Who calls: taken from a verified client certificate or token, never from what a request says.
#ifndef EXPOSURE_SERVER_CALLER_H_
#define EXPOSURE_SERVER_CALLER_H_

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "exposure/config/v1/config.pb.h"

namespace exposure::server {

struct Caller {
  config::v1::CallerRole role = config::v1::CALLER_ROLE_UNSPECIFIED;
  std::string name;                 // "consumer/met-portal"; "local" on a listener without TLS
  std::vector<std::string> forces;  // it is bound to; not used for `local`, which is bound to all
  std::string limits;               // name of its limits; empty: none are set
  // Of a token: the hashed subject of the person, which counts instead of the one that a request names.
  std::optional<ByteArray<16>> subject;

  bool is_local() const { return role == config::v1::CALLER_ROLE_LOCAL; }
  // "met".
  bool MayUse(std::string_view force) const;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_CALLER_H_
