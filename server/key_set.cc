#include "server/key_set.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "server/base64url.h"
#include "server/json.h"

namespace exposure::server {
namespace {

constexpr size_t kMaxFile = size_t{64} << 10;

absl::Status Problem(std::string_view what, std::string_view fix) {
  return Error(Reason::kBadConfig, absl::StrCat(std::string(what), "\n  Fix: ", std::string(fix)));
}

bool Is(const Json& key, const char* name, std::string_view value) {
  const std::string* text = FindMember<std::string>(key, name);
  return text != nullptr && *text == value;
}

bool IsForEs256(const Json& key) {
  return Is(key, "kty", "EC") && Is(key, "crv", "P-256") && (!key.contains("use") || Is(key, "use", "sig")) &&
         (!key.contains("alg") || Is(key, "alg", "ES256"));
}

std::optional<ByteArray<32>> FindCoordinate(const Json& key, const char* name) {
  const std::string* text = FindMember<std::string>(key, name);
  const std::optional<std::string> bytes = text == nullptr ? std::nullopt : FromBase64Url(*text);
  return bytes ? ToArray<32>(*bytes) : std::nullopt;
}

// Adds the key to `keys` if it can sign with ES256.
absl::Status AddKey(const Json& key, KeySet& keys) {
  if (!key.is_object()) return Problem("is no JWK.", "write each key as a JSON object");
  if (key.contains("d") || key.contains("k")) {
    return Problem("holds a secret, which only the issuer may have.",
                   "take the issuer's public keys, and have it replace this one, which was copied");
  }
  if (!IsForEs256(key)) return absl::OkStatus();
  const std::string* kid = FindMember<std::string>(key, "kid");
  if (kid == nullptr || kid->empty()) return Problem("has no kid.", "give each key a kid, and name it in tokens");
  const std::optional<ByteArray<32>> x = FindCoordinate(key, "x");
  const std::optional<ByteArray<32>> y = FindCoordinate(key, "y");
  if (!x || !y) return Problem("x and y are not 32 bytes of base64url each.", "take the issuer's keys again");
  absl::StatusOr<JwsKey> jws_key = JwsKey::Create(*x, *y);
  if (!jws_key.ok()) return Problem(std::string(jws_key.status().message()), "take the issuer's keys again");
  if (!keys.emplace(*kid, *std::move(jws_key)).second) {
    return Problem("has the kid of a key before it.", "give each key a kid of its own");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<KeySet> ParseKeySet(std::string_view text) {
  const Json set = ParseJson(text);
  const auto* list = FindMember<Json::array_t>(set, "keys");
  if (list == nullptr) {
    return Problem("is no JWK set.", "write {\"keys\": […]}, the issuer's public keys");
  }
  KeySet keys;
  for (size_t i = 0; i < list->size(); ++i) {
    const absl::Status added = AddKey((*list)[i], keys);
    if (!added.ok()) return Error(Reason::kBadConfig, absl::StrCat("keys[", i, "]: ", added.message()));
  }
  if (keys.empty()) {
    return Problem("has no key for ES256.", "add one with \"kty\": \"EC\", \"crv\": \"P-256\", \"use\": \"sig\"");
  }
  return keys;
}

absl::StatusOr<KeySet> ReadKeySet(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxFile));
  absl::StatusOr<KeySet> keys = ParseKeySet(text);
  if (!keys.ok()) return Error(Reason::kBadConfig, absl::StrCat(path, ": ", keys.status().message()));
  return keys;
}

}  // namespace exposure::server
