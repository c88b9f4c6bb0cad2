#include "proto/rules/dataset_counts.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::HasReason;
using testing::IsOk;

crypto::Manifest Manifest() {
  return {.records = 7, .rows_read = 12, .rows_indexed = 7, .rows_merged = 3, .rows_quarantined = 2};
}

void AddTable(v1::DatasetDetails& details, uint64_t read, uint64_t indexed, uint64_t merged, uint64_t quarantined) {
  v1::TableCount& table = *details.add_tables();
  table.set_table("Data");
  table.set_read(read);
  table.set_indexed(indexed);
  table.set_merged(merged);
  table.set_quarantined(quarantined);
  table.set_left_out(5);  // beside the sums
}

v1::DatasetDetails TwoTables() {
  v1::DatasetDetails details;
  AddTable(details, 8, 6, 1, 1);
  AddTable(details, 4, 1, 2, 1);
  return details;
}

TEST(DatasetCountsTest, TablesThatAddUpOrAreNotCountedAreGood) {
  EXPECT_THAT(CheckCounts(Manifest(), {}), IsOk()) << "sealed by an older tool";
  EXPECT_THAT(CheckCounts(Manifest(), TwoTables()), IsOk());
}

TEST(DatasetCountsTest, ATableThatDoesNotAddUpIsNamed) {
  v1::DatasetDetails details = TwoTables();
  details.mutable_tables(1)->set_merged(1);
  EXPECT_THAT(CheckCounts(Manifest(), details), HasReason(Reason::kBadDataset));
  EXPECT_NE(CheckCounts(Manifest(), details).message().find("Table 2"), absl::string_view::npos);
}

TEST(DatasetCountsTest, EachSumIsTheManifests) {
  const auto with = [](uint64_t read, uint64_t indexed, uint64_t merged, uint64_t quarantined) {
    v1::DatasetDetails details;
    AddTable(details, read, indexed, merged, quarantined);
    return CheckCounts(Manifest(), details);
  };
  EXPECT_THAT(with(12, 7, 3, 2), IsOk());
  EXPECT_THAT(with(11, 7, 3, 1), HasReason(Reason::kBadDataset)) << "a row is missing";
  EXPECT_THAT(with(12, 8, 2, 2), HasReason(Reason::kBadDataset));
  EXPECT_THAT(with(12, 7, 2, 3), HasReason(Reason::kBadDataset));
  v1::DatasetDetails more = TwoTables();
  AddTable(more, 1, 0, 0, 1);
  EXPECT_THAT(CheckCounts(Manifest(), more), HasReason(Reason::kBadDataset));
}

TEST(DatasetCountsTest, SumsThatWrapAroundAreNoSums) {
  v1::DatasetDetails details;
  AddTable(details, 12, UINT64_MAX, 11, 2);
  EXPECT_THAT(CheckCounts(Manifest(), details), HasReason(Reason::kBadDataset));
  details.Clear();
  AddTable(details, UINT64_MAX, UINT64_MAX, 0, 0);
  AddTable(details, 13, 8, 3, 2);
  EXPECT_THAT(CheckCounts(Manifest(), details), HasReason(Reason::kBadDataset));
}

TEST(DatasetCountsTest, ACategoryIsCountedOnceForEveryRecord) {
  v1::DatasetDetails details;
  v1::CategoryCount& count = *details.add_counts();
  count.set_category(v1::CATEGORY_NAME);
  count.set_exposed(4);
  count.set_unknown(3);
  EXPECT_THAT(CheckCounts(Manifest(), details), IsOk());
  *details.add_counts() = details.counts(0);
  EXPECT_THAT(CheckCounts(Manifest(), details), HasReason(Reason::kBadDataset)) << "twice";
  details.mutable_counts()->RemoveLast();
  details.mutable_counts(0)->set_exposed(5);
  EXPECT_THAT(CheckCounts(Manifest(), details), HasReason(Reason::kBadDataset));
}

TEST(DatasetCountsTest, PeopleAreComparedWithNumbersAndRowsWithRows) {
  v1::DatasetDetails details;
  details.mutable_mapping()->set_declared_people(7);
  details.mutable_mapping()->set_declared_rows(12);
  EXPECT_THAT(CheckExplained(Manifest(), details), IsOk());
  details.mutable_mapping()->set_declared_rows(13);
  EXPECT_THAT(CheckExplained(Manifest(), details), HasReason(Reason::kDifferenceUnexplained));
  details.set_difference_explained("a total was counted");
  EXPECT_THAT(CheckExplained(Manifest(), details), IsOk());
  details.clear_difference_explained();
  details.mutable_mapping()->clear_declared_rows();
  details.mutable_mapping()->set_declared_people(12);
  EXPECT_THAT(CheckExplained(Manifest(), details), HasReason(Reason::kDifferenceUnexplained)) << "rows are not people";
}

}  // namespace
}  // namespace exposure
