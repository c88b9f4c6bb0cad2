#include "storage/sealing_grants.h"

#include "storage/surges.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure::storage {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::TempDir;

constexpr crypto::EpochId kGrantEpoch = {1};
constexpr crypto::EpochId kOtherEpoch = {2};

class GrantsAndSurgesTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    grants_.reset();
    surges_.reset();
    ledger_.reset();
    ASSERT_OK_AND_ASSIGN(ledger_, QuotaLedger::Open({dir_ / "evaluator", [this] { return now_; }}));
    ASSERT_OK_AND_ASSIGN(grants_, SealingGrants::Open(*ledger_));
    ASSERT_OK_AND_ASSIGN(surges_, Surges::Open(*ledger_));
  }
  // Draws under a grant; how the refusal is told.
  absl::Status Use(const GrantId& id, uint64_t elements, const crypto::EpochId& epoch = kGrantEpoch,
                   const std::string& caller = "custodian/met") {
    ASSIGN_OR_RETURN(const Draw draw, grants_->DrawOf(id, epoch, caller, elements));
    const Charge charge = {draw};
    ASSIGN_OR_RETURN(const std::vector<Outcome> outcomes, ledger_->Make({&charge, 1}));
    return outcomes[0].ok() ? absl::OkStatus() : grants_->Refusal(id, caller);
  }

  TempDir dir_;
  uint64_t now_ = 1'800'000'000;
  const GrantScope scope_ = {kGrantEpoch, "custodian/met", "met-2023"};
  std::unique_ptr<QuotaLedger> ledger_;
  std::unique_ptr<SealingGrants> grants_;
  std::unique_ptr<Surges> surges_;
};

TEST_F(GrantsAndSurgesTest, AGrantIsRowsTimesRunsAndFivePercentForTwoDays) {
  ASSERT_OK_AND_ASSIGN(const Grant grant, grants_->Give(scope_, 1001, 0));
  EXPECT_EQ(grant.balance.left, 3154U) << "3153.15 rounded up";
  EXPECT_EQ(grant.balance.expires_at, now_ + 48 * 3600);
  EXPECT_THAT(Use(grant.id, 3154), IsOk());
  const absl::Status refused = Use(grant.id, 1);
  EXPECT_THAT(refused, HasReason(Reason::kGrantUsedUp));
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("exposure grant met-2023 --caller custodian/met --rows 1001 --runs 1"));
}

TEST_F(GrantsAndSurgesTest, ExtendingKeepsTheIdAndAddsToWhatIsLeft) {
  ASSERT_OK_AND_ASSIGN(const Grant first, grants_->Give(scope_, 100, 1));
  ASSERT_THAT(Use(first.id, 100), IsOk());
  now_ += 3600;
  Reopen();
  ASSERT_OK_AND_ASSIGN(const Grant second, grants_->Give(scope_, 100, 1));
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.balance.left, 110U);
  EXPECT_EQ(second.balance.expires_at, now_ + kGrantSeconds);
}

TEST_F(GrantsAndSurgesTest, AnExpiredGrantIsForgottenWithItsRest) {
  ASSERT_OK_AND_ASSIGN(const Grant first, grants_->Give(scope_, 100, 1));
  now_ += kGrantSeconds;
  EXPECT_THAT(Use(first.id, 1), HasReason(Reason::kNoGrant));
  EXPECT_THAT(grants_->Find(scope_, 100), HasReason(Reason::kNoGrant));
  ASSERT_OK_AND_ASSIGN(const Grant second, grants_->Give(scope_, 100, 1));
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(second.balance.left, 105U);
  EXPECT_EQ(ledger_->Notes("grant/")->size(), 1U);
}

TEST_F(GrantsAndSurgesTest, AGrantIsForOneCallerEpochAndIncident) {
  ASSERT_OK_AND_ASSIGN(const Grant grant, grants_->Give(scope_, 100, 1));
  EXPECT_THAT(Use(grant.id, 1, kOtherEpoch), HasReason(Reason::kNoGrant));
  EXPECT_THAT(Use(grant.id, 1, kGrantEpoch, "custodian/psni"), HasReason(Reason::kNoGrant));
  EXPECT_THAT(Use({9}, 1), HasReason(Reason::kNoGrant));
  const absl::Status other = grants_->Find({kGrantEpoch, "custodian/met", "met-2024"}, 70).status();
  EXPECT_THAT(other, HasReason(Reason::kNoGrant));
  EXPECT_THAT(std::string(other.message()),
              HasSubstr("exposure grant met-2024 --caller custodian/met --rows 70 --runs 1"));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const Grant found, grants_->Find(scope_, 1));
  EXPECT_EQ(found.id, grant.id);
  EXPECT_EQ(found.balance.left, 105U);
}

