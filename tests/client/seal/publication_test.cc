#include "client/seal/publication.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "tests/support/dataset_builder.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using ::testing::AllOf;
using testing::BuiltDataset;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;

class PublicationTest : public ::testing::Test {
 protected:
  PublicationTest() : content_(force_.configured()) { *content_.add_incidents() = testing::TestForce::Notice(); }

  void Publish(const BuiltDataset& dataset) {
    v1::Dataset& added = *content_.add_datasets();
    added.set_manifest(ToString(dataset.head.manifest_bytes));
    added.set_signature(ToString(dataset.head.signature));
    added.set_details(dataset.head.details);
    added.set_incident_id("met-2023-supplier");
  }

  // A dataset in which photos of all are exposed, and phones of a few.
  BuiltDataset Build(size_t records, uint8_t variant) const {
    return testing::WithDetails(
        force_.Build({.records = records, .variant = variant}),
        [records](v1::DatasetDetails& details) {
          v1::CategoryCount& photo = *details.add_counts();
          photo.set_category(v1::CATEGORY_PHOTO);
          photo.set_exposed(records);
          v1::CategoryCount& phone = *details.add_counts();
          phone.set_category(v1::CATEGORY_PHONE);
          phone.set_exposed(20);
          phone.set_not_held(records - 20);
          details.mutable_mapping()->add_columns()->set_category(v1::CATEGORY_PHONE);
          details.mutable_mapping()->add_tables()->add_columns()->set_category(v1::CATEGORY_HEALTH);
        },
        force_.custodian());
  }

  absl::StatusOr<Publication> Plan(const BuiltDataset& dataset, const PublicationOptions& options = {}) {
    EXPECT_THAT(WriteFileAtomically(dir_ / "new.dataset", dataset.file, 0600), IsOk());
    const absl::StatusOr<DatasetFile> file = DatasetFile::Open(dir_ / "new.dataset");
    absl::StatusOr<CheckedContent> content = CheckedContent::Parse(content_.SerializeAsString());
    if (!file.ok()) return file.status();
    if (!content.ok()) return content.status();
    const VerifiedCatalogue catalogue{{}, {}, {.version = 3}, {}, *std::move(content), absl::OkStatus()};
    return PlanPublication(catalogue, *file, options);
  }

  const testing::TempDir dir_;
  const testing::TestForce force_;
  v1::CatalogueContent content_;
};

TEST_F(PublicationTest, ShowsTheAnswersOfMostPeopleInItAndOfOthers) {
  ASSERT_OK_AND_ASSIGN(const Publication plan, Plan(Build(200, 1)));
  EXPECT_THAT(plan.allowed, IsOk());
  EXPECT_TRUE(plan.switches);
  EXPECT_FALSE(plan.before);
  ASSERT_EQ(plan.exposed.verdicts.size(), 1u);
  const Verdict& exposed = plan.exposed.verdicts[0];
  EXPECT_EQ(exposed.kind, VerdictKind::kExposed);
  EXPECT_EQ(exposed.categories.Get(v1::CATEGORY_PHOTO - 1), crypto::State::kExposed);
  EXPECT_EQ(exposed.categories.Get(v1::CATEGORY_PHONE - 1), crypto::State::kNotHeld);
  EXPECT_THAT(ToText(plan.exposed), AllOf(HasSubstr("EXPOSED"), HasSubstr("In the data about you    photo\n"),
                                          HasSubstr("We do not know           health")));
  ASSERT_EQ(plan.not_in.verdicts.size(), 1u);
  EXPECT_EQ(plan.not_in.verdicts[0].kind, VerdictKind::kNotInThisDataset);
  EXPECT_EQ(plan.not_in.verdicts[0].coverage[0].rows_indexed, 200u);
}

TEST_F(PublicationTest, OtherIncidentsAreNotShown) {
  *content_.add_incidents() = testing::TestForce::Notice("met-2024-other");
  ASSERT_OK_AND_ASSIGN(const Publication plan, Plan(Build(200, 1)));
  EXPECT_EQ(plan.exposed.verdicts.size(), 1u);
}

TEST_F(PublicationTest, WhatTheCatalogueHasNoPlaceForIsRefused) {
  EXPECT_THAT(Plan(force_.Build({.incident = "nothing-2020"})), HasReason(Reason::kUnknownIncident));
  EXPECT_THAT(Plan(testing::Resign(Build(200, 1), crypto::SigningKey::Generate())),
              HasReason(Reason::kUnknownCustodian));
}

TEST_F(PublicationTest, ADifferenceIsExplainedBeforeAnythingIsSent) {
  ASSERT_OK_AND_ASSIGN(const Publication plan, Plan(force_.Build({.declared_people = 201})));
  EXPECT_THAT(plan.allowed, HasReason(Reason::kDifferenceUnexplained));
}

