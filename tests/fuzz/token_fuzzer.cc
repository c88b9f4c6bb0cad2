// Any bytes as a token, or after a NUL byte as claims that were signed, or after a 0x01 byte as a key set: a reason of
// its own, or a caller with a well-formed name.
#include <cjose/jws.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <set>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "server/token_verifier.h"

namespace {

using exposure::Reason;
using exposure::server::Caller;
using exposure::server::TokenVerifier;

constexpr uint64_t kNow = 1'800'000'000;

void Require(bool condition) {
  if (!condition) std::abort();
}

// A verifier with one key, and its secret half.
struct Issuer {
  Issuer() {
    Require(cjose_jwk_set_kid(key, "k", 1, nullptr));
    Require(cjose_header_set(header, CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, nullptr));
    Require(cjose_header_set(header, CJOSE_HDR_KID, "k", nullptr));
    std::string path = "/tmp/token_fuzzer-XXXXXX";
    Require(mkdtemp(path.data()) != nullptr);
    exposure::config::v1::Tokens tokens;
    tokens.set_key_set_file(path + "/keys.json");
    tokens.set_issuer("i");
    tokens.set_audience("a");
    tokens.set_max_seconds(900);
    char* const jwk = cjose_jwk_to_json(key, /*priv=*/false, nullptr);
    Require(exposure::WriteNewFile(tokens.key_set_file(), R"({"keys": [)" + std::string(jwk) + "]}", 0600).ok());
    free(jwk);
    verifier = *TokenVerifier::Create(tokens, [] { return kNow; });
    unlink(tokens.key_set_file().c_str());
    rmdir(path.c_str());
  }

  std::string Sign(exposure::BytesView claims) const {
    cjose_jws_t* const jws = cjose_jws_sign(key, header, claims.data(), claims.size(), nullptr);
    Require(jws != nullptr);
    const char* text = nullptr;
    Require(cjose_jws_export(jws, &text, nullptr));
    const std::string token = text;
    cjose_jws_release(jws);
    return token;
  }

  cjose_jwk_t* const key = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, nullptr);
  cjose_header_t* const header = cjose_header_new(nullptr);
  std::unique_ptr<TokenVerifier> verifier;
};

void RequireSound(const absl::StatusOr<Caller>& caller) {
  static const std::set<Reason> reasons = {Reason::kBadToken,      Reason::kTokenAlgorithm, Reason::kTokenSignature,
                                           Reason::kTokenAudience, Reason::kTokenExpired,   Reason::kTokenNotYetValid};
  if (!caller.ok()) return Require(reasons.contains(exposure::ReasonOf(caller.status()).value()));
  Require(caller->subject.has_value() && caller->name.starts_with("consumer/") && caller->name.size() <= 9 + 64);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Issuer& issuer = *new Issuer;
  const exposure::BytesView input(data, size);
  if (size > 1 && data[0] == 0) {
    RequireSound(issuer.verifier->Verify(issuer.Sign(input.subspan(1))));
  } else if (size > 0 && data[0] == 1) {
    const auto keys = exposure::server::ParseKeySet("k", exposure::AsChars(input.subspan(1)));
    Require(keys.ok() ? !keys->empty() : exposure::ReasonOf(keys.status()) == Reason::kBadConfig);
  } else {
    const absl::StatusOr<Caller> caller = issuer.verifier->Verify(exposure::AsChars(input));
    Require(!caller.ok());
    RequireSound(caller);
  }
  return 0;
}
