#include "proto/rules/catalogue_content.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "crypto/dataset.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using namespace exposure::testing;

// A content with one epoch of two evaluators, one notice, one custodian and one dataset. Tests damage it before it is
// finished: `epoch` and `details` first, then the manifest is made and signed, then the rest.
class ContentTest : public ::testing::Test {
 protected:
  ContentTest() {
    for (const uint32_t index : {1u, 2u}) {
      const crypto::EvaluatorKey key = *crypto::EvaluatorKey::Generate();
      entries_.push_back(*crypto::MakeEvaluatorEntry(key, index));
    }
    const crypto::Element combined = *crypto::CombinePublicKeys(entries_);
    epoch_id_ = crypto::DeriveEpochId(combined);
    v1::Epoch& epoch = *content_.add_epochs();
    epoch.set_epoch_id(ToString(epoch_id_));
    epoch.set_public_key(ToString(combined.bytes()));
    epoch.set_bucket_bits(8);
    epoch.set_min_people(100);
    epoch.set_fetch_bits(8);
    epoch.set_rule(v1::EVALUATOR_RULE_ADDITIVE);
    epoch.set_state(v1::EPOCH_STATE_LIVE);
    for (const crypto::EvaluatorEntry& entry : entries_) {
      v1::Evaluator& evaluator = *epoch.add_evaluators();
      evaluator.set_index(entry.index);
      evaluator.set_public_key(ToString(entry.public_key));
      evaluator.set_possession_element(ToString(entry.possession_element));
      evaluator.set_possession_proof(ToString(entry.possession_proof));
    }
    v1::Scheme& scheme = *epoch.add_schemes();
    scheme.set_force("met");
    scheme.set_name("pay");
    scheme.set_population(47000);
    scheme.mutable_rule()->set_min_digits(6);
    scheme.mutable_rule()->set_max_digits(6);

    v1::Notice& notice = *content_.add_incidents();
    notice.set_incident_id("met-2023");
    notice.set_force("met");
    notice.add_schemes("met/pay");
    v1::Custodian& custodian = *content_.add_custodians();
    custodian.set_force("met");
    custodian.set_public_key(ToString(key_.public_key()));
    custodian.set_valid_until(UINT64_MAX);

    details_.set_incident_id("met-2023");
    details_.mutable_mapping()->set_force("met");
    details_.mutable_mapping()->set_scheme("pay");
    manifest_.epoch_id = epoch_id_;
    manifest_.bucket_bits = 8;
    manifest_.rows_per_bucket = 8;
    manifest_.sealed_at = 1'790'000'000;
  }

  v1::Epoch& epoch() { return *content_.mutable_epochs(0); }

  // Makes and signs the manifest for what details_ and manifest_ are now.
  void AddDataset() {
    manifest_.salt[0] = static_cast<uint8_t>(content_.datasets_size());
    manifest_.dataset_id = crypto::DeriveDatasetId(manifest_.epoch_id, manifest_.salt);
    const std::string details = details_.SerializeAsString();
    manifest_.details_hash = crypto::DetailsHash(AsBytes(details));
    const crypto::KeyId id = crypto::DeriveKeyId(key_.public_key());
    std::copy_n(id.begin(), manifest_.signer.size(), manifest_.signer.begin());
    const auto bytes = crypto::Encode(manifest_);
    v1::Dataset& dataset = *content_.add_datasets();
    dataset.set_manifest(ToString(bytes));
    dataset.set_signature(ToString(key_.Sign(crypto::kManifestLabel, bytes)));
    dataset.set_details(details);
    dataset.set_incident_id("met-2023");
  }

  CheckedContent Parse() { return *CheckedContent::Parse(content_.SerializeAsString()); }
  absl::Status EpochStatus() { return Parse().epochs()[0].status; }
  absl::Status DatasetStatus() {
    if (content_.datasets_size() == 0) AddDataset();
    return Parse().datasets()[0].status;
  }

  const crypto::SigningKey key_ = crypto::SigningKey::Generate();
  std::vector<crypto::EvaluatorEntry> entries_;
  crypto::EpochId epoch_id_{};
  crypto::Manifest manifest_;
  v1::DatasetDetails details_;
  v1::CatalogueContent content_;
};

