// Quotas over the wire: 64 connections at once, and not one element more than there is.
#include <atomic>
#include <chrono>
#include <ctime>
#include <functional>
#include <latch>
#include <map>
#include <thread>
#include <vector>

#include "tests/server/tls_world.h"

namespace exposure::server {
namespace {

using testing::IsError;
using testing::RichError;
using testing::ServiceClient;
using testing::TlsWorld;

constexpr size_t kConnections = 64;
constexpr uint64_t kCallsOfEach = 16;
constexpr char kPortal[] = "consumer/met-portal";

// Calls `run` for each connection on a thread of its own, all at the same time.
void OnEachConnection(const TlsWorld& world, const std::function<void(const ServiceClient&, uint64_t index)>& run) {
  std::latch ready(kConnections);
  std::vector<std::thread> threads;
  for (uint64_t index = 0; index < kConnections; ++index) {
    threads.emplace_back([&, index] {
      const auto client = world.Client(world.portal());
      // gRPC 1.51 may take a connection in progress for a failed one (it asks errno too late); then it tries again.
      EXPECT_TRUE(client->channel()->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(60)));
      ready.arrive_and_wait();
      run(*client, index);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

struct Race {
  const char* name;
  const char* limits;  // of a consumer
  uint64_t elements;   // of each call
  bool one_subject;
  uint64_t granted;  // elements
  Reason reason;     // of what is refused
  const char* whose;
};

class QuotaRaceTest : public ::testing::TestWithParam<Race> {};

TEST_P(QuotaRaceTest, ExactlyTheBudgetIsGranted) {
  const Race& race = GetParam();
  const time_t day = time(nullptr) / 86'400;
  TlsWorld world(TlsWorld::Changes{{"limits {", std::string("quotas { limits { ") + race.limits + " } }\nlimits {"}});
  world.Start();
  std::atomic<uint64_t> granted = 0;
  OnEachConnection(world, [&](const ServiceClient& client, uint64_t index) {
    for (uint64_t i = 0; i < kCallsOfEach; ++i) {
      v1::EvaluateRequest question = world.Question(1 + kCallsOfEach * index + i, race.elements);
      if (race.one_subject) question.set_subject(std::string(16, 's'));
      const grpc::Status status = TlsWorld::Evaluate(client, question);
      if (status.ok()) {
        granted += race.elements;
        continue;
      }
      EXPECT_THAT(status, IsError(race.reason));
      const RichError rich = testing::Decode(status);
      EXPECT_EQ(rich.limited, race.whose);
      EXPECT_GT(rich.retry_seconds, 0);
    }
  });
  if (time(nullptr) / 86'400 != day) GTEST_SKIP() << "a new day began, with a budget of its own";
  EXPECT_EQ(granted, race.granted);
  EXPECT_EQ(world.Charged(kPortal), race.granted);
}

// 1,024 calls each; the epoch's budget is that of 1,500 people.
INSTANTIATE_TEST_SUITE_P(All, QuotaRaceTest,
                         ::testing::Values(Race{"of_a_subject", "name: 'portal' subject { per_day: 10 }", 1, true, 40,
                                                Reason::kQuotaSubject, "subject"},
                                           Race{"of_a_caller",
                                                "name: 'portal' subject { per_day: 20 } caller { per_day: 100 }", 1,
                                                false, 400, Reason::kQuotaCaller, "caller"},
                                           Race{"of_an_epoch", "name: 'portal' subject { per_day: 20 }", 3, false, 3000,
                                                Reason::kQuotaBudget, "epoch"}),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(QuotaRetryTest, ARetryOnAnotherConnectionIsChargedOnce) {
  TlsWorld world;
  world.Start();
  OnEachConnection(world, [&](const ServiceClient& client, uint64_t index) {
    // Each question from eight connections, three times.
    for (int i = 0; i < 3; ++i) EXPECT_THAT(TlsWorld::Evaluate(client, world.Question(index / 8, 4)), IsGrpcOk());
  });
  EXPECT_EQ(world.Charged(kPortal), kConnections / 8 * 4);
}

TEST(QuotaRetryTest, OfElementsThatDifferOneIsAnsweredAndCharged) {
  TlsWorld world;
  world.Start();
  std::atomic<uint64_t> answered = 0;
  OnEachConnection(world, [&](const ServiceClient& client, uint64_t index) {
    v1::EvaluateRequest question = world.Question(index, 1);
    question.set_idempotency(std::string(16, 'i'));
    const grpc::Status status = TlsWorld::Evaluate(client, question);
    if (!status.ok()) {
      EXPECT_THAT(status, IsError(Reason::kIdempotencyReused));
    }
    answered += status.ok() ? 1 : 0;
  });
  EXPECT_EQ(answered, 1U);
  EXPECT_EQ(world.Charged(kPortal), 1U);
}

}  // namespace
}  // namespace exposure::server
