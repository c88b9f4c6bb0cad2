#include "server/config_tokens.h"

#include "server/key_set.h"

namespace exposure::server {
namespace {

constexpr uint32_t kDefaultTokenSeconds = 900;
constexpr uint32_t kMaxTokenSeconds = 3600;

}  // namespace

void FillTokens(config::v1::ServerConfig& settings) {
  if (!settings.has_tokens()) return;
  config::v1::Tokens& tokens = *settings.mutable_tokens();
  if (tokens.max_seconds() == 0) tokens.set_max_seconds(kDefaultTokenSeconds);
}

void CheckTokens(const config::v1::ServerConfig& settings, const Place& file) {
  if (!settings.has_tokens()) return;
  const config::v1::Tokens& tokens = settings.tokens();
  const Place place = file.Nested("tokens", -1);
  if (!settings.has_tls()) {
    file.Report("tokens", -1, "need tls: whoever reads a token can use it.", "add tls { … }, or remove tokens");
  }
  if (tokens.issuer().empty()) place.Report("issuer", -1, "must be the `iss` of tokens.");
  if (tokens.audience().empty()) place.Report("audience", -1, "must be the `aud` of tokens.");
  if (tokens.max_seconds() > kMaxTokenSeconds)
    place.Report("max_seconds", -1, "is more than an hour.", "max_seconds: 900");
  if (tokens.key_set_file().empty()) {
    return place.Report("key_set_file", -1, "must name the issuer's public keys, a JWK set.",
                        "key_set_file: \"tokens/keys.json\"");
  }
  const absl::StatusOr<std::string> text = ReadKeySetFile(tokens.key_set_file());
  const absl::Status status = text.ok() ? ParseKeySet(tokens.key_set_file(), *text).status() : text.status();
  if (!status.ok()) place.Report("key_set_file", -1, Message(status));
}

}  // namespace exposure::server
