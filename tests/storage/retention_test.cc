#include "storage/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/dataset_builder.h"
#include "tests/support/status_matchers.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint64_t kToday = 1'795'478'400;  // 2026-11-24
constexpr Retention kTerms{.review_days = 365, .end_days = 2190};

absl::StatusOr<KeepingDates> New(uint64_t review_at, uint64_t ends_at) {
  return DatesOfNew({review_at, ends_at}, kTerms, kToday);
}

TEST(RetentionTest, WithoutDatesTheServicesTermsHold) {
  EXPECT_EQ(New(0, 0).value(), (KeepingDates{kToday + 365 * kDay, kToday + 2190 * kDay}));
  EXPECT_EQ(New(0, kToday + kDay).value(), (KeepingDates{kToday + kDay, kToday + kDay})) << "reviewed when it ends";
}

TEST(RetentionTest, WhatIsAskedIsKeptWithinTheTerms) {
  EXPECT_EQ(New(kToday + 1, kToday + 2190 * kDay).value(), (KeepingDates{kToday + 1, kToday + 2190 * kDay}));
  EXPECT_EQ(FieldOf(New(0, kToday).status()), "ends_at");
  EXPECT_EQ(FieldOf(New(kToday, 0).status()), "review_at");
  EXPECT_EQ(FieldOf(New(kToday + 3 * kDay, kToday + 2 * kDay).status()), "review_at");
  const absl::Status late = New(0, kToday + 2190 * kDay + 1).status();
  EXPECT_THAT(late, HasReason(Reason::kBadRetention));
  EXPECT_THAT(std::string(late.message()), HasSubstr("at most 2032-11-22")) << "says what is possible";
  EXPECT_THAT(New(0, UINT64_MAX), HasReason(Reason::kBadRetention));
}

TEST(RetentionTest, APublishedDatasetMayEndSoonerAndNeverLater) {
  v1::Dataset published;
  published.set_review_at(kToday - kDay);
  published.set_ends_at(kToday + 100 * kDay);
  const auto again = [&](uint64_t review_at, uint64_t ends_at) {
    return DatesOfPublished({review_at, ends_at}, published, kTerms, kToday);
  };
  EXPECT_EQ(again(kToday + kDay, 0).value(), (KeepingDates{kToday + kDay, published.ends_at()}));
  EXPECT_EQ(again(0, kToday + kDay).value(), (KeepingDates{published.review_at(), kToday + kDay}));
  EXPECT_THAT(again(0, published.ends_at() + 1), HasReason(Reason::kBadRetention));
  EXPECT_THAT(again(published.ends_at() + 1, 0), HasReason(Reason::kBadRetention));
  published.set_ends_at(0);  // published before there were dates
  EXPECT_EQ(again(kToday + kDay, 0)->ends_at, kToday + 2190 * kDay);
}

TEST(RetentionTest, ADatasetEndsAtItsEndAndIsWarnedOfBefore) {
  const TestForce force;
  const BuiltDataset dataset = force.Build();
  v1::CatalogueContent message = force.configured();
  *message.add_incidents() = TestForce::Notice();
  v1::Dataset& entry = *message.add_datasets();
  entry.set_manifest(ToString(dataset.head.manifest_bytes));
  entry.set_signature(ToString(dataset.head.signature));
  entry.set_details(dataset.head.details);
  entry.set_incident_id("met-2023-supplier");
  entry.set_review_at(kToday + 50 * kDay);
  entry.set_ends_at(kToday + 100 * kDay);
  ASSERT_OK_AND_ASSIGN(const CheckedContent content, CheckedContent::Parse(message.SerializeAsString()));

  EXPECT_THAT(RetentionWarnings(content, kToday + 50 * kDay - 1), IsEmpty());
  EXPECT_THAT(RetentionWarnings(content, kToday + 50 * kDay), ElementsAre(HasSubstr("due for review on 2027-01-13")));
  EXPECT_THAT(RetentionWarnings(content, kToday + 70 * kDay),
              ElementsAre(HasSubstr("ends on 2027-03-04"), HasSubstr("due for review")));
  EXPECT_THAT(Ended(content, kToday + 100 * kDay - 1), IsEmpty());
  EXPECT_EQ(Ended(content, kToday + 100 * kDay).size(), 1u);
}

}  // namespace
}  // namespace exposure::storage
