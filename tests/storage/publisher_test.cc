// Publishing: what is listed, what is served, for how long, and what is
// refused.
#include "storage/publisher.h"

#include <gtest/gtest.h>

#include "storage/content_changes.h"
#include "tests/storage/publisher_helpers.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;

class PublisherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Reopen();
    ASSERT_THAT(publisher().PublishNotice(TestForce::Notice()), IsOk());
  }

  void Reopen() {
    service_ = {};
    ASSERT_OK_AND_ASSIGN(service_, Service::Open(dir_.path(), configured_, now_));
  }
  Publisher& publisher() { return *service_.publisher; }
  std::shared_ptr<const ServedCatalogue> Current() { return publisher().Current(); }
  absl::StatusOr<BegunUpload> Begin(const BuiltDataset& dataset) {
    return publisher().BeginUpload(dataset.head.manifest_bytes, dataset.head.signature, dataset.head.details);
  }

  TempDir dir_;
  uint64_t now_ = kTestNow;
  const TestForce force_;
  v1::CatalogueContent configured_ = force_.configured();
  const BuiltDataset dataset_ = force_.Build();
  Service service_;
};

TEST_F(PublisherTest, APublishedDatasetIsListedServedAndStaysAfterAReopen) {
  ASSERT_OK_AND_ASSIGN(const uint64_t version, service_.Publish(dataset_));
  EXPECT_EQ(Current()->header.version, version);
  const CheckedDataset* listed = Current()->content.FindDataset(dataset_.id());
  ASSERT_NE(listed, nullptr);
  EXPECT_THAT(listed->status, IsOk());
  EXPECT_EQ(listed->message->incident_id(), "met-2023-supplier");
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());

  const std::string header = Current()->signed_catalogue.header;
  Reopen();
  EXPECT_EQ(Current()->signed_catalogue.header, header) << "nothing changed: the same version";
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
}

TEST_F(PublisherTest, PublishingWhatIsPublishedChangesNothing) {
  ASSERT_OK_AND_ASSIGN(const uint64_t version, service_.Publish(dataset_));
  ASSERT_OK_AND_ASSIGN(const BegunUpload begun, Begin(dataset_));
  EXPECT_TRUE(begun.published);
  EXPECT_EQ(begun.state.held, begun.state.size);
  ASSERT_OK_AND_ASSIGN(const uint64_t again, publisher().Publish(dataset_.id(), std::nullopt, {}));
  EXPECT_EQ(again, version);
}

TEST_F(PublisherTest, TheForceOfAnUploadAndOfADatasetIsKnown) {
  EXPECT_THAT(publisher().ForceOf(dataset_.id()), HasReason(Reason::kUnknownUpload));
  ASSERT_THAT(Begin(dataset_), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::string of_upload, publisher().ForceOf(dataset_.id()));
  EXPECT_EQ(of_upload, "met");
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::string of_dataset, publisher().ForceOf(dataset_.id()));
  EXPECT_EQ(of_dataset, "met");
}

TEST_F(PublisherTest, AnUploadIsNotListedBeforeItIsComplete) {
  ASSERT_OK_AND_ASSIGN(const BegunUpload begun, Begin(dataset_));
  EXPECT_FALSE(begun.published);
  const uint64_t version = Current()->header.version;
  EXPECT_THAT(publisher().Publish(dataset_.id(), std::nullopt, {}), HasReason(Reason::kUploadIncomplete));
  EXPECT_THAT(publisher().Publish(crypto::DatasetId{}, std::nullopt, {}), HasReason(Reason::kUnknownUpload));
  EXPECT_FALSE(service_.Lists(dataset_.id()));
  EXPECT_EQ(Current()->header.version, version);
}

