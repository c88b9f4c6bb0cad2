#include "client/cli/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace exposure::cli {
namespace {

using ::testing::HasSubstr;

TEST(ReportTest, OneLineWhatAndOneLineWhatToDo) {
  EXPECT_EQ(ErrorText(Error(Reason::kNumbersDiffer, "The two numbers that you typed differ.")),
            "exposure: The two numbers that you typed differ. (NUMBERS_DIFFER)\n"
            "  Start again, and type it slowly. Nothing was asked.\n");
}

TEST(ReportTest, ATerminalIsNotToldWhatANameInASourceSays) {
  EXPECT_THAT(ErrorText(Error(Reason::kBadSource, "\x1b[2JData\r:\x7f row 7.")),
              ::testing::StartsWith("exposure: [2JData: row 7. (BAD_SOURCE)\n"));
}

TEST(ReportTest, AMessageWithItsOwnAdviceKeepsIt) {
  EXPECT_EQ(ErrorText(Error(Reason::kKeyFile, "k: can be read by others.\n  Fix: chmod 0400 k")),
            "exposure: k: can be read by others. (KEY_FILE)\n  Fix: chmod 0400 k\n");
}

// A person must never take an error for a no.
TEST(ReportTest, EveryErrorThatCouldNotBeVerifiedSaysWhatToDo) {
#define X(enumerator, word, code)                                                        \
  if (ReasonCode(Reason::enumerator) == absl::StatusCode::kDataLoss) {                   \
    EXPECT_THAT(ErrorText(Error(Reason::enumerator, "x.")), HasSubstr("\n  ")) << #word; \
  }
  EXPOSURE_REASONS(X)
#undef X
  EXPECT_THAT(ErrorText(Error(Reason::kBadProof, "x.")), HasSubstr("says nothing about anybody"));
}

TEST(ReportTest, JsonHasReasonAndExitCode) {
  const nlohmann::json json = nlohmann::json::parse(ErrorJson(Error(Reason::kBadPath, "A \"path\"\nis wrong.")));
  EXPECT_EQ(json["error"]["reason"], "BAD_PATH");
  EXPECT_EQ(json["error"]["message"], "A \"path\"\nis wrong.");
  EXPECT_EQ(json["error"]["exit_code"], 3);
  EXPECT_FALSE(json["error"].contains("retry_after"));
}

TEST(ReportTest, JsonSaysWhenToComeBack) {
  const absl::Status status = WithRetryAfter(Error(Reason::kQuotaCaller, "Enough."), 12000);
  EXPECT_EQ(nlohmann::json::parse(ErrorJson(status))["error"]["retry_after"], 12000);
}

TEST(ReportTest, AStatusWithoutReasonIsNamedByItsCode) {
  EXPECT_EQ(ReasonName(absl::UnavailableError("")), "UNAVAILABLE");
  EXPECT_THAT(ErrorText(absl::UnavailableError("No connection.")), HasSubstr("(UNAVAILABLE)\n  Look at --server"));
}

}  // namespace
}  // namespace exposure::cli
