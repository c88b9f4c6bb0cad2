#include "storage/quota_ledger.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <thread>
#include <vector>

#include "base/file.h"
#include "storage/rocks_quota_ledger.h"
#include "tests/storage/fault_env.h"
#include "tests/storage/worker.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure::storage {
namespace {

using testing::HasReason;
using testing::IsOk;
using testing::TempDir;

constexpr uint64_t kNoon = 1'800'014'400 / kSecondsOfDay * kSecondsOfDay + kSecondsOfDay / 2;

class QuotaLedgerTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void TearDown() override { ledger_.reset(); }

  std::string directory() const { return dir_ / "evaluator"; }
  void Reopen() {
    ledger_.reset();
    ASSERT_OK_AND_ASSIGN(ledger_, QuotaLedger::Open({directory(), [this] { return now_.load(); }, disk_.env()}));
  }
  Outcome MakeOne(const Charge& charge) {
    const auto outcomes = ledger_->Make({&charge, 1});
    EXPECT_THAT(outcomes, IsOk());
    return outcomes.ok() ? outcomes->front() : Outcome{.refused = 999};
  }
  bool Draws(const Charge& charge) { return MakeOne(charge).ok(); }
  uint64_t Count(const std::string& account) {
    const auto counts = ledger_->DayCounts({&account, 1});
    EXPECT_THAT(counts, IsOk());
    return counts.ok() ? counts->front() : UINT64_MAX;
  }

  TempDir dir_;
  FaultEnv disk_;
  std::atomic<uint64_t> now_ = kNoon;
  std::unique_ptr<QuotaLedger> ledger_;
};

Charge DayOf(uint64_t amount, uint64_t limit) { return {DayDraw{.name = {"a"}, .amount = amount, .limit = limit}}; }

TEST_F(QuotaLedgerTest, ADayAccountGivesUpToItsLimitAndSaysWhenTheDayEnds) {
  EXPECT_TRUE(Draws(DayOf(7, 10)));
  EXPECT_TRUE(Draws(DayOf(3, 10)));
  const Outcome refused = MakeOne(DayOf(1, 10));
  EXPECT_EQ(refused.refused, 0U);
  EXPECT_EQ(refused.retry_after, kSecondsOfDay / 2);
  EXPECT_EQ(MakeOne(DayOf(11, 10)).retry_after, std::nullopt) << "never fits";
  now_ += kSecondsOfDay / 2;
  EXPECT_TRUE(Draws(DayOf(10, 10)));
}

TEST_F(QuotaLedgerTest, NothingOfARefusedChargeIsCounted) {
  const Charge charge = {DayDraw{.name = {"x"}, .amount = 1}, DayDraw{.name = {"y", "person"}, .amount = 1, .limit = 1},
                         DayDraw{.name = {"z"}, .amount = 2, .limit = 1}};
  EXPECT_EQ(MakeOne(charge).refused, 2U);
  EXPECT_EQ(Count("x"), 0U);
  EXPECT_TRUE(Draws({DayDraw{.name = {"y", "person"}, .amount = 1, .limit = 1}}));
}

TEST_F(QuotaLedgerTest, AShareOverflowsIntoTheCommonPool) {
  const auto draw = [](uint64_t amount) {
    return Charge{DayDraw{.name = {"own"}, .amount = amount, .limit = 10, .overflow = "common", .overflow_limit = 20}};
  };
  EXPECT_TRUE(Draws(draw(8)));
  EXPECT_EQ(Count("common"), 0U);
  EXPECT_TRUE(Draws(draw(8)));
  EXPECT_EQ(Count("own"), 10U);
  EXPECT_EQ(Count("common"), 6U);
  EXPECT_FALSE(Draws(draw(15)));
  EXPECT_TRUE(Draws(draw(14)));
  EXPECT_EQ(MakeOne(draw(1)).retry_after, kSecondsOfDay / 2);
  EXPECT_EQ(MakeOne(draw(31)).retry_after, std::nullopt);
}