TEST_F(PublisherTest, DamagedRowsAreNotPublished) {
  ASSERT_THAT(Begin(dataset_), IsOk());
  std::string bytes = dataset_.file;
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  ASSERT_THAT(publisher().Append(dataset_.id(), 0, AsBytes(bytes)), IsOk());
  EXPECT_THAT(publisher().Publish(dataset_.id(), std::nullopt, {}), HasReason(Reason::kBadDataset));
  EXPECT_FALSE(service_.Lists(dataset_.id()));
  ASSERT_THAT(publisher().AbortUpload(dataset_.id()), IsOk());
  EXPECT_THAT(service_.Publish(dataset_), IsOk());
}

TEST_F(PublisherTest, WhatTheManifestAloneShowsIsRefusedBeforeBytesAreSent) {
  const crypto::SigningKey stranger = crypto::SigningKey::Generate();
  EXPECT_THAT(Begin(Resign(dataset_, stranger)), HasReason(Reason::kUnknownCustodian));
  EXPECT_THAT(Begin(force_.Build({.incident = "nothing-2020"})), HasReason(Reason::kUnknownIncident));
  EXPECT_THAT(Begin(force_.Build({.bucket_bits = 3})), HasReason(Reason::kBadManifest));
  EXPECT_THAT(Begin(force_.Build({.scheme = "collar"})), HasReason(Reason::kBadManifest)) << "not in the notice";
  EXPECT_THAT(Begin(BuildDataset({}, crypto::EpochId{9}, force_.custodian())), HasReason(Reason::kUnknownEpoch));

  BuiltDataset damaged = dataset_;
  damaged.head.signature[0] ^= 1;
  EXPECT_THAT(Begin(damaged), HasReason(Reason::kBadSignature));
  damaged = dataset_;
  damaged.head.manifest_bytes[8] ^= 1;
  EXPECT_THAT(Begin(damaged), HasReason(Reason::kBadManifest));
  damaged = dataset_;
  damaged.head.details += "x";
  EXPECT_THAT(Begin(damaged), HasReason(Reason::kBadManifest));
  EXPECT_THAT(publisher().BeginUpload(AsBytes("short"), damaged.head.signature, ""), HasReason(Reason::kBadManifest));
  EXPECT_THAT(publisher().BeginUpload(dataset_.head.manifest_bytes, AsBytes("short"), dataset_.head.details),
              HasReason(Reason::kBadManifest));
  EXPECT_THAT(publisher().Append(dataset_.id(), 0, AsBytes("x")), HasReason(Reason::kUnknownUpload));
}

TEST_F(PublisherTest, ACustodianRevokedDuringTheUploadCannotPublish) {
  ASSERT_THAT(Begin(dataset_), IsOk());
  ASSERT_THAT(publisher().Append(dataset_.id(), 0, AsBytes(dataset_.file)), IsOk());
  configured_.mutable_custodians(0)->set_revoked(true);
  Reopen();
  EXPECT_THAT(publisher().Publish(dataset_.id(), std::nullopt, {}), HasReason(Reason::kRevokedCustodian));
  EXPECT_FALSE(service_.Lists(dataset_.id()));
}

TEST_F(PublisherTest, ADifferenceToTheDeclaredPeopleMustBeExplained) {
  EXPECT_THAT(service_.Publish(force_.Build({.variant = 2, .declared_people = 201})),
              HasReason(Reason::kDifferenceUnexplained));
  EXPECT_THAT(
      service_.Publish(force_.Build({.variant = 3, .declared_people = 201, .difference_explained = "One left"})),
      IsOk());
  EXPECT_THAT(service_.Publish(force_.Build({.variant = 4, .declared_people = 200})), IsOk());
}

TEST_F(PublisherTest, ADifferenceToTheDeclaredRowsMustBeExplained) {
  const auto change = [&](uint8_t variant, const std::function<void(v1::DatasetDetails&)>& edit) {
    return WithDetails(force_.Build({.variant = variant}), edit, force_.custodian());
  };
  EXPECT_THAT(service_.Publish(change(2, [](auto& details) { details.mutable_mapping()->set_declared_rows(201); })),
              HasReason(Reason::kDifferenceUnexplained));
  EXPECT_THAT(service_.Publish(change(3,
                                      [](auto& details) {
                                        details.mutable_mapping()->set_declared_rows(201);
                                        details.set_difference_explained("a total was counted");
                                      })),
              IsOk());
}

