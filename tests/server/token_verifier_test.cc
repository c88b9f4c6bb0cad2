#include "server/token_verifier.h"

#include <cjose/jws.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>
#include <vector>

#include "base/file.h"
#include "server/base64url.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/vectors.h"

namespace exposure::server {
namespace {

using testing::Array;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::Json;
using ::testing::Not;
using testing::ReasonIn;
using testing::TempDir;

const Json& TokenVectors() {
  static const Json all = Json::parse(std::ifstream(EXPOSURE_SOURCE_DIR "/tests/vectors/tokens.json"));
  return all;
}

// The first token of the vectors: good, and by the first key of the set.
std::string GoodToken() { return TokenVectors()["tokens"][0]["token"]; }

class TokenVerifierTest : public ::testing::Test {
 protected:
  TokenVerifierTest() {
    const Json& settings = TokenVectors()["settings"];
    now_ = settings["now"];
    tokens_.set_key_set_file(directory_ / "keys.json");
    tokens_.set_issuer(settings["issuer"].get<std::string>());
    tokens_.set_audience(settings["audience"].get<std::string>());
    tokens_.set_max_seconds(settings["max_seconds"]);
    key_set_ = settings["key_set"];
    WriteKeySet(key_set_);
  }

  void WriteKeySet(const std::string& text) {
    ASSERT_THAT(WriteFileAtomically(tokens_.key_set_file(), text, 0644), IsOk());
  }

  absl::StatusOr<std::unique_ptr<TokenVerifier>> Create() {
    return TokenVerifier::Create(tokens_, [this] { return now_.load(); });
  }

  // The key set with one of its keys alone.
  std::string OnlyKey(size_t index) const { return Json{{"keys", {Json::parse(key_set_)["keys"][index]}}}.dump(); }

  TempDir directory_;
  std::atomic<uint64_t> now_;
  config::v1::Tokens tokens_;
  std::string key_set_;
};

TEST_F(TokenVerifierTest, TakesAndRefusesWhatTheIndependentIssuerMade) {
  ASSERT_OK_AND_ASSIGN(const auto verifier, Create());
  std::set<std::string> reasons;
  for (const Json& c : TokenVectors()["tokens"]) {
    SCOPED_TRACE(c["name"]);
    const absl::StatusOr<Caller> caller = verifier->Verify(c["token"].get<std::string>());
    EXPECT_EQ(ReasonIn(caller.status()), c["reason"]) << caller.status();
    reasons.insert(c["reason"]);
    if (!caller.ok() || c["reason"] != "") continue;
    EXPECT_EQ(caller->role, config::v1::CALLER_ROLE_CONSUMER);
    EXPECT_EQ(caller->name, "consumer/" + c["client_id"].get<std::string>());
    EXPECT_EQ(caller->subject, Array<16>(c["subject"]));
    EXPECT_TRUE(caller->forces.empty()) << "the access table gives them";
  }
  EXPECT_EQ(reasons, (std::set<std::string>{"", "BAD_TOKEN", "TOKEN_ALGORITHM", "TOKEN_SIGNATURE", "TOKEN_AUDIENCE",
                                            "TOKEN_EXPIRED", "TOKEN_NOT_YET_VALID"}));
}

TEST_F(TokenVerifierTest, NoMessageHoldsAnyOfAToken) {
  ASSERT_OK_AND_ASSIGN(const auto verifier, Create());
  for (const Json& c : TokenVectors()["tokens"]) {
    const std::string token = c["token"];
    const std::string message(verifier->Verify(token).status().message());
    for (size_t i = 0; i + 8 <= token.size(); i += 4) {
      EXPECT_THAT(message, Not(HasSubstr(token.substr(i, 8)))) << c["name"];
    }
    for (const char* secret : {"7c1f0a52", "met-app", "police.example", "2026-11", "1800000", "1799999"}) {
      EXPECT_THAT(message, Not(HasSubstr(secret))) << c["name"];
    }
  }
}

TEST_F(TokenVerifierTest, NoCharacterOfATokenCanBeChanged) {
  ASSERT_OK_AND_ASSIGN(const auto verifier, Create());
  const std::string good = GoodToken();
  ASSERT_THAT(verifier->Verify(good), IsOk());
  for (size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'A', 'B', '_', '.', ' ', '\0', '\xff'}) {
      std::string changed = good;
      changed[i] = c;
      if (changed == good) continue;
      EXPECT_THAT(verifier->Verify(changed), Not(IsOk())) << i << " " << c;
    }
  }
  EXPECT_THAT(verifier->Verify(good + '\n'), HasReason(Reason::kTokenSignature));
  EXPECT_THAT(verifier->Verify(good + '\0'), HasReason(Reason::kTokenSignature));
}

