#include "server/token_verifier.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/hash.h"
#include "server/base64url.h"
#include "server/json.h"

namespace exposure::server {
namespace {

constexpr size_t kMaxToken = size_t{4} << 10;
constexpr size_t kMaxSubjectClaim = 255;
constexpr size_t kMaxClientId = 64;

// `what` is for people and never holds any of the token.
absl::Status BadToken(std::string_view what) {
  return Error(Reason::kBadToken, absl::StrCat("The token ", std::string(what)));
}

// The header's `kid`, of a token of the right shape and algorithm.
absl::StatusOr<std::string> ReadTokenHeader(std::string_view jwt) {
  if (jwt.size() > kMaxToken) return BadToken("is longer than 4 KiB.");
  if (std::count(jwt.begin(), jwt.end(), '.') != 2) return BadToken("is not three parts with dots between.");
  const std::optional<std::string> text = FromBase64Url(jwt.substr(0, jwt.find('.')));
  const Json header = text ? ParseJson(*text) : Json();
  if (!header.is_object()) return BadToken("has a header that is no JSON object in base64url.");
  const auto* algorithm = FindMember<std::string>(header, "alg");
  if (algorithm == nullptr || *algorithm != "ES256") {
    return Error(Reason::kTokenAlgorithm, "The token is not signed with ES256, the only algorithm that is taken.");
  }
  if (header.contains("crit")) return BadToken("has a header `crit`: no extension is understood.");
  const auto* kid = FindMember<std::string>(header, "kid");
  if (kid == nullptr) return BadToken("has no `kid` in its header.");
  return *kid;
}

// Whether `aud`, a string or an array of strings, holds `audience`. Returns BAD_TOKEN for anything else.
absl::StatusOr<bool> IsForAudience(const Json& claims, const std::string& audience) {
  if (const auto* one = FindMember<std::string>(claims, "aud"); one != nullptr) return *one == audience;
  const auto* list = FindMember<Json::array_t>(claims, "aud");
  if (list == nullptr || !std::all_of(list->begin(), list->end(), [](const Json& one) { return one.is_string(); })) {
    return BadToken("has no `aud` that is a string or an array of strings.");
  }
  return std::find(list->begin(), list->end(), audience) != list->end();
}

absl::Status CheckTokenTimes(const Json& claims, uint64_t max_seconds, uint64_t now) {
  const auto* issued = FindMember<uint64_t>(claims, "iat");
  const auto* expires = FindMember<uint64_t>(claims, "exp");
  if (issued == nullptr || expires == nullptr) return BadToken("has no `iat` or `exp` in whole seconds.");
  const auto* not_before = FindMember<uint64_t>(claims, "nbf");
  if (not_before == nullptr && claims.contains("nbf")) return BadToken("has an `nbf` that is not in whole seconds.");
  if (*expires <= *issued || *expires - *issued > max_seconds) {
    return BadToken(absl::StrCat("does not end within ", max_seconds, " seconds of `iat`."));
  }
  if (std::max(*issued, not_before == nullptr ? 0 : *not_before) > now + kTokenClockSkew) {
    return Error(Reason::kTokenNotYetValid, "The token is not valid yet, or this machine's clock is behind.");
  }
  if (now >= *expires) return Error(Reason::kTokenExpired, "The token is over.");
  return absl::OkStatus();
}

bool IsClientId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxClientId && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<TokenVerifier>> TokenVerifier::Create(const config::v1::Tokens& tokens,
                                                                     std::function<uint64_t()> clock) {
  std::unique_ptr<TokenVerifier> verifier(new TokenVerifier(tokens, std::move(clock)));
  RETURN_IF_ERROR(verifier->Refresh().status());
  return verifier;
}

absl::StatusOr<Caller> TokenVerifier::Verify(std::string_view jwt) const {
  ASSIGN_OR_RETURN(const std::string kid, ReadTokenHeader(jwt));
  std::shared_ptr<const KeySet> keys;
  {
    const std::lock_guard lock(mutex_);
    keys = keys_;
  }
  const auto key = keys->find(kid);
  if (key == keys->end()) return Error(Reason::kTokenSignature, "The token's `kid` names no key of the key set.");
  ASSIGN_OR_RETURN(const std::string payload, key->second.Verify(jwt));
  return CheckClaims(payload);
}

absl::StatusOr<Caller> TokenVerifier::CheckClaims(std::string_view payload) const {
  const Json claims = ParseJson(payload);
  if (!claims.is_object()) return BadToken("has claims that are no JSON object.");
  const auto* issuer = FindMember<std::string>(claims, "iss");
  if (issuer == nullptr) return BadToken("has no `iss` that is a string.");
  const auto* subject = FindMember<std::string>(claims, "sub");
  if (subject == nullptr || subject->empty() || subject->size() > kMaxSubjectClaim) {
    return BadToken("has no `sub` of 1 to 255 bytes.");
  }
  const auto* client_id = FindMember<std::string>(claims, "client_id");
  if (client_id == nullptr || !IsClientId(*client_id)) {
    return BadToken("has no `client_id` of 1 to 64 lower-case letters, digits and hyphens.");
  }
  ASSIGN_OR_RETURN(const bool is_for_us, IsForAudience(claims, settings_.audience()));
  if (!is_for_us || *issuer != settings_.issuer()) {
    return Error(Reason::kTokenAudience, "The token is for another service, or by another issuer.");
  }
  RETURN_IF_ERROR(CheckTokenTimes(claims, settings_.max_seconds(), clock_()));

  const std::string label = crypto::Label("token-subject");
  constexpr std::string_view kZero("\0", 1);
  const ByteArray<32> hash = crypto::Sha256({AsBytes(label), AsBytes(*issuer), AsBytes(kZero), AsBytes(*subject)});
  Caller caller;
  caller.role = config::v1::CALLER_ROLE_CONSUMER;
  caller.name = absl::StrCat("consumer/", *client_id);
  caller.subject = ToArray<16>(BytesView(hash).first<16>());
  return caller;
}

absl::StatusOr<bool> TokenVerifier::Refresh() {
  const std::lock_guard refreshing(refreshing_);
  absl::StatusOr<std::string> text = ReadKeySetFile(settings_.key_set_file());
  if (text.ok() && text_ == *text) {
    failure_ = absl::OkStatus();
    return false;
  }
  absl::StatusOr<KeySet> keys = text.ok() ? ParseKeySet(settings_.key_set_file(), *text) : text.status();
  const absl::Status before = std::exchange(failure_, keys.status());
  if (!keys.ok() && keys.status() == before) return false;
  if (!keys.ok()) return keys.status();
  text_ = *std::move(text);
  const std::lock_guard lock(mutex_);
  keys_ = std::make_shared<const KeySet>(*std::move(keys));
  return true;
}

}  // namespace exposure::server
