#include "client/seal/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/seal/mapping.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using crypto::Categories;
using crypto::State;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

constexpr int kName = 0, kPhoto = 6, kPhone = 20;

v1::CanonicalRule OneLetterSixDigits() {
  v1::CanonicalRule rule;
  rule.add_prefix_words("NO");
  rule.set_min_letters(1);
  rule.set_max_letters(1);
  rule.set_min_digits(6);
  rule.set_max_digits(6);
  return rule;
}

Categories With(std::vector<std::pair<int, State>> states) {
  Categories categories;
  for (const auto& [category, state] : states) categories.Set(category, state);
  return categories;
}

TEST(PeopleTest, OneNumberInAnyFormIsOnePerson) {
  People people(OneLetterSixDigits());
  uint64_t row = 2;
  for (const char* written : {"A123456", "a123456", " A 123456", "A\u00a0123456 ", "No. A123456", "A-123456"}) {
    ASSERT_THAT(people.Add(row++, written, {}), IsOk());
  }
  ASSERT_THAT(people.Add(row++, "B123456", {}), IsOk());
  ASSERT_THAT(people.Finish(), IsOk());
  ASSERT_EQ(people.list().size(), 2u);
  EXPECT_EQ(people.list()[0].number.Reveal(), "A123456");
  EXPECT_EQ(people.list()[0].content.source_rows, 6);
  EXPECT_EQ(people.list()[0].first_row, 2u);
  EXPECT_EQ(people.list()[1].number.Reveal(), "B123456");
  EXPECT_EQ(people.Reconcile().merged, 5u);
}

TEST(PeopleTest, MergingTakesTheWorstThatIsKnown) {
  People people(OneLetterSixDigits());
  ASSERT_THAT(people.Add(2, "A123456", With({{kPhone, State::kNotHeld}})), IsOk());
  ASSERT_THAT(people.Add(3, "A123456", With({{kName, State::kExposed}, {kPhoto, State::kPossiblyExposed}})), IsOk());
  ASSERT_THAT(people.Add(4, "A123456", With({{kName, State::kNotHeld}, {kPhone, State::kNotHeld}})), IsOk());
  ASSERT_THAT(people.Finish(), IsOk());
  const Categories& merged = people.list()[0].content.categories;
  EXPECT_EQ(merged.Get(kName), State::kExposed);
  EXPECT_EQ(merged.Get(kPhoto), State::kPossiblyExposed);
  EXPECT_EQ(merged.Get(kPhone), State::kUnknown);  // one row does not know
}

TEST(PeopleTest, WhatHasNoCanonicalFormIsQuarantinedAndNeverRepeated) {
  const std::vector<std::string> bad = {"",         " \u00a0", "N/A",         "A12345", "1.23457E+11",
                                        "A1234567", "TBC",     "A12345\u00b2"};
  People people(OneLetterSixDigits());
  ASSERT_THAT(people.Add(2, "A123456", {}), IsOk());
  for (size_t i = 0; i < bad.size(); ++i) ASSERT_THAT(people.Add(10 + i, bad[i], {}), IsOk());
  ASSERT_THAT(people.Finish(), IsOk());
  const Reconciliation sums = people.Reconcile();
  ASSERT_EQ(sums.quarantine.size(), bad.size());
  for (size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(sums.quarantine[i].row, 10 + i);
    EXPECT_THAT(sums.quarantine[i].reason, Not(::testing::IsEmpty()));
    if (i >= 2) {
      EXPECT_THAT(sums.quarantine[i].reason, Not(HasSubstr(bad[i])));
    }
  }
  EXPECT_THAT(sums.quarantine[0].reason, HasSubstr("blank"));
  EXPECT_THAT(sums.quarantine[1].reason, HasSubstr("blank"));
}