TEST_F(PublisherTest, TablesThatDoNotAddUpAreRefusedBeforeBytesAreSent) {
  const auto tables = [&](uint64_t read, uint64_t indexed) {
    return WithDetails(
        force_.Build({.variant = 2}),
        [=](v1::DatasetDetails& details) {
          v1::TableCount& table = *details.add_tables();
          table.set_table("Data");
          table.set_read(read);
          table.set_indexed(indexed);
        },
        force_.custodian());
  };
  EXPECT_THAT(Begin(tables(199, 199)), HasReason(Reason::kBadDataset)) << "the manifest says 200";
  EXPECT_THAT(Begin(tables(200, 199)), HasReason(Reason::kBadDataset)) << "a row is nowhere";
  EXPECT_THAT(service_.Publish(tables(200, 200)), IsOk());
}

TEST_F(PublisherTest, AReplacedDatasetGoesInTheSameStepAndItsBytesTenMinutesLater) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const auto before = Current();
  const BuiltDataset better = force_.Build({.records = 210, .variant = 2});
  ASSERT_OK_AND_ASSIGN(const uint64_t version, service_.Publish(better, dataset_.id()));
  EXPECT_EQ(version, before->header.version + 1) << "one step";
  EXPECT_TRUE(service_.Lists(better.id()));
  EXPECT_FALSE(service_.Lists(dataset_.id()));
  ASSERT_OK_AND_ASSIGN(const uint64_t again, publisher().Publish(better.id(), dataset_.id(), {}));
  EXPECT_EQ(again, version) << "a repeated request";

  now_ += kPreviousServed - 1;
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_THAT(publisher().ByContentHash(before->header.content_hash), IsOk());
  EXPECT_TRUE(service_.datasets->IsInstalled(dataset_.id()));
  now_ += 1;
  EXPECT_THAT(publisher().ByContentHash(before->header.content_hash), HasReason(Reason::kStaleCatalogue));
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_FALSE(service_.datasets->IsInstalled(dataset_.id()));
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
}

TEST_F(PublisherTest, OnlyADatasetOfTheSameIncidentAndSchemeIsReplaced) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const BuiltDataset warrant = force_.Build({.variant = 2, .scheme = "warrant"});
  EXPECT_THAT(service_.Publish(warrant, dataset_.id()), HasReason(Reason::kUnknownDataset));
  ASSERT_THAT(publisher().PublishNotice(TestForce::Notice("met-2024-other")), IsOk());
  const BuiltDataset elsewhere = force_.Build({.variant = 3, .incident = "met-2024-other"});
  EXPECT_THAT(service_.Publish(elsewhere, dataset_.id()), HasReason(Reason::kUnknownDataset));
  const BuiltDataset better = force_.Build({.variant = 4});
  EXPECT_THAT(service_.Publish(better, crypto::DatasetId{}), HasReason(Reason::kUnknownDataset));
  EXPECT_TRUE(service_.Lists(dataset_.id()));
  EXPECT_FALSE(service_.Lists(better.id()));
}

TEST_F(PublisherTest, TwoDatasetsOfOneIncidentStandSideBySide) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  ASSERT_THAT(service_.Publish(force_.Build({.variant = 2, .scheme = "warrant"})), IsOk());
  EXPECT_EQ(Current()->content.DatasetsOf(force_.epoch_id()).size(), 2u);
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
}

