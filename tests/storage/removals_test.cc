// Datasets that leave: by retraction, end date, replacement or a retired epoch; with a crash in between. A receipt says
// that the bytes are gone, and then they are.
#include "storage/removals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/disk_search.h"
#include "tests/storage/publisher_helpers.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr uint64_t kLongAfter = kTestNow + 70 * kDay;  // the keys' delegation still holds

class RemovalsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Reopen();
    ASSERT_THAT(publisher().PublishNotice(TestForce::Notice()), IsOk());
  }

  void Reopen() {
    service_ = {};
    ASSERT_OK_AND_ASSIGN(service_, Service::Open(
                                       dir_.path(), configured_, now_, {}, nullptr,
                                       [this](const crypto::Receipt& receipt) { removed_.push_back(receipt.cause); },
                                       [this](const std::string& line) { warned_.push_back(line); }));
  }
  Publisher& publisher() { return *service_.publisher; }
  size_t Found(const BuiltDataset& dataset) { return BucketsFound(BytesOnDisk(dir_.path()), dataset); }
  // What is kept of it: by retracting it again.
  SignedReceipt ReceiptOf(const BuiltDataset& dataset) {
    absl::StatusOr<SignedReceipt> receipt = publisher().Retract(dataset.id());
    EXPECT_THAT(receipt, IsOk());
    return receipt.value_or(SignedReceipt{});
  }
  std::vector<std::string> RemovedLists() {
    std::vector<std::string> lists;
    for (const v1::RemovedList& list : publisher().Current()->content.message().incidents(0).removed_lists()) {
      lists.push_back(list.scheme() + " " + list.on());
    }
    return lists;
  }
  void ExpectGone(const BuiltDataset& dataset, crypto::RemovalCause cause) {
    EXPECT_FALSE(service_.Lists(dataset.id()));
    EXPECT_EQ(Found(dataset), 0u);
    const SignedReceipt signed_receipt = ReceiptOf(dataset);
    const crypto::Receipt& receipt = signed_receipt.receipt;
    EXPECT_EQ(receipt.dataset_id, dataset.id());
    EXPECT_EQ(receipt.root, dataset.manifest().root);
    EXPECT_EQ(receipt.records, dataset.manifest().records);
    EXPECT_EQ(receipt.removed_at, now_);
    EXPECT_EQ(receipt.cause, cause);
    EXPECT_GT(receipt.catalogue_version, 1u);
    EXPECT_THAT(crypto::VerifySignature(TestKeys::Online().public_key(), crypto::kReceiptLabel, Encode(receipt),
                                        signed_receipt.signature),
                IsOk());
  }

  TempDir dir_;
  uint64_t now_ = kTestNow;
  const TestForce force_;
  v1::CatalogueContent configured_ = force_.configured();
  const BuiltDataset dataset_ = force_.Build();
  std::vector<crypto::RemovalCause> removed_;  // by itself
  std::vector<std::string> warned_;
  Service service_;
};

TEST_F(RemovalsTest, ARetractionAnswersWithItsReceiptOnceTheBytesAreGone) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  ASSERT_EQ(Found(dataset_), 16u) << "the search must be able to find them";
  ASSERT_OK_AND_ASSIGN(const SignedReceipt first, publisher().Retract(dataset_.id()));
  EXPECT_EQ(first.receipt.catalogue_version, publisher().Current()->header.version);
  ExpectGone(dataset_, crypto::RemovalCause::kRetracted);
  EXPECT_THAT(RemovedLists(), ElementsAre("met/pay 2026-09-21"));

  Reopen();
  now_ += 100;
  const SignedReceipt again = ReceiptOf(dataset_);
  EXPECT_EQ(again.receipt, first.receipt) << "it can be had again";
  EXPECT_EQ(again.signature, first.signature);
  EXPECT_THAT(publisher().Retract(crypto::DatasetId{}), HasReason(Reason::kUnknownDataset));
}

