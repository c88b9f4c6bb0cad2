#include "server/quota_gate.h"

#include <chrono>
#include <thread>

#include "tests/server/quota_world.h"

namespace exposure::server {
namespace {

using namespace exposure::testing;
using ::testing::HasSubstr;

class QuotaGateTest : public ::testing::Test {
 protected:
  absl::StatusOr<storage::Grant> Give(uint64_t rows) {
    return world_.gate().GrantSealing("operator/first", {kMetEpoch, "custodian/met", "met-2023"}, rows, 1);
  }
  absl::Status Seal(const storage::GrantId& id, size_t elements) {
    auto [call, blinded] = world_.Question("portal", 0, elements);
    call.caller = QuotaWorld::CallerOf("custodian/met");
    call.grant = id;
    return world_.Begin(call, blinded).get();
  }

  QuotaWorld world_;
};

TEST_F(QuotaGateTest, APersonMayAskTheBurstAtOnceAndTheDaysQuestionsInADay) {
  // "own": 2 questions at once, 3 a day; 4 numbers each, of two live epochs.
  EXPECT_THAT(world_.Ask("both", 1, 16), IsOk());
  const absl::Status burst = world_.Ask("both", 1, 1);
  EXPECT_THAT(burst, HasReason(Reason::kQuotaSubject));
  EXPECT_EQ(RetryAfter(burst), 45U) << "80 an hour: one in 45 seconds";
  world_.now_ += 3600;
  EXPECT_THAT(world_.Ask("both", 1, 8), IsOk());
  const absl::Status day = world_.Ask("both", 1, 1);
  EXPECT_THAT(day, HasReason(Reason::kQuotaSubject));
  EXPECT_EQ(RetryAfter(day), 14 * 3600U);
  EXPECT_THAT(world_.Ask("both", 2, 1), IsOk()) << "another person";
  EXPECT_THAT(world_.Ask("both", 2, 17), HasReason(Reason::kQuotaSubject));
  EXPECT_EQ(RetryAfter(world_.Ask("both", 2, 17)), std::nullopt) << "waiting does not help";
}

TEST_F(QuotaGateTest, ACallerHasADayOfItsOwn) {
  for (uint64_t person = 1; person <= 5; ++person) EXPECT_THAT(world_.Ask("both", person, 8), IsOk());
  const absl::Status refused = world_.Ask("both", 6, 1);
  EXPECT_THAT(refused, HasReason(Reason::kQuotaCaller));
  EXPECT_TRUE(RetryAfter(refused).has_value());
}

TEST_F(QuotaGateTest, ATokensSubjectCountsNotTheRequests) {
  for (uint64_t person = 1; person <= 2; ++person) {
    auto [call, blinded] = world_.Question("mobile", person, 12);
    call.caller.subject = QuotaWorld::Subject(99);
    EXPECT_THAT(world_.Begin(call, blinded).get(),
                person == 1 ? StatusIs(absl::StatusCode::kOk) : StatusIs(absl::StatusCode::kResourceExhausted));
  }
}

TEST_F(QuotaGateTest, BatchesAreForWhoMayHaveThem) {
  EXPECT_THAT(world_.Ask("portal", 0, 1024), IsOk());
  EXPECT_THAT(world_.Ask("helpdesk", 0, 1), HasReason(Reason::kQuotaCaller));
  for (int i = 0; i < 47; ++i) EXPECT_THAT(world_.Ask("portal", 0, 1024), IsOk());
  EXPECT_THAT(world_.Ask("portal", 0, 1024), HasReason(Reason::kQuotaCaller)) << "50,000 a day";
}

TEST_F(QuotaGateTest, OneCallerCannotStarveTheOthers) {
  // "own" has no share: it may have what is not reserved, 40%, and its own day is the least. So portal takes all it
  // can.
  QuotaWorld small(500);  // a budget of 1,000: 250 portal, 100 helpdesk, 250 mobile, 400 for all
  EXPECT_THAT(small.Ask("portal", 0, 650), IsOk());
  const absl::Status refused = small.Ask("portal", 1, 1);
  EXPECT_THAT(refused, HasReason(Reason::kQuotaBudget));
  EXPECT_TRUE(RetryAfter(refused).has_value());
  EXPECT_THAT(small.Ask("both", 1, 1), HasReason(Reason::kQuotaBudget));
  EXPECT_THAT(small.Ask("helpdesk", 1, 80), IsOk());
  EXPECT_THAT(small.Ask("helpdesk", 2, 21), HasReason(Reason::kQuotaBudget));
  EXPECT_THAT(small.Ask("mobile", 1, 20), IsOk());
}

TEST_F(QuotaGateTest, ASurgeOfTwoPersonsGivesMore) {
  QuotaWorld small(500);
  ASSERT_THAT(small.Ask("portal", 0, 650), IsOk());
  ASSERT_OK_AND_ASSIGN(const storage::SurgeId id, small.gate().ProposeSurge("operator/a", kMetEpoch, 2, 5));
  EXPECT_THAT(small.gate().ApproveSurge("operator/a", id), HasReason(Reason::kSamePerson));
  EXPECT_THAT(small.Ask("portal", 0, 650), HasReason(Reason::kQuotaBudget));
  ASSERT_OK_AND_ASSIGN(const uint64_t until, small.gate().ApproveSurge("operator/b", id));
  small.Restart();
  EXPECT_THAT(small.Ask("portal", 0, 650), IsOk());
  EXPECT_THAT(small.Ask("portal", 0, 1), HasReason(Reason::kQuotaBudget));
  ASSERT_OK_AND_ASSIGN(const v1::GetQuotasResponse usage, small.gate().Usage());
  EXPECT_EQ(usage.epochs(0).budget(), 2000U);
  EXPECT_EQ(usage.epochs(0).surge_until(), until);
  EXPECT_THAT(small.gate().ProposeSurge("operator/a", kOldEpoch, 2, 5), HasReason(Reason::kRetiredEpoch));
}

TEST_F(QuotaGateTest, LocalIsCountedAndNotLimited) {
  auto [call, blinded] = world_.Question("portal", 1, 1024);
  call.caller = QuotaWorld::CallerOf("local");
  for (uint8_t i = 0; i < 20; ++i) {
    call.idempotency[15] = i;
    EXPECT_THAT(world_.Begin(call, blinded).get(), IsOk());
  }
  ASSERT_OK_AND_ASSIGN(const v1::GetQuotasResponse usage, world_.gate().Usage());
  EXPECT_EQ(usage.epochs(0).elements(), 20 * 1024U);
  EXPECT_TRUE(world_.alarms().empty());
}

TEST_F(QuotaGateTest, LocalIsLimitedWhereTheAccessTableSaysSo) {
  const config::v1::ServerConfig settings = QuotaWorld::Parse("access { callers { name: 'local' limits: 'mobile' } }");
  v1::CatalogueContent content;
  v1::Epoch* epoch = content.add_epochs();
  epoch->set_epoch_id(ToString(kMetEpoch));
  epoch->set_state(v1::EPOCH_STATE_LIVE);
  const QuotaPolicy policy(settings, content);
  const Caller local = QuotaWorld::CallerOf("local");
  EXPECT_THAT(policy.Price(local, kMetEpoch, {}, 1, 1, 0), HasReason(Reason::kQuotaCaller)) << "no batches";
  ASSERT_OK_AND_ASSIGN(const PricedCall priced, policy.Price(local, kMetEpoch, {1}, 1, 1, 0));
  EXPECT_EQ(priced.reasons[0], Reason::kQuotaSubject);
}

TEST_F(QuotaGateTest, ACustodianEvaluatesUnderAGrantOnlyAndNothingElseIsCharged) {
  auto [call, blinded] = world_.Question("portal", 0, 100);
  call.caller = QuotaWorld::CallerOf("custodian/met");
  EXPECT_THAT(world_.Begin(call, blinded).get(), HasReason(Reason::kNoGrant));
  ASSERT_OK_AND_ASSIGN(const storage::Grant grant, Give(1000));
  EXPECT_THAT(Seal(grant.id, 1024), IsOk());
  const absl::Status used_up = Seal(grant.id, 27);
  EXPECT_THAT(used_up, HasReason(Reason::kGrantUsedUp));
  EXPECT_THAT(std::string(used_up.message()), HasSubstr("exposure grant met-2023 --caller custodian/met --rows 1000"));
  world_.Restart();
  EXPECT_THAT(Seal(grant.id, 26), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::GetQuotasResponse usage, world_.gate().Usage());
  EXPECT_EQ(usage.epochs(0).elements(), 0U);
  EXPECT_TRUE(world_.gate().FinishedHours()->empty());
}

TEST_F(QuotaGateTest, GrantsAreForCustodiansOfTheForceByASecondPerson) {
  const auto give = [&](const std::string& who, const std::string& caller, const crypto::EpochId& epoch) {
    return world_.gate().GrantSealing(who, {epoch, caller, "met-2023"}, 10, 0).status();
  };
  EXPECT_THAT(give("custodian/met", "custodian/met", kMetEpoch), HasReason(Reason::kSamePerson));
  EXPECT_THAT(give("operator/a", "consumer/portal", kMetEpoch), HasReason(Reason::kBadGrant));
  EXPECT_THAT(give("operator/a", "custodian/met", kPsniEpoch), HasReason(Reason::kBadGrant));
  EXPECT_THAT(give("operator/a", "custodian/met", {7}), HasReason(Reason::kUnknownEpoch));
  EXPECT_THAT(give("operator/a", "custodian/met", kMetEpoch), IsOk());
  EXPECT_THAT(give("operator/a", "local", kMetEpoch), IsOk());
  EXPECT_EQ(world_.gate().FindGrant({kMetEpoch, "custodian/met", "met-2023"}, 10)->balance.left, 32U);
  EXPECT_THAT(world_.gate().FindGrant({kMetEpoch, "custodian/met", "met-2024"}, 10), HasReason(Reason::kNoGrant));
}

TEST_F(QuotaGateTest, WhatCannotBeEvaluatedIsNotCharged) {
  auto [call, blinded] = world_.Question("portal", 1, 1);
  call.epoch = kOldEpoch;
  EXPECT_THAT(world_.Begin(call, blinded).get(), HasReason(Reason::kRetiredEpoch));
  call.epoch = {7};
  EXPECT_THAT(world_.Begin(call, blinded).get(), HasReason(Reason::kUnknownEpoch));
  call.epoch = kMetEpoch;
  EXPECT_THAT(world_.Begin(call, "").get(), HasReason(Reason::kBatchSize));
  EXPECT_THAT(world_.Begin(call, blinded + "x").get(), HasReason(Reason::kBatchSize));
  EXPECT_THAT(world_.Begin(call, std::string(32 * 1025, 'x')).get(), HasReason(Reason::kBatchSize));
  call.caller.name = "consumer/unknown";
  EXPECT_THAT(world_.Begin(call, blinded).get(), HasReason(Reason::kUnknownCaller));
  EXPECT_EQ(world_.ElementsOf("portal"), 0U);
}

TEST_F(QuotaGateTest, ARetryIsChargedOnceAndAReusedTokenRefused) {
  const auto [call, blinded] = world_.Question("portal", 1, 3);
  std::vector<std::future<absl::Status>> answers;
  for (int i = 0; i < 10; ++i) answers.push_back(world_.Begin(call, blinded));
  for (auto& answer : answers) EXPECT_THAT(answer.get(), IsOk());
  EXPECT_EQ(world_.ElementsOf("portal"), 3U);
  EXPECT_THAT(world_.Begin(call, std::string(96, 'y')).get(), HasReason(Reason::kIdempotencyReused));
}

TEST_F(QuotaGateTest, SixtyFourConnectionsAreGrantedExactlyTheBudget) {
  QuotaWorld small(500);
  std::vector<std::pair<QuotaCall, std::string>> questions;
  for (uint64_t i = 0; i < 64 * 16; ++i) questions.push_back(small.Question("portal", i + 1, 1));
  std::atomic<int> granted = 0;
  std::vector<std::thread> connections;
  for (size_t c = 0; c < 64; ++c) {
    connections.emplace_back([&, c] {
      for (size_t i = 0; i < 16; ++i) {
        const auto& [call, blinded] = questions[16 * c + i];
        granted += small.Begin(call, blinded).get().ok() ? 1 : 0;
      }
    });
  }
  for (std::thread& connection : connections) connection.join();
  EXPECT_EQ(granted, 650) << "its share and the common pool";
  EXPECT_EQ(small.ElementsOf("portal"), 650U);
}

TEST(QuotaGateThreadsTest, WhoComesAloneWritesAndWhoComesMeanwhileLeavesItToTheGatesThread) {
  QuotaWorld world;
  TempDir dir;
  std::atomic<int> until_slow = 0;  // how often the clock is asked before it stops who asks, as a slow disk would
  std::promise<void> entered;
  std::promise<void> opened;
  auto ledger = storage::QuotaLedger::Open({dir / "evaluator", [&] {
                                              if (until_slow > 0 && --until_slow == 0) {
                                                entered.set_value();
                                                opened.get_future().wait();
                                              }
                                              return world.now_.load();
                                            }});
  ASSERT_THAT(ledger, IsOk());
  ASSERT_OK_AND_ASSIGN(const auto gate, QuotaGate::Create(world.policy(), *std::move(ledger), nullptr));
  const auto charge = [&](uint64_t person, std::promise<std::thread::id>& done) {
    auto [call, blinded] = world.Question("portal", person, 1);
    call.blinded = AsBytes(blinded);
    gate->Charge(call, [&done](const absl::Status& status) {
      EXPECT_THAT(status, IsOk());
      done.set_value(std::this_thread::get_id());
    });
  };
  std::promise<std::thread::id> alone;
  charge(1, alone);
  EXPECT_EQ(alone.get_future().get(), std::this_thread::get_id());

  std::promise<std::thread::id> first;
  std::promise<std::thread::id> meanwhile[2];
  until_slow = 2;  // its token asks, then its price
  std::thread other([&] { charge(2, first); });
  const std::thread::id other_id = other.get_id();
  entered.get_future().wait();
  std::future<std::thread::id> waiting[2];
  for (int i = 0; i < 2; ++i) {
    waiting[i] = meanwhile[i].get_future();
    charge(3 + static_cast<uint64_t>(i), meanwhile[i]);
    EXPECT_EQ(waiting[i].wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  }
  opened.set_value();
  EXPECT_EQ(first.get_future().get(), other_id);
  other.join();
  const std::thread::id gates = waiting[0].get();
  EXPECT_EQ(waiting[1].get(), gates);
  EXPECT_NE(gates, std::this_thread::get_id());
  EXPECT_NE(gates, other_id);
}

TEST_F(QuotaGateTest, UsageIsCountsOnly) {
  ASSERT_THAT(world_.Ask("portal", 1, 3), IsOk());
  ASSERT_THAT(world_.Ask("portal", 1, 1), IsOk());
  ASSERT_THAT(world_.Ask("portal", 2, 1), IsOk());
  ASSERT_THAT(world_.Ask("portal", 0, 10), IsOk());
  world_.Restart();
  ASSERT_OK_AND_ASSIGN(const v1::GetQuotasResponse usage, world_.gate().Usage());
  EXPECT_EQ(usage.day(), "2027-01-16");
  ASSERT_EQ(usage.epochs_size(), 2);
  EXPECT_EQ(usage.epochs(0).budget(), 94'000U);
  EXPECT_EQ(usage.epochs(0).elements(), 15U);
  for (const v1::CallerUsage& caller : usage.callers()) {
    if (caller.caller() != "consumer/portal") continue;
    EXPECT_EQ(caller.elements(), 15U);
    EXPECT_EQ(caller.subjects(), 2U);
    EXPECT_EQ(caller.reserved(), 23'500U);
  }
}

TEST_F(QuotaGateTest, HoursAreCountedForTheAuditAndForgottenWhenWritten) {
  ASSERT_THAT(world_.Ask("portal", 1, 3), IsOk());
  ASSERT_THAT(world_.Ask("portal", 2, 2), IsOk());
  EXPECT_TRUE(world_.gate().FinishedHours()->empty()) << "not over";
  const uint64_t hour = world_.now_;
  world_.now_ += 3600;
  ASSERT_THAT(world_.Ask("mobile", 1, 1), IsOk());
  world_.Restart();
  ASSERT_OK_AND_ASSIGN(const std::vector<HourCount> hours, world_.gate().FinishedHours());
  EXPECT_EQ(hours, (std::vector<HourCount>{{"consumer/portal", hour, 5}}));
  ASSERT_THAT(world_.gate().ForgetHours(hours), IsOk());
  EXPECT_TRUE(world_.gate().FinishedHours()->empty());
}

}  // namespace
}  // namespace exposure::server