TEST_F(ContentTest, AGoodContentIsAccepted) {
  AddDataset();
  const CheckedContent content = Parse();
  ASSERT_EQ(content.epochs().size(), 1u);
  EXPECT_THAT(content.epochs()[0].status, IsOk());
  EXPECT_EQ(content.epochs()[0].evaluators.size(), 2u);
  ASSERT_EQ(content.datasets().size(), 1u);
  EXPECT_THAT(content.datasets()[0].status, IsOk());
  EXPECT_EQ(content.datasets()[0].epoch, &content.epochs()[0]);
  EXPECT_EQ(content.FindEpoch(epoch_id_), &content.epochs()[0]);
  EXPECT_EQ(content.FindDataset(manifest_.dataset_id), &content.datasets()[0]);
  EXPECT_EQ(content.DatasetsOf(epoch_id_).size(), 1u);
  EXPECT_NE(content.FindScheme("met", "pay"), nullptr);
  EXPECT_EQ(content.FindScheme("met", "warrant"), nullptr);
  EXPECT_NE(content.FindIncident("met-2023"), nullptr);
  EXPECT_EQ(content.FindIncident("other"), nullptr);
}

TEST_F(ContentTest, WhatDoesNotParseIsRefused) {
  EXPECT_THAT(CheckedContent::Parse("\xff\xff"), HasReason(Reason::kCatalogueMalformed));
}

TEST_F(ContentTest, NothingMayBeNamedTwice) {
  AddDataset();
  for (const std::function<void(v1::CatalogueContent&)>& twice :
       {std::function<void(v1::CatalogueContent&)>([](auto& c) { *c.add_epochs() = c.epochs(0); }),
        std::function<void(v1::CatalogueContent&)>([](auto& c) { *c.add_incidents() = c.incidents(0); }),
        std::function<void(v1::CatalogueContent&)>([](auto& c) { *c.add_datasets() = c.datasets(0); })}) {
    v1::CatalogueContent bad = content_;
    twice(bad);
    EXPECT_THAT(CheckedContent::Parse(bad.SerializeAsString()), HasReason(Reason::kCatalogueMalformed));
  }
}

TEST_F(ContentTest, AnUnknownRuleRefusesTheEpochOnly) {
  epoch().set_rule(static_cast<v1::EvaluatorRule>(2));
  EXPECT_THAT(EpochStatus(), HasReason(Reason::kUnknownRule));
  EXPECT_NE(Parse().FindIncident("met-2023"), nullptr);
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kUnknownRule));
}

TEST_F(ContentTest, EpochsThatLieAreRefused) {
  const v1::Epoch good = epoch();
  const auto status = [&](const std::function<void(v1::Epoch&)>& damage) {
    epoch() = good;
    damage(epoch());
    return EpochStatus();
  };
  EXPECT_THAT(status([](auto& e) { e.mutable_evaluators()->RemoveLast(); }), HasReason(Reason::kBadKeySum));
  EXPECT_THAT(status([](auto& e) { *e.mutable_evaluators(1) = e.evaluators(0); }),
              HasReason(Reason::kDuplicateEvaluator));
  EXPECT_THAT(status([](auto& e) { e.mutable_evaluators(0)->set_index(7); }), HasReason(Reason::kBadPossession));
  EXPECT_THAT(status([](auto& e) { e.mutable_evaluators(0)->set_public_key("short"); }), HasReason(Reason::kBadEpoch));
  EXPECT_THAT(status([](auto& e) { e.set_epoch_id(std::string(16, 'x')); }), HasReason(Reason::kBadEpoch));
  EXPECT_THAT(status([](auto& e) { e.clear_state(); }), HasReason(Reason::kBadEpoch));
  EXPECT_THAT(status([](auto& e) { e.clear_schemes(); }), HasReason(Reason::kBadEpoch));
  EXPECT_THAT(status([](auto& e) { e.mutable_schemes(0)->set_name("Pay"); }), HasReason(Reason::kBadEpoch));
  EXPECT_THAT(status([](auto& e) { e.mutable_schemes(0)->mutable_rule()->set_min_digits(9); }),
              HasReason(Reason::kBadEpoch));
  EXPECT_THAT(status([](auto& e) { e.mutable_schemes(0)->mutable_rule()->set_check(static_cast<v1::CheckRule>(3)); }),
              HasReason(Reason::kUnknownRule));
  EXPECT_THAT(status([](auto& e) { e.set_bucket_bits(25); }), HasReason(Reason::kBadBucketBits));
}