TEST_F(RemovalsTest, ADatasetThatCameBackLeavesAReceiptOfItsOwn) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const SignedReceipt first = ReceiptOf(dataset_);
  now_ += kDay;
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  EXPECT_THAT(RemovedLists(), IsEmpty()) << "there is a list again";
  const SignedReceipt second = ReceiptOf(dataset_);
  EXPECT_EQ(second.receipt.removed_at, first.receipt.removed_at + kDay);
  EXPECT_GT(second.receipt.catalogue_version, first.receipt.catalogue_version);
}

TEST_F(RemovalsTest, AReplacedDatasetLeavesAReceiptAfterItsTenMinutes) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const BuiltDataset better = force_.Build({.variant = 2});
  ASSERT_THAT(service_.Publish(better, dataset_.id()), IsOk());
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_EQ(Found(dataset_), 16u) << "still served to those who know the catalogue before";
  now_ += kPreviousServed;
  ASSERT_THAT(publisher().Tick(), IsOk());
  ExpectGone(dataset_, crypto::RemovalCause::kReplaced);
  EXPECT_EQ(Found(better), 16u);
  EXPECT_THAT(RemovedLists(), IsEmpty()) << "another took its place";
  EXPECT_THAT(removed_, ElementsAre(crypto::RemovalCause::kReplaced));
}

TEST_F(RemovalsTest, ADatasetEndsWithTheTickOfItsEndDate) {
  const uint64_t end = kTestNow + 40 * kDay;
  ASSERT_THAT(service_.Publish(dataset_, std::nullopt, {.ends_at = end}), IsOk());
  now_ = end - 1;
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_TRUE(service_.Lists(dataset_.id()));
  now_ = end;
  ASSERT_THAT(publisher().Tick(), IsOk());
  ExpectGone(dataset_, crypto::RemovalCause::kEnded);
  EXPECT_THAT(RemovedLists(), ElementsAre("met/pay 2026-10-31"));
  EXPECT_THAT(removed_, ElementsAre(crypto::RemovalCause::kEnded));
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
}

TEST_F(RemovalsTest, ADatasetWhoseEndCameWhileTheServiceWasOffIsNotServedAgain) {
  ASSERT_THAT(service_.Publish(dataset_, std::nullopt, {.ends_at = kTestNow + 40 * kDay}), IsOk());
  const auto before = publisher().Current();
  now_ = kLongAfter;
  Reopen();
  EXPECT_THAT(publisher().ByContentHash(before->header.content_hash), HasReason(Reason::kStaleCatalogue));
  ExpectGone(dataset_, crypto::RemovalCause::kEnded);
}

// Such a clock is wrong more likely than it is right: nothing can be signed then, and what cannot be signed stays.
TEST_F(RemovalsTest, AClockThatJumpsYearsAheadRemovesNothing) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  now_ += 3000 * kDay;
  EXPECT_THAT(publisher().Tick(), HasReason(Reason::kDelegationExpired));
  EXPECT_TRUE(service_.Lists(dataset_.id()));
  EXPECT_EQ(Found(dataset_), 16u);
}

TEST_F(RemovalsTest, WhatIsDueIsToldOnceADay) {
  ASSERT_THAT(service_.Publish(dataset_, std::nullopt, {.ends_at = kTestNow + 40 * kDay}), IsOk());
  now_ = kTestNow + 20 * kDay;
  ASSERT_THAT(publisher().Tick(), IsOk());
  now_ += 60;
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_THAT(warned_, ElementsAre(HasSubstr("ends on 2026-10-31")));
  now_ += kDay;
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_EQ(warned_.size(), 2u);
}

