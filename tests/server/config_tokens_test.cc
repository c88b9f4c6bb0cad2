#include "server/config_tokens.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "base/file.h"
#include "server/config.h"
#include "tests/support/service_files.h"
#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;

// CheckTokens by itself: the rest of a configuration with TLS is not its business.
class ConfigTokensTest : public ::testing::Test {
 protected:
  ConfigTokensTest() {
    const auto vectors = nlohmann::json::parse(std::ifstream(EXPOSURE_SOURCE_DIR "/tests/vectors/tokens.json"));
    EXPECT_THAT(WriteFileAtomically(directory_ / "keys.json", vectors["settings"]["key_set"].get<std::string>(), 0644),
                IsOk());
    settings_.mutable_tls();
    settings_.mutable_tokens()->set_key_set_file(directory_ / "keys.json");
    settings_.mutable_tokens()->set_issuer("https://sso.police.example");
    settings_.mutable_tokens()->set_audience("exposure");
  }

  // What is wrong; empty: nothing.
  std::string Problem() {
    Problems problems("c");
    const google::protobuf::TextFormat::ParseInfoTree tree;
    FillTokens(settings_);
    CheckTokens(settings_, Place(problems, config::v1::ServerConfig::descriptor(), tree));
    return std::string(problems.ToStatus().message());
  }

  testing::TempDir directory_;
  config::v1::ServerConfig settings_;
};

TEST_F(ConfigTokensTest, IsFilledIn) {
  EXPECT_EQ(Problem(), "");
  EXPECT_EQ(settings_.tokens().max_seconds(), 900U);
  settings_.mutable_tokens()->set_max_seconds(3600);
  EXPECT_EQ(Problem(), "");
}

TEST_F(ConfigTokensTest, NoTokensAreNoProblem) {
  settings_.Clear();
  EXPECT_EQ(Problem(), "");
  EXPECT_FALSE(settings_.has_tokens());
}

TEST_F(ConfigTokensTest, EachProblemHasItsField) {
  settings_.clear_tls();
  EXPECT_THAT(Problem(), HasSubstr("c:1: tokens: need tls"));
  settings_.mutable_tls();
  settings_.mutable_tokens()->set_max_seconds(3601);
  EXPECT_THAT(Problem(), HasSubstr("tokens.max_seconds: is more than an hour"));
  settings_.mutable_tokens()->clear_issuer();
  EXPECT_THAT(Problem(), HasSubstr("tokens.issuer: must be"));
  settings_.mutable_tokens()->clear_audience();
  EXPECT_THAT(Problem(), HasSubstr("tokens.audience: must be"));
  settings_.mutable_tokens()->set_key_set_file(directory_ / "other.json");
  EXPECT_THAT(Problem(), HasSubstr("tokens.key_set_file: " + (directory_ / "other.json") + ": "));
  settings_.mutable_tokens()->clear_key_set_file();
  EXPECT_THAT(Problem(), HasSubstr("tokens.key_set_file: must name"));
}

TEST_F(ConfigTokensTest, ItsPathIsRelativeToTheConfiguration) {
  testing::ServiceFiles files;
  ASSERT_THAT(WriteFileAtomically(files.Path("keys.json"), "{}", 0644), IsOk());
  files.Write({{"service_name:", "tokens { key_set_file: \"keys.json\" }\nservice_name:"}});
  const absl::Status status = LoadConfig(files.config_path(), Roles::All()).status();
  EXPECT_THAT(status, HasReason(Reason::kBadConfig));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("tokens.key_set_file: " + files.Path("keys.json") + ": is no JWK set."));
}

}  // namespace
}  // namespace exposure::server