TEST_F(QuotaLedgerTest, ARateFillsUpAgain) {
  const auto draw = [](uint64_t amount) {
    return Charge{RateDraw{.name = {"r", "person"}, .amount = amount, .per_hour = 60, .burst = 20}};
  };
  EXPECT_TRUE(Draws(draw(20)));
  EXPECT_EQ(MakeOne(draw(1)).retry_after, 60U);
  EXPECT_EQ(MakeOne(draw(2)).retry_after, 120U);
  now_ += 59;
  EXPECT_EQ(MakeOne(draw(1)).retry_after, 1U);
  now_ += 1;
  Reopen();
  EXPECT_TRUE(Draws(draw(1)));
  EXPECT_FALSE(Draws(draw(1)));
  now_ += 3600;
  EXPECT_TRUE(Draws(draw(20)));
  EXPECT_EQ(MakeOne(draw(21)).retry_after, std::nullopt) << "more than it ever holds";
}

TEST_F(QuotaLedgerTest, ABalanceIsDrawnUntilItIsEmptyOrExpired) {
  const Charge three = {BalanceDraw{.account = "g", .amount = 3}};
  EXPECT_FALSE(Draws(three));
  ASSERT_THAT(ledger_->Deposit("g", 5, kNoon + 100), IsOk());
  EXPECT_TRUE(Draws(three));
  EXPECT_FALSE(Draws(three));
  ASSERT_OK_AND_ASSIGN(const Balance more, ledger_->Deposit("g", 5, kNoon + 200));
  EXPECT_EQ(more.left, 7U);
  Reopen();
  EXPECT_TRUE(Draws(three));
  now_ += 200;
  EXPECT_FALSE(Draws(three));
  EXPECT_EQ(ledger_->FindBalance("g")->has_value(), false);
  ASSERT_OK_AND_ASSIGN(const Balance anew, ledger_->Deposit("g", 5, kNoon + 400));
  EXPECT_EQ(anew.left, 5U) << "an expired rest is not carried over";
}

TEST_F(QuotaLedgerTest, CountsPersonsAndWhatTheyAskBeyondTheUsual) {
  const auto ask = [](const std::string& person, uint64_t amount) {
    return Charge{DayDraw{.name = {"s", person}, .amount = amount, .first = "persons", .beyond = "beyond", .usual = 8}};
  };
  EXPECT_TRUE(Draws(ask("one", 4)));
  EXPECT_TRUE(Draws(ask("one", 6)));
  EXPECT_TRUE(Draws(ask("one", 5)));
  EXPECT_TRUE(Draws(ask("two", 8)));
  EXPECT_EQ(Count("persons"), 2U);
  EXPECT_EQ(Count("beyond"), 7U);
}

TEST_F(QuotaLedgerTest, TalliesLastUntilTheyAreForgotten) {
  const Charge charge = {TallyDraw{.account = "1/a", .amount = 2}, TallyDraw{.account = "2/a", .amount = 3}};
  EXPECT_TRUE(Draws(charge));
  now_ += 2 * kSecondsOfDay;
  EXPECT_TRUE(Draws(charge));
  Reopen();
  const std::vector<std::string> forgotten = {"1/a"};
  ASSERT_THAT(ledger_->ForgetTallies(forgotten), IsOk());
  EXPECT_EQ(*ledger_->Tallies(), (std::map<std::string, uint64_t>{{"2/a", 6}}));
}

TEST_F(QuotaLedgerTest, AForgottenTallyBeginsAnew) {
  const Charge charge = {TallyDraw{.account = "1/a", .amount = 2}};
  EXPECT_TRUE(Draws(charge));
  const std::vector<std::string> forgotten = {"1/a"};
  ASSERT_THAT(ledger_->ForgetTallies(forgotten), IsOk());
  EXPECT_TRUE(Draws(charge));
  EXPECT_EQ(*ledger_->Tallies(), (std::map<std::string, uint64_t>{{"1/a", 2}}));
}

TEST_F(QuotaLedgerTest, NotesLastUntilTheyAreEmptied) {
  ASSERT_THAT(ledger_->Note("grant/1", "x"), IsOk());
  ASSERT_THAT(ledger_->Note("grant/2", "y"), IsOk());
  ASSERT_THAT(ledger_->Note("surge/1", "z"), IsOk());
  ASSERT_THAT(ledger_->Note("grant/1", ""), IsOk());
  now_ += 2 * kSecondsOfDay;
  Reopen();
  EXPECT_EQ(*ledger_->Notes("grant/"), (std::map<std::string, std::string>{{"grant/2", "y"}}));
}

