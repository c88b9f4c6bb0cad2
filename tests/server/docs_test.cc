// What is written for operators agrees with the code: docs/errors.md, deploy/exposured.txtpb.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "base/file.h"
#include "exposure/config/v1/config.pb.h"
#include "server/config_access.h"
#include "server/methods.h"
#include "server/problems.h"
#include "server/text_file.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

// "| REASON | CODE | meaning | what to do |" of each row.
std::map<std::string, std::string> Documented() {
  std::map<std::string, std::string> codes;
  std::ifstream file(std::string(EXPOSURE_SOURCE_DIR) + "/docs/errors.md");
  const std::regex row("^\\| `([A-Z_]+)` \\| ([A-Z_]+) \\| [^|]{10,} \\| [^|]{5,} \\|$");
  std::smatch match;
  for (std::string line; std::getline(file, line);) {
    if (!std::regex_match(line, match, row)) continue;
    EXPECT_TRUE(codes.emplace(match[1], match[2]).second) << match[1] << " is listed twice";
  }
  return codes;
}

TEST(ErrorsDocTest, ListsEveryReasonWithItsCodeAndNoOther) {
  std::map<std::string, std::string> defined;
#define X(enumerator, word, code) defined[#word] = absl::StatusCodeToString(ReasonCode(Reason::enumerator));
  EXPOSURE_REASONS(X)
#undef X
  EXPECT_EQ(Documented(), defined);
}

constexpr char kSample[] = EXPOSURE_SOURCE_DIR "/deploy/exposured.txtpb";

TEST(SampleConfigTest, CanBeRead) {
  config::v1::ServerConfig settings;
  EXPECT_THAT(server::ReadTextFile(kSample, &settings), testing::IsOk());
}

TEST(SampleConfigTest, ShowsEveryField) {
  ASSERT_OK_AND_ASSIGN(const std::string text, ReadFile(kSample));
  for (const google::protobuf::Descriptor* type :
       {config::v1::ServerConfig::descriptor(), config::v1::EpochConfig::descriptor(),
        config::v1::CustodianConfig::descriptor(), config::v1::Limits::descriptor(), v1::Scheme::descriptor(),
        config::v1::Tls::descriptor(), config::v1::AccessTable::descriptor(), config::v1::MethodRule::descriptor(),
        config::v1::CallerRule::descriptor(), config::v1::Tokens::descriptor(), config::v1::QuotaPolicy::descriptor(),
        config::v1::ConsumerLimits::descriptor(), config::v1::Rate::descriptor(),
        config::v1::Retention::descriptor()}) {
    for (int i = 0; i < type->field_count(); ++i) {
      const std::string field = type->field(i)->name();
      EXPECT_TRUE(std::regex_search(text, std::regex("(^|\n|\\{ | )(# )?" + field + "( \\{|: )"))) << field;
    }
  }
}

// The rpcs that the .proto files have, as a person reads them.
std::set<std::string> Rpcs() {
  std::set<std::string> rpcs;
  for (const auto& entry : std::filesystem::directory_iterator(EXPOSURE_SOURCE_DIR "/proto/exposure/v1")) {
    std::ifstream file(entry.path());
    std::string service;
    std::smatch match;
    for (std::string line; std::getline(file, line);) {
      if (std::regex_search(line, match, std::regex("^service (\\w+) \\{"))) service = match[1];
      if (std::regex_search(line, match, std::regex("^  rpc (\\w+)\\("))) {
        rpcs.insert("exposure.v1." + service + "/" + std::string(match[1]));
      }
    }
  }
  return rpcs;
}

TEST(SampleConfigTest, AccessTableMentionsEveryRpc) {
  config::v1::ServerConfig settings;
  ASSERT_THAT(server::ReadTextFile(kSample, &settings), testing::IsOk());
  std::set<std::string, std::less<>> mentioned;
  for (const config::v1::MethodRule& rule : settings.access().methods()) mentioned.insert(rule.method());
  EXPECT_EQ(mentioned, server::Methods());
  const std::set<std::string> rpcs = Rpcs();
  EXPECT_GT(rpcs.size(), 20U);
  for (const std::string& rpc : rpcs) EXPECT_TRUE(mentioned.contains(rpc)) << rpc;
}

TEST(SampleConfigTest, AccessTableIsWellFormed) {
  config::v1::ServerConfig settings;
  google::protobuf::TextFormat::ParseInfoTree tree;
  ASSERT_THAT(server::ReadTextFile(kSample, &settings, &tree), testing::IsOk());
  server::Problems problems(kSample);
  server::CheckAccess(settings, server::Place(problems, config::v1::ServerConfig::descriptor(), tree));
  EXPECT_THAT(problems.ToStatus(), testing::IsOk());
}

}  // namespace
}  // namespace exposure