TEST_F(TokenVerifierTest, TakesWhatLibcjoseSigns) {
  cjose_jwk_t* const key = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, nullptr);
  ASSERT_TRUE(cjose_jwk_set_kid(key, "new", 3, nullptr));
  char* const jwk = cjose_jwk_to_json(key, /*priv=*/false, nullptr);
  WriteKeySet(std::string(R"({"keys": [)") + jwk + "]}");
  free(jwk);
  cjose_header_t* const header = cjose_header_new(nullptr);
  ASSERT_TRUE(cjose_header_set(header, CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, nullptr));
  ASSERT_TRUE(cjose_header_set(header, CJOSE_HDR_KID, "new", nullptr));
  const std::string claims = Json{{"iss", tokens_.issuer()}, {"aud", tokens_.audience()}, {"sub", "s"},
                                  {"client_id", "app"},      {"iat", now_.load()},        {"exp", now_.load() + 1}}
                                 .dump();
  cjose_jws_t* const jws =
      cjose_jws_sign(key, header, reinterpret_cast<const uint8_t*>(claims.data()), claims.size(), nullptr);
  const char* token = nullptr;
  ASSERT_TRUE(cjose_jws_export(jws, &token, nullptr));

  ASSERT_OK_AND_ASSIGN(const auto verifier, Create());
  ASSERT_OK_AND_ASSIGN(const Caller caller, verifier->Verify(token));
  EXPECT_EQ(caller.name, "consumer/app");
  EXPECT_THAT(verifier->Verify(GoodToken()), HasReason(Reason::kTokenSignature));
  cjose_jws_release(jws);
  cjose_header_release(header);
  cjose_jwk_release(key);
}

TEST_F(TokenVerifierTest, TimeGoesBy) {
  ASSERT_OK_AND_ASSIGN(const auto verifier, Create());
  now_ += 889;  // the token ends 890 seconds from the start
  EXPECT_THAT(verifier->Verify(GoodToken()), IsOk());
  now_ += 1;
  EXPECT_THAT(verifier->Verify(GoodToken()), HasReason(Reason::kTokenExpired));
  now_ -= 890 + 10 + kTokenClockSkew;  // it was issued 10 seconds before
  EXPECT_THAT(verifier->Verify(GoodToken()), IsOk());
  now_ -= 1;
  EXPECT_THAT(verifier->Verify(GoodToken()), HasReason(Reason::kTokenNotYetValid));
}

TEST_F(TokenVerifierTest, NeedsAKeySet) {
  ASSERT_EQ(unlink(tokens_.key_set_file().c_str()), 0);
  EXPECT_THAT(Create(), HasReason(Reason::kFileError));
  for (const char* bad : {"", "{}"}) {
    WriteKeySet(bad);
    EXPECT_THAT(Create(), HasReason(Reason::kBadConfig)) << bad;
  }
}

TEST_F(TokenVerifierTest, TheKeySetIsReplaced) {
  ASSERT_OK_AND_ASSIGN(const auto verifier, Create());
  EXPECT_EQ(verifier->Refresh().value(), false);
  WriteKeySet(OnlyKey(1));
  EXPECT_THAT(verifier->Verify(GoodToken()), IsOk());  // no file is touched by a call
  EXPECT_EQ(verifier->Refresh().value(), true);
  EXPECT_THAT(verifier->Verify(GoodToken()), HasReason(Reason::kTokenSignature));
  WriteKeySet(OnlyKey(0));
  EXPECT_EQ(verifier->Refresh().value(), true);
  EXPECT_THAT(verifier->Verify(GoodToken()), IsOk());
}