TEST_F(GrantsAndSurgesTest, AGrantThatMakesNoSenseIsRefusedWithItsField) {
  const auto field = [&](const GrantScope& scope, uint64_t rows, uint32_t runs) {
    const absl::Status status = grants_->Give(scope, rows, runs).status();
    EXPECT_THAT(status, HasReason(Reason::kBadGrant));
    return FieldOf(status);
  };
  EXPECT_EQ(field({kGrantEpoch, "", "met-2023"}, 1, 1), "caller");
  EXPECT_EQ(field({kGrantEpoch, "custodian/met", ""}, 1, 1), "incident_id");
  EXPECT_EQ(field(scope_, 0, 1), "rows");
  EXPECT_EQ(field(scope_, 2'000'001, 1), "rows");
  EXPECT_EQ(field(scope_, 1, 11), "runs");
}

TEST_F(GrantsAndSurgesTest, ASurgeNeedsTwoPersonsAndEnds) {
  ASSERT_OK_AND_ASSIGN(const SurgeId id, surges_->Propose("operator/first", kGrantEpoch, 3, 10));
  EXPECT_EQ(surges_->Of(kGrantEpoch).factor, 1U);
  EXPECT_THAT(surges_->Approve("operator/first", id), HasReason(Reason::kSamePerson));
  Reopen();
  EXPECT_THAT(surges_->Approve("operator/first", id), HasReason(Reason::kSamePerson)) << "nor after a restart";
  now_ += 3599;
  ASSERT_OK_AND_ASSIGN(const uint64_t until, surges_->Approve("operator/second", id));
  EXPECT_EQ(until, now_ + 36'000);
  EXPECT_THAT(surges_->Approve("operator/third", id), HasReason(Reason::kUnknownSurge)) << "once";
  Reopen();
  EXPECT_EQ(surges_->Of(kGrantEpoch).factor, 3U);
  EXPECT_EQ(surges_->Of(kGrantEpoch).until, until);
  EXPECT_EQ(surges_->Of(kOtherEpoch).factor, 1U);
  now_ = until;
  EXPECT_EQ(surges_->Of(kGrantEpoch).factor, 1U);
}

TEST_F(GrantsAndSurgesTest, OfTwoSurgesTheLargerCounts) {
  for (const uint32_t factor : {5U, 2U}) {
    ASSERT_OK_AND_ASSIGN(const SurgeId id, surges_->Propose("a", kGrantEpoch, factor, 10 - factor));
    ASSERT_THAT(surges_->Approve("b", id), IsOk());
  }
  EXPECT_EQ(surges_->Of(kGrantEpoch).factor, 5U);
  EXPECT_EQ(surges_->Of(kGrantEpoch).until, now_ + 5 * 3600);
  now_ += 5 * 3600;
  EXPECT_EQ(surges_->Of(kGrantEpoch).factor, 2U);
}

TEST_F(GrantsAndSurgesTest, AProposalWaitsAnHour) {
  ASSERT_OK_AND_ASSIGN(const SurgeId id, surges_->Propose("a", kGrantEpoch, 2, 1));
  now_ += kSurgeWaits;
  EXPECT_THAT(surges_->Approve("b", id), HasReason(Reason::kUnknownSurge));
  EXPECT_TRUE(ledger_->Notes("surge/")->empty());
}

TEST_F(GrantsAndSurgesTest, ASurgeThatMakesNoSenseIsRefusedWithItsField) {
  EXPECT_EQ(FieldOf(surges_->Propose("a", kGrantEpoch, 1, 1).status()), "factor");
  EXPECT_EQ(FieldOf(surges_->Propose("a", kGrantEpoch, 11, 1).status()), "factor");
  EXPECT_EQ(FieldOf(surges_->Propose("a", kGrantEpoch, 2, 0).status()), "hours");
  EXPECT_EQ(FieldOf(surges_->Propose("a", kGrantEpoch, 2, 73).status()), "hours");
  EXPECT_THAT(surges_->Propose("a", kGrantEpoch, 2, 73), HasReason(Reason::kBadSurge));
}

}  // namespace
}  // namespace exposure::storage
