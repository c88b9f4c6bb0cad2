#include "client/seal/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using crypto::Categories;
using crypto::State;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;

constexpr int kName = 0, kPhoto = 6, kPhone = 20;

Categories With(std::vector<std::pair<int, State>> states) {
  Categories categories;
  for (const auto& [category, state] : states) categories.Set(category, state);
  return categories;
}

// People of one table.
struct OneTable {
  explicit OneTable(size_t most = kMaxPeople) : people(most) { people.AddTable("Data"); }
  absl::Status Add(uint64_t row, const std::string& number, const Categories& categories = {}) {
    return people.Add({.row = row}, CanonicalNumber(number), categories);
  }
  People people;
};

TEST(PeopleTest, OneNumberIsOnePersonWhoseFirstRowIsKept) {
  OneTable table;
  for (uint64_t row = 7; row >= 2; --row) ASSERT_THAT(table.Add(row, "A123456"), IsOk());
  ASSERT_THAT(table.Add(8, "B123456"), IsOk());
  ASSERT_THAT(table.people.Finish(), IsOk());
  const std::vector<Person>& people = table.people.list();
  ASSERT_EQ(people.size(), 2u);
  EXPECT_EQ(people[0].number.Reveal(), "A123456");
  EXPECT_EQ(people[0].content.source_rows, 6);
  EXPECT_EQ(table.people.PlaceOf(people[0]), "row 2 of Data");
  EXPECT_EQ(people[1].number.Reveal(), "B123456");
  EXPECT_EQ(table.people.Reconcile().merged, 5u);
}

TEST(PeopleTest, MergingTakesTheWorstThatIsKnown) {
  OneTable table;
  ASSERT_THAT(table.Add(2, "A123456", With({{kPhone, State::kNotHeld}})), IsOk());
  ASSERT_THAT(table.Add(3, "A123456", With({{kName, State::kExposed}, {kPhoto, State::kPossiblyExposed}})), IsOk());
  ASSERT_THAT(table.Add(4, "A123456", With({{kName, State::kNotHeld}, {kPhone, State::kNotHeld}})), IsOk());
  ASSERT_THAT(table.people.Finish(), IsOk());
  const Categories& merged = table.people.list()[0].content.categories;
  EXPECT_EQ(merged.Get(kName), State::kExposed);
  EXPECT_EQ(merged.Get(kPhoto), State::kPossiblyExposed);
  EXPECT_EQ(merged.Get(kPhone), State::kUnknown);  // one row does not know
}

TEST(PeopleTest, TheSumsAddUp) {
  OneTable table;
  for (int i = 0; i < 1000; ++i) {
    if (i % 50 == 0) {
      table.people.Quarantine({.row = 2u + i}, "No", "blank");
    } else {
      ASSERT_THAT(table.Add(2 + i, absl::StrCat("A", 100000 + i % 700),
                            With({{kName, i % 3 == 0 ? State::kExposed : State::kUnknown}})),
                  IsOk());
    }
  }
  ASSERT_THAT(table.people.Finish(), IsOk());
  const Reconciliation sums = table.people.Reconcile();
  EXPECT_EQ(sums.read, 1000u);
  EXPECT_EQ(sums.quarantined, 20u);
  EXPECT_EQ(sums.quarantine.size(), 20u);
  EXPECT_EQ(sums.indexed, table.people.list().size());
  EXPECT_EQ(sums.read, sums.indexed + sums.merged + sums.quarantined);
  uint64_t rows = 0;
  for (const Person& person : table.people.list()) rows += person.content.source_rows;
  EXPECT_EQ(rows, sums.indexed + sums.merged);
}