TEST(PeopleTest, TheSumsAddUp) {
  People people(OneLetterSixDigits());
  for (int i = 0; i < 1000; ++i) {
    const std::string number = i % 50 == 0 ? "?" : absl::StrCat("A", 100000 + i % 700);
    ASSERT_THAT(people.Add(2 + i, number, With({{kName, i % 3 == 0 ? State::kExposed : State::kUnknown}})), IsOk());
  }
  ASSERT_THAT(people.Finish(), IsOk());
  const Reconciliation sums = people.Reconcile();
  EXPECT_EQ(sums.read, 1000u);
  EXPECT_EQ(sums.quarantined, 20u);
  EXPECT_EQ(sums.indexed, people.list().size());
  EXPECT_EQ(sums.read, sums.indexed + sums.merged + sums.quarantined);
  uint64_t rows = 0;
  for (const Person& person : people.list()) rows += person.content.source_rows;
  EXPECT_EQ(rows, sums.indexed + sums.merged);
}

TEST(PeopleTest, AreInAscendingOrderOfDistinctNumbers) {
  People people(OneLetterSixDigits());
  for (int i = 0; i < 500; ++i) ASSERT_THAT(people.Add(2 + i, absl::StrCat("Z", 100000 + i * 7919 % 503), {}), IsOk());
  ASSERT_THAT(people.Finish(), IsOk());
  for (size_t i = 1; i < people.list().size(); ++i) {
    ASSERT_LT(people.list()[i - 1].number.Reveal(), people.list()[i].number.Reveal());
  }
}

TEST(PeopleTest, MorePeopleThanTheLimitAreRefusedButNotMoreRows) {
  People rows(OneLetterSixDigits(), /*most=*/10);
  for (int i = 0; i < 1000; ++i) ASSERT_THAT(rows.Add(2 + i, absl::StrCat("A", 100000 + i % 10), {}), IsOk());
  EXPECT_THAT(rows.Finish(), IsOk());
  EXPECT_EQ(rows.list().size(), 10u);
  EXPECT_EQ(rows.Reconcile().merged, 990u);

  People people(OneLetterSixDigits(), /*most=*/10);
  for (int i = 0; i < 11; ++i) ASSERT_THAT(people.Add(2 + i, absl::StrCat("A", 100000 + i), {}), IsOk());
  const absl::Status status = people.Finish();
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_THAT(status.message(), HasSubstr("more than 10 people"));
}

TEST(PeopleTest, FarTooManyPeopleAreRefusedBeforeTheEnd) {
  People people(OneLetterSixDigits(), /*most=*/100);
  absl::Status status;
  int taken = 0;
  for (; status.ok() && taken < 1000; ++taken) status = people.Add(2 + taken, absl::StrCat("A", 100000 + taken), {});
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_LT(taken, 200);
}

TEST(PeopleTest, ASourceWithoutAnybodyIsRefused) {
  People none(OneLetterSixDigits());
  EXPECT_THAT(none.Finish(), HasReason(Reason::kBadSource));
  People bad(OneLetterSixDigits());
  ASSERT_THAT(bad.Add(2, "Shah", {}), IsOk());
  const absl::Status status = bad.Finish();
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_THAT(status.message(), HasSubstr("key column"));
  EXPECT_THAT(status.message(), Not(HasSubstr("Shah")));
}

TEST(PeopleTest, CountsEveryStateOfACategory) {
  People people(OneLetterSixDigits());
  const State states[] = {State::kExposed, State::kPossiblyExposed, State::kNotHeld, State::kUnknown, State::kExposed};
  for (int i = 0; i < 5; ++i)
    ASSERT_THAT(people.Add(2 + i, absl::StrCat("A", 100000 + i), With({{kPhoto, states[i]}})), IsOk());
  ASSERT_THAT(people.Finish(), IsOk());
  const std::vector<v1::CategoryCount> counts = CountCategories(people.list());
  ASSERT_EQ(counts.size(), 1u);
  EXPECT_EQ(counts[0].category(), v1::CATEGORY_PHOTO);
  EXPECT_EQ(counts[0].exposed(), 2u);
  EXPECT_EQ(counts[0].possibly_exposed(), 1u);
  EXPECT_EQ(counts[0].not_held(), 1u);
  EXPECT_EQ(counts[0].unknown(), 1u);
}

}  // namespace
}  // namespace exposure