TEST_F(RemovalsTest, AReviewIsAnsweredByPublishingAgainWithDates) {
  ASSERT_THAT(service_.Publish(dataset_, std::nullopt, {.review_at = kTestNow + kDay}), IsOk());
  const v1::Dataset& before = *publisher().Current()->content.FindDataset(dataset_.id())->message;
  EXPECT_EQ(before.review_at(), kTestNow + kDay);
  EXPECT_EQ(before.ends_at(), kTestNow + 2190 * kDay);
  const uint64_t version = publisher().Current()->header.version;
  const KeepingDates later{.review_at = kTestNow + 200 * kDay};
  EXPECT_EQ(service_.Publish(dataset_, std::nullopt, later).value(), version + 1);
  EXPECT_EQ(service_.Publish(dataset_, std::nullopt, later).value(), version + 1) << "a repeated request";
  EXPECT_EQ(publisher().Current()->content.FindDataset(dataset_.id())->message->review_at(), later.review_at);
  EXPECT_THAT(service_.Publish(dataset_, std::nullopt, {.ends_at = kTestNow + 2191 * kDay}),
              HasReason(Reason::kBadRetention));
}

TEST_F(RemovalsTest, DatesBeyondTheTermsAreRefusedBeforeAnythingIsInstalled) {
  EXPECT_THAT(service_.Publish(dataset_, std::nullopt, {.ends_at = kTestNow + 2191 * kDay}),
              HasReason(Reason::kBadRetention));
  EXPECT_FALSE(service_.datasets->IsInstalled(dataset_.id()));
}

TEST_F(RemovalsTest, ARetiredEpochTakesItsDatasetsAndTheirBytesWithIt) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  ASSERT_EQ(Found(dataset_), 16u);
  configured_.mutable_epochs(0)->set_state(v1::EPOCH_STATE_RETIRED);
  Reopen();
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_THAT(removed_, ElementsAre(crypto::RemovalCause::kEpochRetired));
  ExpectGone(dataset_, crypto::RemovalCause::kEpochRetired);
  EXPECT_THAT(RemovedLists(), ElementsAre("met/pay 2026-09-21")) << "no other list was published in time";
  const uint64_t version = publisher().Current()->header.version;
  Reopen();
  EXPECT_EQ(publisher().Current()->header.version, version);
}

TEST_F(RemovalsTest, AnEditOfTheNoticeDoesNotUndoWhatTheServiceNoted) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  ASSERT_THAT(publisher().Retract(dataset_.id()), IsOk());
  v1::Notice edit = TestForce::Notice();
  edit.set_version(1);
  ASSERT_THAT(publisher().UpdateNotice(edit), IsOk());
  EXPECT_THAT(RemovedLists(), Not(IsEmpty()));
}

// The catalogue no longer lists it, and then the process ends.
TEST_F(RemovalsTest, ARemovalThatACrashInterruptedIsFinishedWithItsReceipt) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const crypto::Receipt removal = RemovalOf(dataset_.manifest(), crypto::RemovalCause::kRetracted);
  ASSERT_THAT(service_.receipts->Announce({removal}), IsOk());
  v1::CatalogueContent content = publisher().Current()->content.message();
  content.clear_datasets();
  ASSERT_THAT(service_.signer->Sign(content.SerializeAsString()), IsOk());
  ASSERT_EQ(Found(dataset_), 16u);
  Reopen();
  ExpectGone(dataset_, crypto::RemovalCause::kRetracted);
}

// It was announced, and the process ended before the catalogue changed.
TEST_F(RemovalsTest, AnAnnouncedRemovalOfAListedDatasetIsNothing) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  ASSERT_THAT(service_.receipts->Announce({RemovalOf(dataset_.manifest(), crypto::RemovalCause::kReplaced)}), IsOk());
  Reopen();
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_TRUE(service_.Lists(dataset_.id()));
  EXPECT_EQ(Found(dataset_), 16u);
  ASSERT_THAT(publisher().Retract(dataset_.id()), IsOk());
  ExpectGone(dataset_, crypto::RemovalCause::kRetracted);
}

}  // namespace
}  // namespace exposure::storage