TEST(PeopleTest, EachTableIsCountedByItselfAndTheSumsAreAll) {
  People people;
  const uint32_t first = people.AddTable("First"), second = people.AddTable("Second");
  ASSERT_THAT(people.Add({second, 2}, CanonicalNumber("A1"), {}), IsOk());
  ASSERT_THAT(people.Add({second, 3}, CanonicalNumber("A2"), {}), IsOk());
  ASSERT_THAT(people.Add({second, 4}, CanonicalNumber("A2"), {}), IsOk());
  ASSERT_THAT(people.Add({first, 9}, CanonicalNumber("A1"), {}), IsOk());
  people.Quarantine({first, 10}, "No", "blank");
  people.LeaveOut(first);
  people.LeaveOut(second);
  people.LeaveOut(second);
  ASSERT_THAT(people.Finish(), IsOk());
  const Reconciliation sums = people.Reconcile();
  const auto counts = [](const v1::TableCount& table) {
    return absl::StrCat(table.table(), ": ", table.read(), " = ", table.indexed(), " + ", table.merged(), " + ",
                        table.quarantined(), ", ", table.left_out());
  };
  ASSERT_EQ(sums.tables.size(), 2u);
  EXPECT_EQ(counts(sums.tables[0]), "First: 2 = 1 + 0 + 1, 1");
  EXPECT_EQ(counts(sums.tables[1]), "Second: 3 = 1 + 2 + 0, 2");
  EXPECT_EQ(sums.read, 5u);
  EXPECT_EQ(sums.indexed, 2u);
  EXPECT_EQ(sums.merged, 2u);
  EXPECT_EQ(sums.quarantined, 1u);
  EXPECT_EQ(people.PlaceOf(people.list()[0]), "row 9 of First");
  EXPECT_EQ(sums.quarantine[0].table, "First");
}

TEST(PeopleTest, AreInAscendingOrderOfDistinctNumbers) {
  OneTable table;
  for (int i = 0; i < 500; ++i) ASSERT_THAT(table.Add(2 + i, absl::StrCat("Z", 100000 + i * 7919 % 503)), IsOk());
  ASSERT_THAT(table.people.Finish(), IsOk());
  const std::vector<Person>& people = table.people.list();
  for (size_t i = 1; i < people.size(); ++i) ASSERT_LT(people[i - 1].number.Reveal(), people[i].number.Reveal());
}

TEST(PeopleTest, MorePeopleThanTheLimitAreRefusedButNotMoreRows) {
  OneTable rows(/*most=*/10);
  for (int i = 0; i < 1000; ++i) ASSERT_THAT(rows.Add(2 + i, absl::StrCat("A", 100000 + i % 10)), IsOk());
  EXPECT_THAT(rows.people.Finish(), IsOk());
  EXPECT_EQ(rows.people.list().size(), 10u);
  EXPECT_EQ(rows.people.Reconcile().merged, 990u);

  OneTable people(/*most=*/10);
  for (int i = 0; i < 11; ++i) ASSERT_THAT(people.Add(2 + i, absl::StrCat("A", 100000 + i)), IsOk());
  const absl::Status status = people.people.Finish();
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_THAT(status.message(), HasSubstr("more than 10 people"));
}

TEST(PeopleTest, FarTooManyPeopleAreRefusedBeforeTheEnd) {
  OneTable people(/*most=*/100);
  absl::Status status;
  int taken = 0;
  for (; status.ok() && taken < 1000; ++taken) status = people.Add(2 + taken, absl::StrCat("A", 100000 + taken));
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_LT(taken, 200);
}

TEST(PeopleTest, ASourceWithoutAnybodyIsRefused) {
  OneTable none;
  EXPECT_THAT(none.people.Finish(), HasReason(Reason::kBadSource));
  OneTable bad;
  bad.people.Quarantine({.row = 2}, "No", "it is blank");
  const absl::Status status = bad.people.Finish();
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_THAT(status.message(), HasSubstr("row 2 of Data: it is blank"));
  EXPECT_THAT(status.message(), HasSubstr("key column"));
}

TEST(PeopleTest, CountsEveryStateOfACategory) {
  OneTable table;
  const State states[] = {State::kExposed, State::kPossiblyExposed, State::kNotHeld, State::kUnknown, State::kExposed};
  for (int i = 0; i < 5; ++i) {
    ASSERT_THAT(table.Add(2 + i, absl::StrCat("A", 100000 + i), With({{kPhoto, states[i]}})), IsOk());
  }
  ASSERT_THAT(table.people.Finish(), IsOk());
  const std::vector<v1::CategoryCount> counts = CountCategories(table.people.list());
  ASSERT_EQ(counts.size(), 1u);
  EXPECT_EQ(counts[0].category(), v1::CATEGORY_PHOTO);
  EXPECT_EQ(counts[0].exposed(), 2u);
  EXPECT_EQ(counts[0].possibly_exposed(), 1u);
  EXPECT_EQ(counts[0].not_held(), 1u);
  EXPECT_EQ(counts[0].unknown(), 1u);
}

}  // namespace
}  // namespace exposure