TEST_F(ContentTest, MoreFetchBitsThanThePopulationAllowsAreRefused) {
  EXPECT_THAT(EpochStatus(), IsOk());
  epoch().mutable_schemes(0)->set_population(20000);
  EXPECT_THAT(EpochStatus(), HasReason(Reason::kFetchBitsTooLarge));
  epoch().set_fetch_bits(7);
  EXPECT_THAT(EpochStatus(), IsOk());
  epoch().set_min_people(400);
  EXPECT_THAT(EpochStatus(), HasReason(Reason::kFetchBitsTooLarge));
  // A catalogue cannot ask for less privacy than 100 people.
  epoch().set_min_people(1);
  epoch().set_fetch_bits(8);
  EXPECT_THAT(EpochStatus(), HasReason(Reason::kFetchBitsTooLarge));
  // The smallest scheme of the scope counts.
  epoch().mutable_schemes(0)->set_population(47000);
  v1::Scheme small = epoch().schemes(0);
  small.set_name("warrant");
  small.set_population(500);
  *epoch().add_schemes() = small;
  EXPECT_THAT(EpochStatus(), HasReason(Reason::kFetchBitsTooLarge));
}

TEST_F(ContentTest, FetchBitsAreNeverMoreThanTwelveNorThanB) {
  epoch().mutable_schemes(0)->set_population(100'000'000);
  epoch().set_bucket_bits(16);
  epoch().set_fetch_bits(12);
  EXPECT_THAT(EpochStatus(), IsOk());
  epoch().set_fetch_bits(13);
  EXPECT_THAT(EpochStatus(), HasReason(Reason::kFetchBitsTooLarge));
  epoch().set_bucket_bits(10);
  epoch().set_fetch_bits(11);
  EXPECT_THAT(EpochStatus(), HasReason(Reason::kFetchBitsTooLarge));
}

TEST_F(ContentTest, ADatasetWithAnotherB) {
  manifest_.bucket_bits = 7;
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kBadBucketBits));
}

TEST_F(ContentTest, ADatasetUnderAnotherIncident) {
  AddDataset();
  v1::Notice other = content_.incidents(0);
  other.set_incident_id("met-2024");
  *content_.add_incidents() = other;
  content_.mutable_datasets(0)->set_incident_id("met-2024");
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kWrongIncident));
}

TEST_F(ContentTest, ADatasetWhoseNoticeDoesNotNameItsScheme) {
  content_.mutable_incidents(0)->set_schemes(0, "met/warrant");
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kWrongIncident));
}

TEST_F(ContentTest, ADatasetWithoutANotice) {
  content_.clear_incidents();
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kUnknownIncident));
}

TEST_F(ContentTest, ADatasetOfAnUnknownOrRetiredEpoch) {
  AddDataset();
  epoch().set_state(v1::EPOCH_STATE_RETIRED);
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kRetiredEpoch));
  content_.clear_epochs();
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kUnknownEpoch));
}

TEST_F(ContentTest, ADatasetOfASchemeOutsideTheScope) {
  content_.mutable_incidents(0)->add_schemes("met/warrant");
  details_.mutable_mapping()->set_scheme("warrant");
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kUnknownScheme));
}

TEST_F(ContentTest, AManifestThatWasChanged) {
  AddDataset();
  v1::Dataset& dataset = *content_.mutable_datasets(0);
  std::string manifest = dataset.manifest();
  manifest[130] ^= 1;  // the root
  dataset.set_manifest(manifest);
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kBadSignature));
  dataset.set_manifest("short");
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kBadManifest));
}

TEST_F(ContentTest, DetailsThatWereChanged) {
  AddDataset();
  details_.set_as_at("2023-09-02");
  content_.mutable_datasets(0)->set_details(details_.SerializeAsString());
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kBadManifest));
}

TEST_F(ContentTest, ASignerWhoMayNot) {
  AddDataset();
  v1::Custodian& custodian = *content_.mutable_custodians(0);
  custodian.set_force("psni");
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kWrongForce));
  custodian.set_force("met");
  custodian.set_valid_until(manifest_.sealed_at - 1);
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kRevokedCustodian));
  custodian.set_valid_until(manifest_.sealed_at);
  custodian.set_valid_from(manifest_.sealed_at + 1);
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kRevokedCustodian));
  content_.clear_custodians();
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kUnknownCustodian));
}

TEST_F(ContentTest, ARevokedKeyKeepsOnlyWhatIsListedAsGood) {
  AddDataset();
  v1::Custodian& custodian = *content_.mutable_custodians(0);
  custodian.set_revoked(true);
  EXPECT_THAT(DatasetStatus(), HasReason(Reason::kRevokedCustodian));
  custodian.add_still_good(ToString(manifest_.dataset_id));
  EXPECT_THAT(DatasetStatus(), IsOk());
}

}  // namespace
}  // namespace exposure
