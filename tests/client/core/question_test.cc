#include "client/core/question.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/client/core/world.h"
#include "tests/support/fake_service.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::FakeService;
using testing::HasReason;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Numbers;

class QuestionTest : public ::testing::Test {
 protected:
  // The content as it stands.
  const CheckedContent& Content() {
    content_ = std::make_unique<CheckedContent>(CheckedContent::Parse(service_.content.SerializeAsString()).value());
    return *content_;
  }
  Plan PlanFor(std::initializer_list<std::pair<std::string_view, std::string_view>> numbers) {
    asked_ = ReadNumbers(Content(), Numbers(numbers)).value();
    return MakePlan(*content_, asked_);
  }

  FakeService service_;
  std::unique_ptr<CheckedContent> content_;
  std::vector<AskedNumber> asked_;
};

v1::Scheme Pay() { return FakeService::MakeScheme("met", "pay", 47000, 1, 6); }
v1::Scheme Warrant() { return FakeService::MakeScheme("met", "warrant", 47000, 0, 6); }
v1::Scheme Service() { return FakeService::MakeScheme("psni", "service", 9483, 0, 6); }

TEST_F(QuestionTest, EqualNumbersCountOnce) {
  service_.AddEpoch({Pay(), Warrant()}, 8, 8);
  ASSERT_OK_AND_ASSIGN(
      const auto asked,
      ReadNumbers(Content(), Numbers({{"met/pay", "A123456"}, {"met/pay", " a-123456"}, {"met/warrant", "123456"}})));
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].scheme_name(), "met/pay");
  EXPECT_EQ(asked[1].input.Reveal(), "exposure/v1/met/warrant/123456");
}

TEST_F(QuestionTest, RefusesWhatItDoesNotKnowAndDoesNotRepeatIt) {
  service_.AddEpoch({Pay()}, 8, 8);
  const absl::Status force = ReadNumbers(Content(), Numbers({{"B654321/pay", "A123456"}})).status();
  EXPECT_THAT(force, HasReason(Reason::kUnknownForce));
  EXPECT_THAT(std::string(force.message()), HasSubstr("met/pay"));
  EXPECT_THAT(std::string(force.message()), Not(HasSubstr("654321")));
  const absl::Status scheme = ReadNumbers(Content(), Numbers({{"met/B654321", "A123456"}})).status();
  EXPECT_THAT(scheme, HasReason(Reason::kUnknownScheme));
  EXPECT_THAT(std::string(scheme.message()), Not(HasSubstr("654321")));
  EXPECT_THAT(ReadNumbers(Content(), Numbers({{"met/pay", "123456"}})), HasReason(Reason::kBadNumber));
  EXPECT_THAT(ReadNumbers(Content(), {}), HasReason(Reason::kBadUsage));
}

TEST_F(QuestionTest, OneNumberRevealsFetchBits) {
  service_.AddEpoch({Pay()}, 8, 8);
  const Plan plan = PlanFor({{"met/pay", "A123456"}});
  EXPECT_EQ(plan.pairs.size(), 1u);
  EXPECT_EQ(plan.bits, 8);
}

TEST_F(QuestionTest, TheSumOverFetchesIsAtMostTheSmallestFetchBits) {
  service_.AddEpoch({Pay(), Warrant()}, 8, 8);
  service_.AddEpoch({Service()}, 6, 6);
  // Three pairs, smallest fetch_bits 6: two bits each.
  const Plan plan = PlanFor({{"met/pay", "A1 23456"}, {"met/warrant", "123456"}, {"psni/service", "123456"}});
  EXPECT_EQ(plan.pairs.size(), 3u);
  EXPECT_EQ(plan.bits, 2);
  EXPECT_LE(plan.bits * static_cast<int>(plan.pairs.size()), 6);
}

TEST_F(QuestionTest, ANumberInTwoEpochsIsTwoFetches) {
  service_.AddEpoch({Pay()}, 8, 8);
  service_.AddEpoch({Pay()}, 8, 5);
  const Plan plan = PlanFor({{"met/pay", "A123456"}});
  EXPECT_EQ(plan.pairs.size(), 2u);
  EXPECT_EQ(plan.bits, 2);
}

TEST_F(QuestionTest, RetiredAndRefusedEpochsAreLeftOut) {
  const crypto::EpochId good = service_.AddEpoch({Pay()}, 8, 8);
  service_.AddEpoch({Pay()}, 8, 8);
  service_.content.mutable_epochs(1)->set_state(v1::EPOCH_STATE_RETIRED);
  service_.AddEpoch({Pay()}, 9, 9);  // more than 47,000 people allow
  const Plan plan = PlanFor({{"met/pay", "A123456"}});
  ASSERT_EQ(plan.pairs.size(), 1u);
  EXPECT_EQ(plan.pairs[0].epoch_id, good);
}

TEST_F(QuestionTest, TooManyNumbersTakeWholeSets) {
  const crypto::EpochId id = service_.AddEpoch({FakeService::MakeScheme("met", "pay", 1500, 1, 6)}, 3, 3);
  const Plan three = PlanFor({{"met/pay", "A1 00000"}, {"met/pay", "A100001"}, {"met/pay", "A100002"}});
  EXPECT_EQ(three.bits, 1);
  EXPECT_FALSE(TakesWholeSets(three, *content_, *content_->FindEpoch(id)));
  const Plan four =
      PlanFor({{"met/pay", "A100000"}, {"met/pay", "A100001"}, {"met/pay", "A100002"}, {"met/pay", "A100003"}});
  EXPECT_EQ(four.bits, 0);
  EXPECT_TRUE(TakesWholeSets(four, *content_, *content_->FindEpoch(id)));
}

