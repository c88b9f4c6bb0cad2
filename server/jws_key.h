// A P-256 public key that verifies JSON Web Signatures of the algorithm ES256. The only file that knows libcjose.
#ifndef EXPOSURE_SERVER_JWS_KEY_H_
#define EXPOSURE_SERVER_JWS_KEY_H_

#include <cjose/jwk.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/bytes.h"

namespace exposure::server {

// Verify may be called from many threads.
class JwsKey {
 public:
  // The coordinates of its point. Nothing if that is not on the curve.
  static std::optional<JwsKey> Create(const ByteArray<32>& x, const ByteArray<32>& y);

  // The payload of a JWS in compact form, decoded. Its header is checked by the caller: `alg` is ES256. Returns
  // TOKEN_SIGNATURE unless this key signed it.
  absl::StatusOr<std::string> Verify(std::string_view jws) const;

 private:
  struct Release {
    void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
  };

  explicit JwsKey(cjose_jwk_t* key) : key_(key) {}

  std::unique_ptr<cjose_jwk_t, Release> key_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_JWS_KEY_H_
