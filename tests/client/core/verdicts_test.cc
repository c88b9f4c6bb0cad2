#include "client/core/verdicts.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/client/core/world.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using testing::kMet;
using testing::kNorfolk;
using testing::kPsni;
using testing::kYorkshire;
using testing::MakeRecord;
using testing::World;

class VerdictsTest : public ::testing::Test {
 protected:
  void SetUp() override { Issue(); }
  void Issue() {
    world_.service.Issue();
    catalogue_ = std::make_shared<const VerifiedCatalogue>(
        VerifyCatalogue(world_.service.issued.back(), world_.service.root.public_key(), world_.service.now).value());
  }
  const CheckedDataset* Dataset(const crypto::DatasetId& id) { return catalogue_->content.FindDataset(id); }
  const Verdict& Judge(const char* incident, const std::set<std::string>& asked, std::vector<Finding> findings) {
    answer_.verdicts = MakeVerdicts(catalogue_, asked, findings);
    EXPECT_EQ(answer_.verdicts.size(), 4u);
    return testing::VerdictOf(answer_, incident);
  }

  World world_;
  std::shared_ptr<const VerifiedCatalogue> catalogue_;
  Answer answer_;
};

TEST_F(VerdictsTest, ARecordIsExposed) {
  const Verdict& verdict =
      Judge(kMet, {"met/pay"}, {{Dataset(world_.met_dataset), MakeRecord({v1::CATEGORY_NAME}, 7)}});
  EXPECT_EQ(verdict.kind, VerdictKind::kExposed);
  EXPECT_EQ(verdict.source_rows, 7u);
  EXPECT_EQ(verdict.categories, MakeRecord({v1::CATEGORY_NAME}).categories);
  EXPECT_TRUE(verdict.problem.ok());
  EXPECT_EQ(verdict.notice->title().en(), "Metropolitan Police: supplier breach, August 2023");
  // Named by the notice, or by the mapping only (rank), and nothing else.
  const std::set<v1::Category> spoken_of(verdict.spoken_of.begin(), verdict.spoken_of.end());
  EXPECT_EQ(spoken_of, (std::set<v1::Category>{v1::CATEGORY_NAME, v1::CATEGORY_RANK_OR_GRADE, v1::CATEGORY_PHOTO,
                                               v1::CATEGORY_VETTING_LEVEL, v1::CATEGORY_PAY_NUMBER, v1::CATEGORY_PHONE,
                                               v1::CATEGORY_HOME_ADDRESS, v1::CATEGORY_BANK_DETAILS}));
}

TEST_F(VerdictsTest, UnionFollowsTheMergingRule) {
  crypto::RecordContent first, second;
  first.categories.Set(0, crypto::State::kNotHeld);
  first.categories.Set(1, crypto::State::kPossiblyExposed);
  first.categories.Set(2, crypto::State::kNotHeld);
  second.categories.Set(1, crypto::State::kExposed);
  second.categories.Set(2, crypto::State::kNotHeld);
  const Verdict& verdict = Judge(kMet, {"met/pay"},
                                 {{Dataset(world_.met_dataset), first},
                                  {Dataset(world_.met_dataset), std::nullopt},
                                  {Dataset(world_.met_dataset), second}});
  EXPECT_EQ(verdict.categories.Get(0), crypto::State::kUnknown);  // not held in one, unknown in the other
  EXPECT_EQ(verdict.categories.Get(1), crypto::State::kExposed);
  EXPECT_EQ(verdict.categories.Get(2), crypto::State::kNotHeld);
  EXPECT_EQ(verdict.coverage.size(), 1u);  // of the dataset, not of each number
}

TEST_F(VerdictsTest, NothingFoundIsNotInThisDatasetWithItsCoverage) {
  const Verdict& verdict = Judge(kMet, {"met/pay"}, {{Dataset(world_.met_dataset), std::nullopt}});
  EXPECT_EQ(verdict.kind, VerdictKind::kNotInThisDataset);
  ASSERT_EQ(verdict.coverage.size(), 1u);
  const Coverage& coverage = verdict.coverage[0];
  EXPECT_EQ(coverage.scheme, "met/pay");
  EXPECT_EQ(coverage.rows_read, 305u);
  EXPECT_EQ(coverage.rows_read, coverage.rows_indexed + coverage.rows_merged + coverage.rows_quarantined);
}

TEST_F(VerdictsTest, ADatasetNotLookedInIsNeverANo) {
  const Verdict& verdict = Judge(kMet, {"met/pay"}, {});
  EXPECT_EQ(verdict.kind, VerdictKind::kNoAnswer);
  EXPECT_THAT(verdict.problem, HasReason(Reason::kMissingDataset));
}