TEST_F(QuestionTest, WithOneBucketThereIsNothingToReveal) {
  const crypto::EpochId id = service_.AddEpoch({FakeService::MakeScheme("met", "pay", 100, 1, 6)}, 0, 0);
  const Plan plan = PlanFor({{"met/pay", "A100000"}});
  EXPECT_EQ(plan.bits, 0);
  EXPECT_FALSE(TakesWholeSets(plan, *content_, *content_->FindEpoch(id)));
}

TEST_F(QuestionTest, BucketsOfMoreThanTwoMebibytesTakeWholeSets) {
  // 2^(8−2) buckets of 56·R bytes: R = 600 gives 2,150,400 bytes, R = 584 gives 2,093,056.
  const crypto::EpochId id = service_.AddEpoch({Pay(), Warrant()}, 8, 4);
  v1::Notice& notice = *service_.content.add_incidents();
  notice.set_incident_id("test");
  notice.set_force("met");
  notice.add_schemes("met/pay");
  const auto add = [&](uint32_t rows) {
    crypto::Manifest manifest;
    manifest.epoch_id = id;
    manifest.salt[0] = static_cast<uint8_t>(rows / 8);
    manifest.dataset_id = crypto::DeriveDatasetId(id, manifest.salt);
    manifest.bucket_bits = 8;
    manifest.rows_per_bucket = rows;
    manifest.records = manifest.rows_read = manifest.rows_indexed = uint64_t{rows} << 8;
    v1::DatasetDetails details;
    details.set_incident_id("test");
    details.mutable_mapping()->set_force("met");
    details.mutable_mapping()->set_scheme("pay");
    const std::string details_bytes = details.SerializeAsString();
    manifest.details_hash = crypto::DetailsHash(AsBytes(details_bytes));
    const crypto::SigningKey& custodian = service_.custodians.at("met");
    manifest.signer = *ToArray<24>(BytesView(crypto::DeriveKeyId(custodian.public_key())).first(24));
    const auto bytes = crypto::Encode(manifest);
    v1::Dataset& dataset = *service_.content.add_datasets();
    dataset.set_manifest(ToString(bytes));
    dataset.set_signature(ToString(custodian.Sign(crypto::kManifestLabel, bytes)));
    dataset.set_details(details_bytes);
    dataset.set_incident_id("test");
  };
  add(584);
  const Plan plan = PlanFor({{"met/pay", "A100000"}, {"met/warrant", "100000"}});
  ASSERT_EQ(plan.bits, 2);
  ASSERT_EQ(content_->datasets()[0].status, absl::OkStatus());
  EXPECT_FALSE(TakesWholeSets(plan, *content_, *content_->FindEpoch(id)));
  add(8);  // over both it is too much
  const CheckedContent& both = Content();
  ASSERT_EQ(both.datasets()[1].status, absl::OkStatus());
  EXPECT_TRUE(TakesWholeSets(plan, both, *both.FindEpoch(id)));
}

TEST_F(QuestionTest, FetchBitsAreCappedWhateverTheCatalogueSays) {
  service_.AddEpoch({FakeService::MakeScheme("met", "pay", 100'000'000, 1, 6)}, 20, crypto::kMaxFetchBits);
  EXPECT_EQ(PlanFor({{"met/pay", "A100000"}}).bits, 12);
}

TEST_F(QuestionTest, TheSecondPlanKeepsEpochsAndPrefix) {
  service_.AddEpoch({Pay(), Warrant()}, 8, 6);
  const Plan first = PlanFor({{"met/pay", "A100000"}, {"met/warrant", "100000"}});
  ASSERT_EQ(first.bits, 3);
  service_.content.mutable_epochs(0)->set_fetch_bits(8);  // more would be allowed now
  const Plan second = MakeSecondPlan(first, Content(), asked_);
  EXPECT_EQ(second.bits, 3);
  EXPECT_FALSE(second.whole_sets);
}

TEST_F(QuestionTest, TheSecondPlanTakesWholeSetsWhereThePrefixWouldRevealTooMuch) {
  service_.AddEpoch({Pay()}, 8, 8);
  const Plan first = PlanFor({{"met/pay", "A100000"}});
  service_.content.mutable_epochs(0)->set_fetch_bits(7);
  EXPECT_TRUE(MakeSecondPlan(first, Content(), asked_).whole_sets);
}

TEST_F(QuestionTest, TheSecondPlanTakesWholeSetsWhereEpochsChanged) {
  service_.AddEpoch({Pay()}, 8, 8);
  const Plan first = PlanFor({{"met/pay", "A100000"}});
  service_.AddEpoch({Pay()}, 8, 8);
  const Plan second = MakeSecondPlan(first, Content(), asked_);
  EXPECT_TRUE(second.whole_sets);
  EXPECT_EQ(second.pairs.size(), 2u);
}

}  // namespace
}  // namespace exposure
