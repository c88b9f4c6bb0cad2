#include "client/seal/dataset_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace exposure {
namespace {

v1::CategoryCount CategoryOf(v1::Category category, uint64_t exposed, uint64_t unknown) {
  v1::CategoryCount count;
  count.set_category(category);
  count.set_exposed(exposed);
  count.set_unknown(unknown);
  return count;
}

Reconciliation Published() {
  Reconciliation r{.read = 1010, .indexed = 1000, .merged = 6, .quarantined = 4};
  r.tables.emplace_back().set_table("Data");
  r.counts = {CategoryOf(v1::CATEGORY_NAME, 1000, 0), CategoryOf(v1::CATEGORY_PHOTO, 700, 300)};
  return r;
}

CountChange ChangeOf(const std::vector<CountChange>& changes, const std::string& key) {
  const auto found =
      std::find_if(changes.begin(), changes.end(), [&](const auto& change) { return change.key == key; });
  return found == changes.end() ? CountChange{} : *found;
}

TEST(DatasetChangesTest, EachCountIsComparedWithItself) {
  Reconciliation now = Published();
  now.read = 1022;
  now.indexed = 1012;
  now.declared_rows = 1022;
  now.tables[0].set_left_out(3);
  now.counts[1].set_exposed(712);
  const std::vector<CountChange> changes = CompareCounts(Published(), now);
  EXPECT_EQ(ChangeOf(changes, "rows_read").before, 1010u);
  EXPECT_EQ(ChangeOf(changes, "rows_read").after, 1022u);
  EXPECT_EQ(ChangeOf(changes, "rows_indexed").after, 1012u);
  EXPECT_EQ(ChangeOf(changes, "rows_quarantined").after, 4u);
  EXPECT_EQ(ChangeOf(changes, "rows_left_out").after, 3u);
  EXPECT_EQ(ChangeOf(changes, "rows_declared").after, 1022u);
  EXPECT_EQ(ChangeOf(changes, "photo.exposed").before, 700u);
  EXPECT_EQ(ChangeOf(changes, "photo.exposed").after, 712u);
  EXPECT_EQ(ChangeOf(changes, "photo.exposed").label, "photo, exposed");
  EXPECT_EQ(ChangeOf(changes, "name.unknown").key, "") << "nothing before, nothing after";
}

TEST(DatasetChangesTest, ACategoryThatIsNotCountedIsUnknownForAll) {
  Reconciliation now = Published();
  now.counts.pop_back();
  now.counts.push_back(CategoryOf(v1::CATEGORY_PHONE, 5, 995));
  const std::vector<CountChange> changes = CompareCounts(Published(), now);
  EXPECT_EQ(ChangeOf(changes, "photo.exposed").after, 0u);
  EXPECT_EQ(ChangeOf(changes, "photo.unknown").after, 1000u);
  EXPECT_EQ(ChangeOf(changes, "phone.unknown").before, 1000u);
  EXPECT_EQ(ChangeOf(changes, "phone.exposed").after, 5u);
}

TEST(PeopleConcernedTest, AreThoseByWhomAPublicCountOfPeopleMoves) {
  EXPECT_EQ(PeopleConcerned(Published(), Published()), 0u) << "sealed again, nobody came or went";
  Reconciliation now = Published();
  now.indexed = 999;
  EXPECT_EQ(PeopleConcerned(Published(), now), 1u);
  now.counts[1].set_exposed(100);
  EXPECT_EQ(PeopleConcerned(Published(), now), 1u) << "a column more does not hide that one person went";
  now.tables[0].set_left_out(12);
  EXPECT_EQ(PeopleConcerned(Published(), now), 12u);
  now.tables[0].set_left_out(0);
  now.tables.emplace_back().set_table("[corrections]");
  now.tables[1].set_read(30);
  EXPECT_EQ(PeopleConcerned(Published(), now), 30u) << "30 came and 31 went";
  now = Published();
  now.quarantined = 2;
  EXPECT_EQ(PeopleConcerned(Published(), now), 2u);
}

TEST(PeopleConcernedTest, AreThoseWhoseDetailsChangeWhereNobodyComesOrGoes) {
  Reconciliation now = Published();
  now.counts[1] = CategoryOf(v1::CATEGORY_PHOTO, 697, 303);
  EXPECT_EQ(PeopleConcerned(Published(), now), 3u);
}

}  // namespace
}  // namespace exposure