TEST_F(PublicationTest, AnotherOfTheSameListSaysWhatIsMeant) {
  const BuiltDataset old = Build(200, 1);
  Publish(old);
  ASSERT_OK_AND_ASSIGN(const Publication unsaid, Plan(Build(220, 2)));
  EXPECT_THAT(unsaid.allowed, HasReason(Reason::kDatasetExists));
  EXPECT_THAT(std::string(unsaid.allowed.message()),
              AllOf(HasSubstr("exposure publish " + dir_ / "new.dataset --replaces " + ToHex(old.id())),
                    HasSubstr("new.dataset --beside")));
  ASSERT_OK_AND_ASSIGN(const Publication replacing, Plan(Build(220, 2), {.replaces = old.id()}));
  EXPECT_THAT(replacing.allowed, IsOk());
  EXPECT_EQ(replacing.not_in.verdicts[0].coverage.size(), 1u) << "the old one is gone";
  ASSERT_OK_AND_ASSIGN(const Publication beside, Plan(Build(220, 2), {.beside = true}));
  EXPECT_THAT(beside.allowed, IsOk());
  EXPECT_FALSE(beside.before);
  EXPECT_EQ(beside.not_in.verdicts[0].coverage.size(), 2u) << "people are looked for in both";
  ASSERT_OK_AND_ASSIGN(const Publication nothing, Plan(Build(220, 2), {.replaces = crypto::DatasetId{1}}));
  EXPECT_THAT(nothing.allowed, HasReason(Reason::kUnknownDataset));
}

TEST_F(PublicationTest, ItIsComparedWithTheOneItReplaces) {
  const BuiltDataset old = Build(200, 1);
  Publish(old);
  ASSERT_OK_AND_ASSIGN(const Publication plan, Plan(Build(220, 2), {.replaces = old.id()}));
  EXPECT_EQ(plan.before, old.id());
  EXPECT_EQ(plan.changes[1].key, "rows_indexed");
  EXPECT_EQ(plan.changes[1].before, 200u);
  EXPECT_EQ(plan.changes[1].after, 220u);
}

// While keys are rotated, the same list is published for the next epoch beside the one until now.
TEST_F(PublicationTest, AListOfAnotherEpochStandsBesideByItself) {
  Publish(Build(200, 1));
  v1::Epoch next = content_.epochs(0);
  const crypto::EvaluatorKey key = crypto::EvaluatorKey::Decode(ByteArray<32>{5}).value();
  const crypto::EvaluatorEntry entry = crypto::MakeEvaluatorEntry(key, 1).value();
  next.set_epoch_id(ToString(crypto::DeriveEpochId(key.public_key())));
  next.set_public_key(ToString(entry.public_key));
  next.mutable_evaluators(0)->set_public_key(ToString(entry.public_key));
  next.mutable_evaluators(0)->set_possession_element(ToString(entry.possession_element));
  next.mutable_evaluators(0)->set_possession_proof(ToString(entry.possession_proof));
  *content_.add_epochs() = next;
  const BuiltDataset again =
      testing::BuildDataset({.variant = 2}, crypto::DeriveEpochId(key.public_key()), force_.custodian());
  ASSERT_OK_AND_ASSIGN(const Publication plan, Plan(again));
  EXPECT_TRUE(plan.before) << "compared all the same";
  EXPECT_NE(ReasonOf(plan.allowed), Reason::kDatasetExists);
}

TEST_F(PublicationTest, FewerThanTenPeopleAreNotAChangeByThemselves) {
  const BuiltDataset old = Build(200, 1);
  Publish(old);
  const auto allowed = [&](size_t records, bool small_batch) {
    const absl::StatusOr<Publication> plan =
        Plan(Build(records, 2), {.replaces = old.id(), .small_batch = small_batch});
    return plan.ok() ? plan->allowed : plan.status();
  };
  EXPECT_THAT(allowed(201, false), HasReason(Reason::kSmallBatch));
  EXPECT_THAT(allowed(191, false), HasReason(Reason::kSmallBatch));
  EXPECT_THAT(allowed(201, true), IsOk());
  EXPECT_THAT(allowed(200, false), IsOk()) << "sealed again, nobody came or went";
  EXPECT_THAT(allowed(210, false), IsOk());
  EXPECT_THAT(std::string(allowed(201, false).message()), HasSubstr("about 1 person."));
}

TEST_F(PublicationTest, AFewPeopleBesideAreAChangeToo) {
  Publish(Build(200, 1));
  ASSERT_OK_AND_ASSIGN(const Publication plan, Plan(force_.Build({.records = 3, .variant = 2}), {.beside = true}));
  EXPECT_THAT(plan.allowed, HasReason(Reason::kSmallBatch));
}

TEST_F(PublicationTest, WhatIsPublishedAlreadySwitchesNothing) {
  const BuiltDataset old = Build(200, 1);
  const BuiltDataset now = Build(201, 2);
  Publish(old);
  Publish(now);
  ASSERT_OK_AND_ASSIGN(const Publication again, Plan(now));
  EXPECT_FALSE(again.switches);
  EXPECT_THAT(again.allowed, IsOk()) << "its dates may be changed";
  ASSERT_OK_AND_ASSIGN(const Publication lost, Plan(now, {.replaces = crypto::DatasetId{1}}));
  EXPECT_FALSE(lost.switches) << "said again after an answer that was lost";
  ASSERT_OK_AND_ASSIGN(const Publication replacing, Plan(now, {.replaces = old.id()}));
  EXPECT_TRUE(replacing.switches);
}

}  // namespace
}  // namespace exposure
