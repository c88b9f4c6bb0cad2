#include "storage/refused_calls.h"

#include <gtest/gtest.h>

#include <thread>

namespace exposure::storage {
namespace {

const Refusal kPortal{"consumer/met-portal", "EvaluationService/Evaluate", "QUOTA_SUBJECT"};
const Refusal kAnybody{"unknown", "OperationsService/GetQuotas", "NOT_ALLOWED"};

TEST(RefusedCallsTest, TheFirstIsToldAtOnceTheRestOncePerMinute) {
  RefusedCalls calls;
  EXPECT_TRUE(calls.Take(60).empty());
  EXPECT_TRUE(calls.Add(kPortal));
  for (int i = 0; i < 1'000'000; ++i) EXPECT_FALSE(calls.Add(kPortal));
  EXPECT_TRUE(calls.Add(kAnybody));
  EXPECT_TRUE(calls.Take(119).empty()) << "the minute is not over";
  EXPECT_EQ(calls.Take(120), (std::vector<CountedRefusal>{{kPortal, 1'000'000}}));
  EXPECT_TRUE(calls.Take(121).empty());
}

TEST(RefusedCallsTest, WhoGoesOnIsCountedWhoPausesIsAFirstAgain) {
  RefusedCalls calls;
  EXPECT_TRUE(calls.Add(kPortal));
  EXPECT_FALSE(calls.Add(kPortal));
  EXPECT_EQ(calls.Take(60).size(), 1u);
  EXPECT_FALSE(calls.Add(kPortal));
  EXPECT_EQ(calls.Take(120).size(), 1u);
  EXPECT_TRUE(calls.Take(180).empty());
  EXPECT_TRUE(calls.Add(kPortal));
}

TEST(RefusedCallsTest, WhoInventsNamesIsCountedTogether) {
  RefusedCalls calls;
  int told = 0;
  for (int i = 0; i < 10'000; ++i) told += calls.Add({"consumer/" + std::to_string(i), "m", "r"}) ? 1 : 0;
  EXPECT_EQ(told, static_cast<int>(RefusedCalls::kMost));
  const std::vector<CountedRefusal> sums = calls.Take(60);
  EXPECT_EQ(sums, (std::vector<CountedRefusal>{{{"*", "*", "*"}, 10'000 - RefusedCalls::kMost}}));
}

TEST(RefusedCallsTest, NothingIsLostWhenItCannotBeRecorded) {
  RefusedCalls calls;
  calls.Add(kPortal);
  calls.Add(kPortal);
  const std::vector<CountedRefusal> sums = calls.Take(60);
  calls.GiveBack(sums);
  calls.Add(kPortal);
  EXPECT_EQ(calls.TakeAll(), (std::vector<CountedRefusal>{{kPortal, 2}}));
}

TEST(RefusedCallsTest, ManyThreadsCountEachCallOnce) {
  RefusedCalls calls;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&calls] {
      for (int i = 0; i < 1000; ++i) calls.Add(kPortal);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls.TakeAll(), (std::vector<CountedRefusal>{{kPortal, 3999}}));
}

}  // namespace
}  // namespace exposure::storage