TEST_F(PublisherTest, ARetractionEndsThePreviousContentAndRemovesTheBytesAtOnce) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const auto before = Current();
  ASSERT_OK_AND_ASSIGN(const SignedReceipt signed_receipt, publisher().Retract(dataset_.id()));
  EXPECT_EQ(signed_receipt.receipt.catalogue_version, before->header.version + 1);
  EXPECT_THAT(publisher().ByContentHash(before->header.content_hash), HasReason(Reason::kStaleCatalogue));
  EXPECT_THAT(publisher().ByContentHash(Current()->header.content_hash), IsOk());
  EXPECT_FALSE(service_.datasets->IsInstalled(dataset_.id()));
  EXPECT_THAT(service_.Publish(dataset_), IsOk()) << "it may come back";
}

TEST_F(PublisherTest, WhatWasReplacedCanBeRetractedBeforeItsTenMinutesEnd) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const auto before = Current();
  const BuiltDataset better = force_.Build({.variant = 2});
  ASSERT_OK_AND_ASSIGN(const uint64_t version, service_.Publish(better, dataset_.id()));
  ASSERT_OK_AND_ASSIGN(const SignedReceipt retracted, publisher().Retract(dataset_.id()));
  EXPECT_EQ(retracted.receipt.catalogue_version, version);
  EXPECT_THAT(publisher().ByContentHash(before->header.content_hash), HasReason(Reason::kStaleCatalogue));
  EXPECT_FALSE(service_.datasets->IsInstalled(dataset_.id()));
  EXPECT_TRUE(service_.Lists(better.id()));
}

TEST_F(PublisherTest, AReplacedDatasetThatComesBackKeepsItsBytes) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const BuiltDataset better = force_.Build({.variant = 2});
  ASSERT_THAT(service_.Publish(better, dataset_.id()), IsOk());
  ASSERT_THAT(service_.Publish(dataset_, better.id()), IsOk());
  now_ += kPreviousServed;
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_TRUE(service_.datasets->IsInstalled(dataset_.id()));
  EXPECT_FALSE(service_.datasets->IsInstalled(better.id()));
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
}

TEST_F(PublisherTest, TheCatalogueIsIssuedAgainAfterSixHoursWithTheSameContent) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const auto before = Current();
  now_ += crypto::kReissueAfter - 1;
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_EQ(Current()->header.version, before->header.version);
  now_ += 1;
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_EQ(Current()->header.version, before->header.version + 1);
  EXPECT_EQ(Current()->header.content_hash, before->header.content_hash);
  EXPECT_EQ(Current()->header.issued, now_);
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
}

TEST_F(PublisherTest, AReissueDoesNotEndThePreviousContent) {
  const auto before = Current();
  now_ += crypto::kReissueAfter - 10;
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  now_ += kPreviousServed - 1;
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_THAT(publisher().ByContentHash(before->header.content_hash), IsOk());
}

TEST_F(PublisherTest, AChangedConfigurationMakesANewVersion) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const uint64_t version = Current()->header.version;
  configured_.set_service_name("Another name");
  Reopen();
  EXPECT_EQ(Current()->header.version, version + 1);
  EXPECT_EQ(Current()->content.message().service_name(), "Another name");
  EXPECT_TRUE(service_.Lists(dataset_.id()));
  EXPECT_NE(Current()->content.FindIncident("met-2023-supplier"), nullptr);
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
}

TEST_F(PublisherTest, TheRuleThatAPublishedDatasetWasSealedByCannotChange) {
  v1::CanonicalRule& rule = *configured_.mutable_epochs(0)->mutable_schemes(0)->mutable_rule();
  rule.set_max_digits(rule.max_digits() + 1);
  Reopen();  // nothing is published yet
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  rule.set_max_digits(rule.max_digits() + 1);
  service_ = {};
  EXPECT_THAT(Service::Open(dir_.path(), configured_, now_).status(), HasReason(Reason::kBadConfig));
  rule.set_max_digits(rule.max_digits() - 1);
  Reopen();
  EXPECT_TRUE(service_.Lists(dataset_.id()));
}

