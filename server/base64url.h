// base64url without padding (RFC 7515 §2): what tokens and key sets are written in.
#ifndef EXPOSURE_SERVER_BASE64URL_H_
#define EXPOSURE_SERVER_BASE64URL_H_

#include <optional>
#include <string>
#include <string_view>

namespace exposure::server {

// Nothing unless `text` is the one encoding of its bytes: no padding, no white space, no bits left over.
std::optional<std::string> FromBase64Url(std::string_view text);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_BASE64URL_H_
