#include "server/jws_key.h"

#include <cjose/jws.h>

#include "base/error.h"
#include "server/base64url.h"

namespace exposure::server {
namespace {

constexpr size_t kSignatureSize = 64;  // r || s

struct ReleaseJws {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};

}  // namespace

std::optional<JwsKey> JwsKey::Create(const ByteArray<32>& x, const ByteArray<32>& y) {
  ByteArray<32> x_copy = x;  // cjose takes them as mutable
  ByteArray<32> y_copy = y;
  cjose_jwk_ec_keyspec spec = {};
  spec.crv = CJOSE_JWK_EC_P_256;
  spec.x = x_copy.data();
  spec.xlen = x_copy.size();
  spec.y = y_copy.data();
  spec.ylen = y_copy.size();
  cjose_jwk_t* key = cjose_jwk_create_EC_spec(&spec, nullptr);
  return key == nullptr ? std::nullopt : std::optional(JwsKey(key));
}

absl::StatusOr<std::string> JwsKey::Verify(std::string_view jws) const {
  const absl::Status refusal = Error(Reason::kTokenSignature, "The token's signature is not by the key that it names.");
  // cjose takes a signature of any length.
  const std::optional<std::string> signature = FromBase64Url(jws.substr(jws.rfind('.') + 1));
  if (!signature || signature->size() != kSignatureSize) return refusal;
  const std::unique_ptr<cjose_jws_t, ReleaseJws> parsed(cjose_jws_import(jws.data(), jws.size(), nullptr));
  if (parsed == nullptr || !cjose_jws_verify(parsed.get(), key_.get(), nullptr)) return refusal;
  uint8_t* payload = nullptr;  // belongs to `parsed`
  size_t size = 0;
  if (!cjose_jws_get_plaintext(parsed.get(), &payload, &size, nullptr)) return refusal;
  return ToString({payload, size});
}

}  // namespace exposure::server
