#include "server/idempotency.h"

#include <atomic>
#include <thread>

#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using testing::HasReason;
using testing::IsOk;

constexpr ByteArray<16> kToken = {7};

class IdempotencyTest : public ::testing::Test {
 protected:
  // Asks with `what`; charging gives `charged`.
  absl::Status Ask(const std::string& what, absl::Status charged = absl::OkStatus(),
                   const std::string& caller = "consumer/portal", const ByteArray<16>& token = kToken) {
    absl::Status result = absl::InternalError("never done");
    tokens_.Once(
        caller, token, AsBytes(what),
        [&](const Idempotency::Done& finish) {
          ++charges_;
          finish(charged);
        },
        [&](const absl::Status& status) { result = status; });
    return result;
  }

  std::atomic<uint64_t> now_ = 1'800'000'000;
  std::atomic<int> charges_ = 0;
  Idempotency tokens_{[this] { return now_.load(); }, 3};
};

TEST_F(IdempotencyTest, ARetryIsChargedOnceForTenMinutes) {
  EXPECT_THAT(Ask("elements"), IsOk());
  now_ += kIdempotencySeconds - 1;
  EXPECT_THAT(Ask("elements"), IsOk());
  EXPECT_EQ(charges_, 1);
  now_ += 1;
  EXPECT_THAT(Ask("elements"), IsOk());
  EXPECT_EQ(charges_, 2);
}

TEST_F(IdempotencyTest, ATokenWithOtherElementsIsRefused) {
  EXPECT_THAT(Ask("elements"), IsOk());
  EXPECT_THAT(Ask("others"), HasReason(Reason::kIdempotencyReused));
  EXPECT_EQ(charges_, 1);
  EXPECT_THAT(Ask("elements"), IsOk()) << "the first use stays good";
}

TEST_F(IdempotencyTest, TokensAreEachCallersOwn) {
  EXPECT_THAT(Ask("elements"), IsOk());
  EXPECT_THAT(Ask("others", absl::OkStatus(), "consumer/helpdesk"), IsOk());
  EXPECT_THAT(Ask("others", absl::OkStatus(), "consumer/portal", {8}), IsOk());
  EXPECT_EQ(charges_, 3);
}

TEST_F(IdempotencyTest, WhatWasRefusedCanBeTriedAgain) {
  EXPECT_THAT(Ask("elements", Error(Reason::kQuotaSubject, "later")), HasReason(Reason::kQuotaSubject));
  EXPECT_THAT(Ask("elements"), IsOk());
  EXPECT_EQ(charges_, 2);
}

TEST_F(IdempotencyTest, TheOldestOfTooManyIsForgotten) {
  for (uint8_t i = 0; i < 5; ++i) EXPECT_THAT(Ask("elements", absl::OkStatus(), "c", {i}), IsOk());
  EXPECT_EQ(charges_, 5);
  EXPECT_THAT(Ask("elements", absl::OkStatus(), "c", {4}), IsOk());
  EXPECT_EQ(charges_, 5);
  EXPECT_THAT(Ask("elements", absl::OkStatus(), "c", {0}), IsOk());
  EXPECT_EQ(charges_, 6);
}

TEST_F(IdempotencyTest, ARetryWaitsForItsFirstCall) {
  Idempotency::Done finish;
  std::vector<absl::Status> results;
  const auto done = [&results](const absl::Status& status) { results.push_back(status); };
  tokens_.Once(
      "c", kToken, AsBytes("e"), [&finish](Idempotency::Done f) { finish = std::move(f); }, done);
  tokens_.Once(
      "c", kToken, AsBytes("e"), [](const Idempotency::Done&) { FAIL() << "charged twice"; }, done);
  EXPECT_TRUE(results.empty());
  finish(Error(Reason::kQuotaBudget, "used up"));
  ASSERT_EQ(results.size(), 2U);
  EXPECT_THAT(results[0], HasReason(Reason::kQuotaBudget));
  EXPECT_THAT(results[1], HasReason(Reason::kQuotaBudget));
}

TEST_F(IdempotencyTest, RacingRetriesAreChargedOnce) {
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (uint8_t i = 0; i < 3; ++i) {
        tokens_.Once(
            "c", {i}, AsBytes("e"),
            [&](const Idempotency::Done& finish) {
              ++charges_;
              std::this_thread::yield();
              finish(absl::OkStatus());
            },
            [&](const absl::Status& status) { good += status.ok() ? 1 : 0; });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(charges_, 3);
  EXPECT_EQ(good, 24);
}

}  // namespace
}  // namespace exposure::server
