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

constexpr size_t kMaxKeySet = size_t{64} << 10;

absl::Status KeySetProblem(const std::string& where, std::string_view what, std::string_view fix) {
  return Error(Reason::kBadConfig, absl::StrCat(where, ": ", std::string(what), "\n  Fix: ", std::string(fix)));
}

bool HasText(const Json& key, const char* name, std::string_view value) {
  const std::string* text = FindMember<std::string>(key, name);
  return text != nullptr && *text == value;
}

bool IsForEs256(const Json& key) {
  return HasText(key, "kty", "EC") && HasText(key, "crv", "P-256") &&
         (!key.contains("use") || HasText(key, "use", "sig")) && (!key.contains("alg") || HasText(key, "alg", "ES256"));
}

std::optional<ByteArray<32>> FindCoordinate(const Json& key, const char* name) {
  const std::string* text = FindMember<std::string>(key, name);
  const std::optional<std::string> bytes = text == nullptr ? std::nullopt : FromBase64Url(*text);
  return bytes ? ToArray<32>(*bytes) : std::nullopt;
}

// Adds the key at `where`, if it can sign with ES256, to `keys`.
absl::Status AddKey(const std::string& where, const Json& key, KeySet& keys) {
  if (!key.is_object()) return KeySetProblem(where, "is no JWK.", "write each key as a JSON object");
  if (key.contains("d") || key.contains("k")) {
    return KeySetProblem(where, "holds a secret, which only the issuer may have.",
                         "take the issuer's public keys, and have it replace this one, which was copied");
  }
  if (!IsForEs256(key)) return absl::OkStatus();
  const auto* kid = FindMember<std::string>(key, "kid");
  if (kid == nullptr || kid->empty()) {
    return KeySetProblem(where, "has no kid.", "give each key a kid, and name it in tokens");
  }
  const std::optional<ByteArray<32>> x = FindCoordinate(key, "x");
  const std::optional<ByteArray<32>> y = FindCoordinate(key, "y");
  std::optional<JwsKey> jws_key = x && y ? JwsKey::Create(*x, *y) : std::nullopt;
  if (!jws_key) {
    return KeySetProblem(where, "has an x and y that are no point of P-256.", "take the issuer's keys again");
  }
  if (!keys.emplace(*kid, *std::move(jws_key)).second) {
    return KeySetProblem(where, "has the kid of a key before it.", "give each key a kid of its own");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadKeySetFile(const std::string& path) { return ReadFile(path, kMaxKeySet); }

absl::StatusOr<KeySet> ParseKeySet(const std::string& path, std::string_view text) {
  const Json set = ParseJson(text);
  const auto* list = FindMember<Json::array_t>(set, "keys");
  if (list == nullptr) {
    return KeySetProblem(path, "is no JWK set.", "write {\"keys\": […]}, with the issuer's public keys");
  }
  KeySet keys;
  for (size_t i = 0; i < list->size(); ++i) {
    RETURN_IF_ERROR(AddKey(absl::StrCat(path, ": keys[", i, "]"), (*list)[i], keys));
  }
  if (keys.empty()) {
    return KeySetProblem(path, "has no key for ES256.",
                         "add one with \"kty\": \"EC\", \"crv\": \"P-256\", \"use\": \"sig\"");
  }
  return keys;
}

}  // namespace exposure::server
