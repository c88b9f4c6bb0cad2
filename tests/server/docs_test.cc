// What is written for operators agrees with the code: docs/errors.md, deploy/exposured.txtpb.
#include <fstream>
#include <map>
#include <regex>
#include <string>

#include "base/file.h"
#include "exposure/config/v1/config.pb.h"
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
        config::v1::CustodianConfig::descriptor(), config::v1::Limits::descriptor(), v1::Scheme::descriptor()}) {
    for (int i = 0; i < type->field_count(); ++i) {
      const std::string field = type->field(i)->name();
      EXPECT_TRUE(std::regex_search(text, std::regex("(^|\n) *(# )?" + field + "( \\{|: )"))) << field;
    }
  }
}

}  // namespace
}  // namespace exposure
