// docs/errors.md and base/error.h hold the same reasons.
#include <fstream>
#include <map>
#include <regex>
#include <string>

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

}  // namespace
}  // namespace exposure