TEST_F(TokenVerifierTest, ABrokenKeySetIsToldOnceAndTheLastGoodOneStays) {
  ASSERT_OK_AND_ASSIGN(const auto verifier, Create());
  WriteKeySet("{\"keys\": []}");
  EXPECT_THAT(verifier->Refresh(), HasReason(Reason::kBadConfig));
  EXPECT_EQ(verifier->Refresh().value(), false);
  ASSERT_EQ(unlink(tokens_.key_set_file().c_str()), 0);
  EXPECT_THAT(verifier->Refresh(), HasReason(Reason::kFileError));
  EXPECT_EQ(verifier->Refresh().value(), false);
  EXPECT_THAT(verifier->Verify(GoodToken()), IsOk());
  WriteKeySet(key_set_);
  EXPECT_EQ(verifier->Refresh().value(), false) << "it is the one in use";
  ASSERT_EQ(unlink(tokens_.key_set_file().c_str()), 0);
  EXPECT_THAT(verifier->Refresh(), HasReason(Reason::kFileError)) << "after a good one, it is told again";
  WriteKeySet(OnlyKey(1));
  EXPECT_EQ(verifier->Refresh().value(), true);
}

TEST_F(TokenVerifierTest, CallsGoOnWhileTheKeySetIsReplaced) {
  ASSERT_OK_AND_ASSIGN(const auto verifier, Create());
  std::atomic<bool> ending = false;
  std::atomic<int> refused = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&] {
      while (!ending) refused += verifier->Verify(GoodToken()).ok() ? 0 : 1;
    });
  }
  for (int i = 0; i < 100; ++i) {
    WriteKeySet(i % 2 == 0 ? OnlyKey(0) : key_set_);
    EXPECT_THAT(verifier->Refresh(), IsOk());
  }
  ending = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(refused, 0);
}

TEST(KeySetTest, TakesAndRefusesTheVectors) {
  for (const Json& c : TokenVectors()["key_sets"]) {
    SCOPED_TRACE(c["name"]);
    const absl::StatusOr<KeySet> keys = ParseKeySet("keys.json", c["key_set"].get<std::string>());
    EXPECT_EQ(ReasonIn(keys.status()), c["reason"]) << keys.status();
    if (keys.ok()) continue;
    EXPECT_THAT(std::string(keys.status().message()), HasSubstr("\n  Fix: "));
  }
}

TEST(KeySetTest, ErrorsSayWhereAndHoldNoSecret) {
  const std::string secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ";
  const std::string text = R"({"keys": [{"kty": "EC"}, {"kty": "EC", "d": ")" + secret + "\"}]}";
  const std::string message(ParseKeySet("keys.json", text).status().message());
  EXPECT_EQ(message.find("keys.json: keys[1]: holds a secret"), 0U) << message;
  EXPECT_THAT(message, Not(HasSubstr(secret)));
}

TEST(KeySetTest, FilesOfAnySizeAreNotRead) {
  const TempDir directory;
  const std::string path = directory / "keys.json";
  ASSERT_THAT(WriteFileAtomically(path, std::string((64 << 10) + 1, ' '), 0600), IsOk());
  EXPECT_THAT(ReadKeySetFile(path), HasReason(Reason::kFileError));
}

TEST(Base64UrlTest, OneTextForEachBytes) {
  EXPECT_EQ(FromBase64Url(""), "");
  EXPECT_EQ(FromBase64Url("_-8"), "\xff\xef");
  for (const char* bad : {"_", "_-9", "_-8=", "/+8", "_ -8", "_-8\n", "_.8"}) {
    EXPECT_EQ(FromBase64Url(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace exposure::server