TEST_F(QuotaLedgerTest, ARestartResetsNothing) {
  EXPECT_TRUE(Draws(DayOf(6, 10)));
  EXPECT_TRUE(Draws({DayDraw{.name = {"s", "person"}, .amount = 3, .limit = 5}}));
  Reopen();
  EXPECT_FALSE(Draws(DayOf(5, 10)));
  EXPECT_FALSE(Draws({DayDraw{.name = {"s", "person"}, .amount = 3, .limit = 5}}));
  EXPECT_TRUE(Draws(DayOf(4, 10)));
}

TEST_F(QuotaLedgerTest, TheDayNeverGoesBackwards) {
  EXPECT_TRUE(Draws(DayOf(10, 10)));
  now_ = kNoon - kSecondsOfDay;
  EXPECT_FALSE(Draws(DayOf(1, 10)));
  Reopen();
  EXPECT_FALSE(Draws(DayOf(1, 10))) << "nor across a restart";
  EXPECT_EQ(ledger_->Now() / kSecondsOfDay, kNoon / kSecondsOfDay);
  now_ = kNoon + kSecondsOfDay;
  EXPECT_TRUE(Draws(DayOf(10, 10)));
}

TEST_F(QuotaLedgerTest, ItsDirectoryIsForItsOwnerOnly) {
  struct stat st;
  ASSERT_EQ(stat(directory().c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0700U);
}

TEST_F(QuotaLedgerTest, ADirectoryOfALaterVersionIsRefused) {
  ledger_.reset();
  {
    ASSERT_OK_AND_ASSIGN(const auto rocks, Rocks::Open(directory(), {{"default"}, {"subjects"}}, disk_.env()));
    rocksdb::WriteBatch batch;
    batch.Put("format", "2");
    ASSERT_THAT(rocks->Write(batch), IsOk());
  }
  EXPECT_THAT(QuotaLedger::Open({directory(), [] { return kNoon; }, disk_.env()}), HasReason(Reason::kStorageFailed));
}

TEST_F(QuotaLedgerTest, DamagedAccountsGiveNothing) {
  ledger_.reset();
  {
    ASSERT_OK_AND_ASSIGN(const auto rocks, Rocks::Open(directory(), {{"default"}, {"subjects"}}, disk_.env()));
    rocksdb::WriteBatch batch;
    batch.Put("da", "short");
    ASSERT_THAT(rocks->Write(batch), IsOk());
  }
  Reopen();
  const Charge charge = DayOf(1, 10);
  EXPECT_THAT(ledger_->Make({&charge, 1}), HasReason(Reason::kCorruptRecords));
}

TEST_F(QuotaLedgerTest, SixtyFourThreadsAreGivenExactlyTheBudget) {
  constexpr uint64_t kBudget = 1000;
  std::atomic<uint64_t> granted = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 64; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 8; ++i) {
        const std::vector<Charge> charges(3, DayOf(static_cast<uint64_t>(1 + (t + i) % 3), kBudget));
        const auto outcomes = ledger_->Make(charges);
        ASSERT_THAT(outcomes, IsOk());
        for (size_t c = 0; c < charges.size(); ++c) {
          if ((*outcomes)[c].ok()) granted += static_cast<uint64_t>(1 + (t + i) % 3);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  while (Draws(DayOf(1, kBudget))) ++granted;
  EXPECT_EQ(granted, kBudget);
  EXPECT_EQ(Count("a"), kBudget);
}

TEST_F(QuotaLedgerTest, OnAFullDiskNothingIsChargedAndItGoesOnWhenThereIsRoom) {
  EXPECT_TRUE(Draws(DayOf(4, 10)));
  disk_.files().SetRoom(0);
  const std::vector<Charge> charges(2, DayOf(3, 10));
  EXPECT_THAT(ledger_->Make(charges), HasReason(Reason::kDiskFull));
  EXPECT_THAT(ledger_->Make(charges), HasReason(Reason::kDiskFull));
  disk_.files().SetRoom(INT64_MAX);
  EXPECT_TRUE(Draws(DayOf(6, 10)));
  EXPECT_FALSE(Draws(DayOf(1, 10)));
}

TEST_F(QuotaLedgerTest, ADayThatBeginsOnAFullDiskBeginsWhenThereIsRoom) {
  EXPECT_TRUE(Draws(DayOf(10, 10)));
  now_ += kSecondsOfDay;
  disk_.files().SetRoom(0);
  const Charge charge = DayOf(10, 10);
  EXPECT_THAT(ledger_->Make({&charge, 1}), HasReason(Reason::kDiskFull));
  disk_.files().SetRoom(INT64_MAX);
  EXPECT_TRUE(Draws(charge));
  EXPECT_FALSE(Draws(charge));
}

// What is in all files of a directory.
std::string AllBytes(const std::string& directory) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    const auto bytes = ReadFile(entry.path(), size_t{64} << 20);
    EXPECT_THAT(bytes, IsOk());
    if (bytes.ok()) all += *bytes;
  }
  return all;
}