TEST_F(PublisherTest, DatasetsOfARetiredEpochAreDroppedAndTheirBytesRemoved) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  configured_.mutable_epochs(0)->set_state(v1::EPOCH_STATE_RETIRED);
  Reopen();
  EXPECT_FALSE(service_.Lists(dataset_.id()));
  EXPECT_FALSE(service_.datasets->IsInstalled(dataset_.id()));
  EXPECT_NE(Current()->content.FindIncident("met-2023-supplier"), nullptr);
  EXPECT_THAT(Begin(dataset_), HasReason(Reason::kRetiredEpoch));
}

TEST_F(PublisherTest, AListedDatasetThatIsNotInTheStoreIsDamage) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const std::string header = Current()->signed_catalogue.header;
  ASSERT_THAT(service_.datasets->Remove(dataset_.id()), IsOk());
  service_ = {};
  EXPECT_THAT(Service::Open(dir_.path(), configured_, now_).status(), HasReason(Reason::kCorruptRecords));

  // The catalogue is served all the same by a process without records, and
  // nothing was signed.
  ASSERT_OK_AND_ASSIGN(auto signer, OpenSigner(dir_.path(), [this] { return now_; }));
  ASSERT_OK_AND_ASSIGN(auto receipts, ReceiptStore::Open(dir_ / "receipts"));
  const PublisherOptions options{nullptr, signer.get(), receipts.get(), [this] { return now_; }};
  ASSERT_OK_AND_ASSIGN(auto alone, Publisher::Create(options, configured_));
  EXPECT_EQ(alone->Current()->signed_catalogue.header, header);
  EXPECT_THAT(alone->Publish(dataset_.id(), std::nullopt, {}), HasReason(Reason::kStorageFailed));
  EXPECT_THAT(alone->Retract(dataset_.id()), HasReason(Reason::kStorageFailed));
}

TEST_F(PublisherTest, AMissingDatasetIsDroppedWhereTheOperatorSaysSo) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const uint64_t version = Current()->header.version;
  ASSERT_THAT(service_.datasets->Remove(dataset_.id()), IsOk());
  service_.publisher.reset();
  const PublisherOptions options{service_.datasets.get(), service_.signer.get(), service_.receipts.get(),
                                 [this] { return now_; }, true};
  ASSERT_OK_AND_ASSIGN(service_.publisher, Publisher::Create(options, configured_));
  EXPECT_FALSE(service_.Lists(dataset_.id()));
  EXPECT_EQ(Current()->header.version, version + 1);
  EXPECT_NE(Current()->content.FindIncident("met-2023-supplier"), nullptr);
  ASSERT_THAT(service_.Publish(dataset_), IsOk()) << "and is published again";
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
}

// The answer of the signer was lost, or it was given a newer catalogue after a restore.
TEST_F(PublisherTest, WhatTheSignerSignedMeanwhileIsTaken) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::CatalogueContent without,
                       WithoutDatasets(Current()->content, {dataset_.id()}, "2026-01-01"));
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue signed_alone, service_.signer->Sign(without.SerializeAsString()));
  EXPECT_TRUE(service_.Lists(dataset_.id()));
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_EQ(Current()->signed_catalogue.header, signed_alone.header);
  EXPECT_FALSE(service_.Lists(dataset_.id()));
  ASSERT_THAT(publisher().Tick(), IsOk());
  EXPECT_FALSE(service_.datasets->IsInstalled(dataset_.id())) << "its bytes go";
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
}

TEST_F(PublisherTest, WhatWasInstalledButNeverListedIsRemovedAtTheStart) {
  ASSERT_THAT(SendAndInstall(*service_.datasets, dataset_), IsOk());
  Reopen();
  EXPECT_FALSE(service_.datasets->IsInstalled(dataset_.id()));
}

TEST_F(PublisherTest, ContentHashesOfAnotherLengthOrUnknownAreStale) {
  EXPECT_THAT(publisher().ByContentHash({}), HasReason(Reason::kStaleCatalogue));
  EXPECT_THAT(publisher().ByContentHash(crypto::Hash{}), HasReason(Reason::kStaleCatalogue));
}

}  // namespace
}  // namespace exposure::storage
