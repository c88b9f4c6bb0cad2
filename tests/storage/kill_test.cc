// A process is killed with SIGKILL at random instants of uploading, publishing,
// replacing and retracting, again and again over one directory. What it had
// acknowledged is there afterwards.
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <thread>

#include "tests/storage/publisher_helpers.h"
#include "tests/storage/worker.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;

// What the worker said before it died.
struct LastWords {
  int listed = -1;   // acknowledged; −1: it had not begun
  int listing = -1;  // tried since; −1: nothing
  int uploading = 0;
  uint64_t held = 0;

  void Hear(const std::string& line) {
    const size_t space = line.find(' ');
    const uint64_t number = std::stoull(line.substr(space + 1));
    const std::string word = line.substr(0, space);
    if (word == "held") held = number;
    if (word == "uploading") {
      uploading = static_cast<int>(number);
      held = 0;
    }
    if (word == "listing") listing = static_cast<int>(number);
    if (word == "listed") {
      listed = static_cast<int>(number);
      listing = -1;
      uploading = 0;
      held = 0;
    }
  }
};

TEST(KillTest, WhatWasAcknowledgedSurvivesSigkillAtAnyInstant) {
  constexpr int kRounds = 25;
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  TempDir dir;
  const TestForce force;
  std::vector<BuiltDataset> datasets(1);
  for (uint8_t variant = 1; variant <= 4; ++variant) datasets.push_back(force.Build({.variant = variant}));

  int killed = 0;
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    const uint64_t now = kTestNow + static_cast<uint64_t>(round) * 10'000;
    LastWords last;
    {
      Worker worker("churn", dir.path(), now);
      // Dies somewhere after the n-th line, within the step that follows.
      for (uint32_t n = random() % 40; n > 0; --n) {
        const auto line = worker.Line();
        if (!line) break;
        last.Hear(*line);
      }
      const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 30'000);
      while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
      killed += worker.Kill();
      while (const auto line = worker.Line()) last.Hear(*line);
    }

    const uint64_t later = now + 10'000;
    ASSERT_OK_AND_ASSIGN(Service service, Service::Open(dir.path(), force.configured(), later));
    ASSERT_THAT(service.CheckAsClient(later), IsOk());
    ASSERT_THAT(service.datasets->VerifyChecksums(), IsOk());
    int listed = 0;
    for (int variant = 1; variant <= 4; ++variant) {
      if (service.Lists(datasets[static_cast<size_t>(variant)].id())) {
        EXPECT_EQ(listed, 0) << "two are listed";
        listed = variant;
      }
    }
    if (last.listed >= 0) {
      EXPECT_TRUE(listed == last.listed || listed == last.listing)
          << listed << " is listed; acknowledged was " << last.listed << ", tried " << last.listing;
    }
    if (last.uploading != 0 && listed != last.uploading) {
      const BuiltDataset& dataset = datasets[static_cast<size_t>(last.uploading)];
      ASSERT_OK_AND_ASSIGN(const UploadState state, service.datasets->BeginUpload(dataset.head));
      EXPECT_GE(state.held, last.held);
      std::optional<crypto::DatasetId> replaces;
      if (listed != 0) replaces = datasets[static_cast<size_t>(listed)].id();
      ASSERT_THAT(service.Publish(dataset, replaces), IsOk());
      ASSERT_OK_AND_ASSIGN(const std::string file, ReadWhole(*service.datasets, dataset.id()));
      EXPECT_TRUE(file == dataset.file);
    }
  }
  EXPECT_GT(killed, kRounds / 2);
}

TEST(TwoProcessesTest, ADirectoryInUseByAnotherProcessIsRefused) {
  TempDir dir;
  Worker holder("hold", dir.path(), 0);
  ASSERT_EQ(holder.Line(), "held");
  const absl::Status refused = OpenStore(dir.path()).status();
  EXPECT_THAT(refused, HasReason(Reason::kDataDirectoryInUse));
  EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr(dir.path()));
  ASSERT_TRUE(holder.Kill());
  EXPECT_THAT(OpenStore(dir.path()), IsOk()) << "a killed process leaves no lock";
}

}  // namespace
}  // namespace exposure::storage