TEST_F(QuotaLedgerTest, SubjectsAreHashedAndGoWithTheirDayAndItsKey) {
  const std::string person = "0123456789abcdef";
  EXPECT_TRUE(Draws({DayDraw{.name = {"in-clear", person}, .amount = 1},
                     RateDraw{.name = {"in-clear", person}, .amount = 1, .per_hour = 9, .burst = 9},
                     DayDraw{.name = {"use/portal"}, .amount = 1}}));
  ledger_.reset();
  std::vector<std::string> secrets;  // the key of the day and the hashed names
  {
    ASSERT_OK_AND_ASSIGN(const auto rocks, Rocks::Open(directory(), {{"default"}, {"subjects"}}, disk_.env()));
    ASSERT_OK_AND_ASSIGN(const Rocks::Use use, rocks->Begin());
    const std::unique_ptr<rocksdb::Iterator> it(use.db().NewIterator(kUncached, use.family(kSubjects)));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      secrets.push_back(it->key() == rocksdb::Slice(kDayKeyName.data(), kDayKeyName.size())
                            ? it->value().ToString()
                            : it->key().ToString().substr(1));
    }
  }
  ASSERT_EQ(secrets.size(), 3U);
  const std::string before = AllBytes(directory());
  EXPECT_EQ(before.find(person), std::string::npos);
  EXPECT_NE(before.find("use/portal"), std::string::npos);
  for (const std::string& secret : secrets) EXPECT_NE(before.find(secret), std::string::npos) << "is searched for";

  Reopen();
  EXPECT_TRUE(Draws(DayOf(1, 10)));
  now_ += kSecondsOfDay;
  EXPECT_TRUE(Draws({DayDraw{.name = {"in-clear", person}, .amount = 1, .limit = 1}})) << "a new day";
  const std::string after = AllBytes(directory());
  for (const std::string& secret : secrets) EXPECT_EQ(after.find(secret), std::string::npos);
  EXPECT_EQ(after.find("use/portal"), std::string::npos);
}

TEST_F(QuotaLedgerTest, WhatCouldNotBeRemovedOnAFullDiskIsRemovedAtTheNextStart) {
  EXPECT_TRUE(Draws({DayDraw{.name = {"use/portal"}, .amount = 1}}));
  now_ += kSecondsOfDay;
  const Charge charge = DayOf(1, 10);
  for (int64_t room = 0; room < 4000; room += 100) {  // until there is room for the step, but not for the files
    disk_.files().SetRoom(room);
    if (ledger_->Make({&charge, 1}).ok()) break;
  }
  EXPECT_NE(AllBytes(directory()).find("use/portal"), std::string::npos);
  disk_.files().SetRoom(INT64_MAX);
  Reopen();
  EXPECT_EQ(AllBytes(directory()).find("use/portal"), std::string::npos);
}

TEST_F(QuotaLedgerTest, WhatWasAnsweredSurvivesACrashAtAnyStep) {
  ledger_.reset();
  for (uint64_t step = 0; step < 1000; step += 7) {
    SCOPED_TRACE(step);
    std::filesystem::remove_all(directory());
    Worker worker("charge", directory(), step);
    std::map<uint64_t, uint64_t> answered;  // by day
    uint64_t day = 0;
    while (const auto line = worker.Line()) ++answered[day = std::stoull(*line)];
    const int code = worker.Wait();
    now_ = day * kSecondsOfDay;
    Reopen();
    // It may have crashed after the write was synced, and before it answered: one more, or the first of the next day.
    const uint64_t least = ledger_->Now() / kSecondsOfDay == day ? answered[day] : 0;
    EXPECT_GE(Count("a"), least);
    EXPECT_LE(Count("a"), least + 1);
    ledger_.reset();
    if (code == 0) return;
    ASSERT_EQ(code, FaultFileSystem::kCrashed);
  }
  ADD_FAILURE() << "never came to an end";
}

}  // namespace
}  // namespace exposure::storage
