#include "client/seal/repairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

v1::CanonicalRule SixDigits() {
  v1::CanonicalRule rule;
  rule.set_min_digits(1);
  rule.set_max_digits(6);
  rule.set_pad_digits_to(6);
  return rule;
}

absl::StatusOr<Repairs> ParseRepairs(const std::string& lines) {
  return Repairs::Parse("q.csv", absl::StrCat("table,row,column,reason,number\n", lines), SixDigits());
}

TEST(RepairsTest, GivesTheNumberOfARowInItsCanonicalForm) {
  ASSERT_OK_AND_ASSIGN(Repairs repairs, ParseRepairs("\"Data\",7,\"No\",\"blank\", 42 \nOld,7,No,x,\"43\"\r\n"));
  ASSERT_NE(repairs.Find("Data", 7), nullptr);
  EXPECT_EQ(repairs.Find("Data", 7)->Reveal(), "000042");
  EXPECT_EQ(repairs.Find("Old", 7)->Reveal(), "000043");
  EXPECT_EQ(repairs.Find("Data", 8), nullptr);
  EXPECT_THAT(repairs.CheckAllFound(), IsOk());
}

TEST(RepairsTest, ARowWithoutNumberStaysAsItIs) {
  ASSERT_OK_AND_ASSIGN(Repairs repairs, ParseRepairs("Data,7,No,blank,\nData,8,No,blank,\" \"\n"));
  EXPECT_EQ(repairs.Find("Data", 7), nullptr);
  EXPECT_EQ(repairs.Find("Data", 8), nullptr);
  EXPECT_THAT(repairs.CheckAllFound(), IsOk());
}

TEST(RepairsTest, ALineForARowThatNeedsNoneIsNamed) {
  ASSERT_OK_AND_ASSIGN(Repairs repairs, ParseRepairs("B,7,No,x,42\nA,7,No,x,43\nA,8,No,x,\n"));
  repairs.Find("B", 7);
  const absl::Status status = repairs.CheckAllFound();
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_THAT(status.message(), HasSubstr("q.csv: line 3: "));
}

TEST(RepairsTest, WhatIsWrongIsNamedByItsLineAndNeverRepeated) {
  const auto refused = [](const std::string& lines, const char* says) {
    const absl::StatusOr<Repairs> repairs = ParseRepairs(lines);
    EXPECT_THAT(repairs, HasReason(Reason::kBadSource)) << lines;
    EXPECT_THAT(repairs.status().message(), HasSubstr(says)) << lines;
    EXPECT_THAT(repairs.status().message(), Not(HasSubstr("777"))) << lines;
  };
  refused("Data,7,No,x,42\nData,8,No,x,7777777\n", "q.csv: line 3: the number cannot be used");
  refused("Data,7,No,x,1.77E+7\n", "line 2: the number cannot be used");
  refused("Data,7,No,x,777\nData,7,No,x,777\n", "line 3: the row is in line 2 already");
  refused("Data,0,No,x,777\n", "line 2: the row is not a number");
  refused("Data,-7,No,x,777\n", "line 2: the row is not a number");
  refused("Data,,No,x,777\n", "line 2: the row is not a number");
  refused("Data,7,No,x\n", "row 2 has 4 cells");
  refused("Data,7,No,x,777,777\n", "row 2 has 6 cells");
  refused("Data,7,No,\"x,777\n", "never closed");
}

TEST(RepairsTest, AnotherHeaderIsRefused) {
  for (const char* text : {"", "row,reason\n", "table;row;column;reason;number\n", "777,1,2,3,4\n"}) {
    const absl::StatusOr<Repairs> repairs = Repairs::Parse("q.csv", text, SixDigits());
    EXPECT_THAT(repairs, HasReason(Reason::kBadSource)) << text;
    EXPECT_THAT(repairs.status().message(), Not(HasSubstr("777")));
  }
}

}  // namespace
}  // namespace exposure