TEST_F(VerdictsTest, OneOfTwoDatasetsNotLookedInIsNeverANo) {
  world_.service.AddDataset(world_.met, kMet, "met", "pay", {{"Z000001", MakeRecord({v1::CATEGORY_PAY})}});
  Issue();
  const Verdict& no = Judge(kMet, {"met/pay"}, {{Dataset(world_.met_dataset), std::nullopt}});
  EXPECT_EQ(no.kind, VerdictKind::kNoAnswer);
  const Verdict& yes = Judge(kMet, {"met/pay"}, {{Dataset(world_.met_dataset), MakeRecord({v1::CATEGORY_NAME})}});
  EXPECT_EQ(yes.kind, VerdictKind::kExposed);
  EXPECT_THAT(yes.problem, HasReason(Reason::kMissingDataset));
}

TEST_F(VerdictsTest, ARecordThatDoesNotOpenGivesNoAnswer) {
  const Verdict& verdict =
      Judge(kMet, {"met/pay"}, {{Dataset(world_.met_dataset), Error(Reason::kBadRecord, "It does not open.")}});
  EXPECT_EQ(verdict.kind, VerdictKind::kNoAnswer);
  EXPECT_THAT(verdict.problem, HasReason(Reason::kBadRecord));
}

TEST_F(VerdictsTest, AnotherKindOfNumberIsNeverANo) {
  const Verdict& verdict = Judge(kPsni, {"met/pay"}, {{Dataset(world_.met_dataset), std::nullopt}});
  EXPECT_EQ(verdict.kind, VerdictKind::kNeedsAnotherNumber);
  EXPECT_THAT(verdict.needs, ElementsAre("psni/service"));
}

TEST_F(VerdictsTest, IncidentsWithoutNumbersCannotBeChecked) {
  for (const char* incident : {kNorfolk, kYorkshire}) {
    const Verdict& verdict = Judge(incident, {"met/pay", "psni/service"}, {});
    EXPECT_EQ(verdict.kind, VerdictKind::kCannotBeChecked);
    EXPECT_TRUE(verdict.needs.empty());
    EXPECT_TRUE(verdict.problem.ok());
  }
}

TEST_F(VerdictsTest, AnAnnouncedListCannotBeCheckedYet) {
  world_.service.RemoveDataset(world_.psni_dataset);
  Issue();
  // With another kind of number too: nobody is sent to look for one that nothing can be asked with.
  for (const char* asked : {"psni/service", "met/pay"}) {
    const Verdict& verdict = Judge(kPsni, {asked}, {{Dataset(world_.met_dataset), std::nullopt}});
    EXPECT_EQ(verdict.kind, VerdictKind::kCannotBeCheckedYet) << asked;
    EXPECT_TRUE(verdict.problem.ok());
    EXPECT_TRUE(verdict.needs.empty());
  }
}

TEST_F(VerdictsTest, AListOfOneKindOfNumberOnly) {
  world_.service.content.mutable_incidents(0)->add_schemes("met/warrant");
  Issue();
  // The warrant list is announced; the pay list is there, and was not asked.
  const Verdict& announced = Judge(kMet, {"met/warrant"}, {});
  EXPECT_EQ(announced.kind, VerdictKind::kCannotBeCheckedYet);
  EXPECT_THAT(announced.needs, ElementsAre("met/pay"));
}

TEST_F(VerdictsTest, AListThatWasRemovedIsNotBeingPrepared) {
  world_.service.RemoveDataset(world_.psni_dataset);
  v1::Notice& psni = *world_.service.content.mutable_incidents(1);
  ASSERT_EQ(psni.incident_id(), kPsni);
  v1::RemovedList& removed = *psni.add_removed_lists();
  removed.set_scheme("psni/service");
  removed.set_on("2032-11-24");
  Issue();
  EXPECT_EQ(Judge(kPsni, {"psni/service"}, {}).kind, VerdictKind::kCannotBeChecked);
  psni.add_schemes("psni/pay");  // announced
  Issue();
  EXPECT_EQ(Judge(kPsni, {"psni/service"}, {}).kind, VerdictKind::kCannotBeCheckedYet);
}

TEST_F(VerdictsTest, OneOfTwoListsWasRemoved) {
  v1::Notice& met = *world_.service.content.mutable_incidents(0);
  met.add_schemes("met/warrant");
  met.add_removed_lists()->set_scheme("met/warrant");
  Issue();
  EXPECT_EQ(Judge(kMet, {"met/warrant"}, {}).kind, VerdictKind::kCannotBeChecked);
  EXPECT_EQ(Judge(kMet, {"met/pay"}, {{Dataset(world_.met_dataset), std::nullopt}}).kind,
            VerdictKind::kNotInThisDataset);
}

TEST_F(VerdictsTest, NoticesLiveAsLongAsTheVerdicts) {
  std::vector<Verdict> verdicts = MakeVerdicts(catalogue_, {"met/pay"}, {});
  catalogue_.reset();
  EXPECT_EQ(verdicts[0].notice->incident_id(), kMet);
}

}  // namespace
}  // namespace exposure
