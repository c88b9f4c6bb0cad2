#include "client/seal/corrections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "client/seal/mapping.h"
#include "exposure/v1/category.pb.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using crypto::State;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

v1::CanonicalRule LetterAndDigits() {
  v1::CanonicalRule rule;
  rule.set_min_letters(1);
  rule.set_max_letters(1);
  rule.set_min_digits(3);
  rule.set_max_digits(3);
  return rule;
}

absl::StatusOr<Corrections> ParseCorrections(const std::string& lines, const crypto::Categories& constants = {}) {
  return Corrections::Parse("c.csv", absl::StrCat("action,number,categories\n", lines), LetterAndDigits(), constants);
}

CanonicalNumber NumberOf(const char* text) { return Canonicalise(LetterAndDigits(), text).value(); }

TEST(CorrectionsTest, ReadsWhoIsAddedWithWhatAndWhoIsTakenOut) {
  crypto::Categories constants;
  constants.Set(CategoryIndex(v1::CATEGORY_PHONE), State::kNotHeld);
  ASSERT_OK_AND_ASSIGN(Corrections corrections,
                       ParseCorrections("remove,b 222,\nadd,a111,name  rank_or_grade\n", constants));
  ASSERT_EQ(corrections.list().size(), 2u);
  const Correction& added = corrections.list()[0];
  EXPECT_TRUE(added.add);
  EXPECT_EQ(added.number.Reveal(), "A111");
  EXPECT_EQ(added.line, 3u);
  EXPECT_EQ(added.categories.Get(CategoryIndex(v1::CATEGORY_NAME)), State::kExposed);
  EXPECT_EQ(added.categories.Get(CategoryIndex(v1::CATEGORY_RANK_OR_GRADE)), State::kExposed);
  EXPECT_EQ(added.categories.Get(CategoryIndex(v1::CATEGORY_PHONE)), State::kNotHeld);
  EXPECT_EQ(added.categories.Get(CategoryIndex(v1::CATEGORY_PHOTO)), State::kUnknown);
  EXPECT_FALSE(corrections.list()[1].add);
  EXPECT_TRUE(corrections.TakesOut(NumberOf("B222")));
  EXPECT_FALSE(corrections.TakesOut(NumberOf("C333")));
  EXPECT_THAT(corrections.CheckAgainstSource(), IsOk());
}

TEST(CorrectionsTest, WhoIsAddedMustNotBeInTheSource) {
  ASSERT_OK_AND_ASSIGN(Corrections corrections, ParseCorrections("remove,B222,\nadd,A111,name\n"));
  corrections.TakesOut(NumberOf("B222"));
  EXPECT_FALSE(corrections.TakesOut(NumberOf("A111")));
  const absl::Status status = corrections.CheckAgainstSource();
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_THAT(status.message(), HasSubstr("c.csv: line 3: who is to be added is in the source already"));
}

TEST(CorrectionsTest, WhoIsTakenOutMustBeInTheSource) {
  ASSERT_OK_AND_ASSIGN(const Corrections corrections, ParseCorrections("add,A111,name\nremove,B222,\n"));
  const absl::Status status = corrections.CheckAgainstSource();
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_THAT(status.message(), HasSubstr("c.csv: line 3: who is to be removed is not in it"));
}

TEST(CorrectionsTest, WhatIsWrongIsNamedByItsLineAndNeverRepeated) {
  const auto refused = [](const std::string& lines, const char* says) {
    const absl::StatusOr<Corrections> corrections = ParseCorrections(lines);
    EXPECT_THAT(corrections, HasReason(Reason::kBadSource)) << lines;
    EXPECT_THAT(corrections.status().message(), HasSubstr(says)) << lines;
    EXPECT_THAT(corrections.status().message(), Not(HasSubstr("777"))) << lines;
  };
  refused("Add,A777,name\n", "c.csv: line 2: the action");
  refused("add,777777,name\n", "line 2: the number cannot be used");
  refused("add,A777,\n", "line 2: one who is added has categories");
  refused("remove,A777,name\n", "line 2: one who is added has categories");
  refused("add,A777,name;photo\n", "line 2: one of the categories is not known");
  refused("add,A777,unspecified\n", "line 2: one of the categories is not known");
  refused("add,A777,name\nremove,a 777,\n", "line 3: the number is in line 2 already");
  refused("add,A777\n", "row 2 has 2 cells");
}

TEST(CorrectionsTest, EveryCategoryHasItsWord) {
  std::string words;
  for (int i = 1; i < v1::Category_ARRAYSIZE; ++i) {
    if (!v1::Category_IsValid(i)) continue;
    std::string word = v1::Category_Name(static_cast<v1::Category>(i)).substr(9);
    for (char& c : word) c = static_cast<char>(std::tolower(c));
    absl::StrAppend(&words, word, " ");
  }
  EXPECT_THAT(ParseCorrections(absl::StrCat("add,A111,", words, "\n")), IsOk());
}

}  // namespace
}  // namespace exposure
