#include "client/core/catalogue_keeper.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "tests/client/core/world.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using testing::HasReason;
using testing::IsOk;
using testing::StatusIs;
using testing::TempDir;
using testing::World;

class CatalogueKeeperTest : public ::testing::Test {
 protected:
  std::unique_ptr<CatalogueKeeper> Make(const std::string& state) {
    return CatalogueKeeper::Create(&world_.service, Options(state)).value();
  }
  CatalogueKeeperOptions Options(const std::string& state) {
    return {world_.service.root.public_key(), state, [this] { return world_.service.now; }};
  }
  // The one file that is remembered.
  std::string StateFile() {
    for (const auto& entry : std::filesystem::directory_iterator(state_.path())) {
      if (entry.path().extension() != ".lock") return entry.path().string();
    }
    return "";
  }

  World world_;
  TempDir state_;
};

TEST_F(CatalogueKeeperTest, FetchesOnceWhileItIsFresh) {
  const auto keeper = Make("");
  ASSERT_OK_AND_ASSIGN(const auto first, keeper->Current());
  ASSERT_OK_AND_ASSIGN(const auto second, keeper->Current());
  EXPECT_EQ(first, second);
  EXPECT_EQ(first->header.version, 1u);
  EXPECT_THAT(first->usable, IsOk());
  EXPECT_EQ(world_.service.Count("GetCatalogue"), 1u);
}

TEST_F(CatalogueKeeperTest, FetchesAgainWhenItHasExpired) {
  const auto keeper = Make("");
  ASSERT_THAT(keeper->Current(), IsOk());
  world_.service.now += crypto::kCatalogueLife + crypto::kClockSkew;
  world_.service.Issue();
  ASSERT_OK_AND_ASSIGN(const auto current, keeper->Current());
  EXPECT_EQ(current->header.version, 2u);
  EXPECT_THAT(current->usable, IsOk());
}

TEST_F(CatalogueKeeperTest, AnExpiredOneIsReadableButNotUsable) {
  world_.service.now += crypto::kCatalogueLife + crypto::kClockSkew;
  ASSERT_OK_AND_ASSIGN(const auto catalogue, Make("")->Refresh());
  EXPECT_THAT(catalogue->usable, HasReason(Reason::kCatalogueExpired));
  EXPECT_EQ(catalogue->content.message().incidents_size(), 4);
}

TEST_F(CatalogueKeeperTest, RemembersPrivately) {
  ASSERT_THAT(Make(state_ / "new/folder")->Refresh(), IsOk());
  struct stat st;
  for (const auto& entry : std::filesystem::directory_iterator(state_ / "new/folder")) {
    ASSERT_EQ(stat(entry.path().c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 0777, 0600u) << entry.path();
  }
  ASSERT_EQ(stat((state_ / "new/folder").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0700u);
}

TEST_F(CatalogueKeeperTest, RemembersAcrossRunsWhileTheServiceIsDown) {
  EXPECT_THAT(Make(state_.path())->Remembered(), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_THAT(Make(state_.path())->Refresh(), IsOk());
  world_.service.down = true;
  const auto keeper = Make(state_.path());
  EXPECT_THAT(keeper->Refresh(), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_OK_AND_ASSIGN(const auto remembered, keeper->Remembered());
  EXPECT_EQ(remembered->header.version, 1u);
  EXPECT_THAT(remembered->usable, IsOk());
  world_.service.now += 2 * crypto::kCatalogueLife;  // the same one, later
  ASSERT_OK_AND_ASSIGN(const auto later, keeper->Remembered());
  EXPECT_THAT(later->usable, HasReason(Reason::kCatalogueExpired));
}

TEST_F(CatalogueKeeperTest, EachRootHasItsOwnMemory) {
  ASSERT_THAT(Make(state_.path())->Refresh(), IsOk());
  World other;
  CatalogueKeeperOptions options = Options(state_.path());
  options.root = other.service.root.public_key();
  ASSERT_OK_AND_ASSIGN(const auto keeper, CatalogueKeeper::Create(&other.service, options));
  EXPECT_THAT(keeper->Remembered(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(keeper->Refresh(), IsOk());
}

TEST_F(CatalogueKeeperTest, ADamagedMemoryIsNotForgotten) {
  ASSERT_THAT(Make(state_.path())->Refresh(), IsOk());
  const std::string path = StateFile();
  std::string bytes = ReadFile(path).value();
  bytes[100] ^= 1;
  ASSERT_THAT(WriteFileAtomically(path, bytes, 0600), IsOk());
  const absl::Status status = CatalogueKeeper::Create(&world_.service, Options(state_.path())).status();
  EXPECT_THAT(status, HasReason(Reason::kFileError));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("Fix: rm " + path));
}

TEST_F(CatalogueKeeperTest, ChecksTheChainOfManyVersionsByHeadersInPages) {
  ASSERT_THAT(Make(state_.path())->Refresh(), IsOk());
  for (int i = 0; i < 5000; ++i) world_.service.Issue();
  world_.service.TakeCalls();
  ASSERT_OK_AND_ASSIGN(const auto catalogue, Make(state_.path())->Refresh());
  EXPECT_EQ(catalogue->header.version, 5001u);
  EXPECT_EQ(world_.service.Count("GetCatalogueHeaders"), 2u);
  EXPECT_EQ(world_.service.Count("GetCatalogue"), 1u);
}

TEST_F(CatalogueKeeperTest, TheNextVersionNeedsNoHeaders) {
  ASSERT_THAT(Make(state_.path())->Refresh(), IsOk());
  world_.service.Issue();
  ASSERT_THAT(Make(state_.path())->Refresh(), IsOk());
  EXPECT_EQ(world_.service.Count("GetCatalogueHeaders"), 0u);
}

TEST_F(CatalogueKeeperTest, WhatAnotherProcessSawCountsToo) {
  const auto ours = Make(state_.path());
  ASSERT_THAT(ours->Refresh(), IsOk());
  world_.service.Issue();
  ASSERT_THAT(Make(state_.path())->Refresh(), IsOk());
  world_.service.issued.pop_back();
  EXPECT_THAT(ours->Refresh(), HasReason(Reason::kCatalogueRolledBack));
}

TEST_F(CatalogueKeeperTest, ARefusedCatalogueIsNotRemembered) {
  ASSERT_THAT(Make(state_.path())->Refresh(), IsOk());
  const std::string before = ReadFile(StateFile()).value();
  const crypto::SignedCatalogue good = world_.service.issued.back();
  crypto::CatalogueHeader header = world_.service.NextHeader(good.content);
  header.previous[0] ^= 1;
  world_.service.issued.push_back(world_.service.Sign(header, good.content));
  const auto keeper = Make(state_.path());
  EXPECT_THAT(keeper->Refresh(), HasReason(Reason::kCatalogueForked));
  EXPECT_EQ(ReadFile(StateFile()).value(), before);
  EXPECT_EQ(keeper->Remembered().value()->header.version, 1u);
}

// Between what this one knew and what it fetched, another process was shown a fork: neither may hide the other.
TEST_F(CatalogueKeeperTest, AForkThatAnotherProcessSawMeanwhileIsFound) {
  std::vector<crypto::SignedCatalogue>& issued = world_.service.issued;
  ASSERT_THAT(Make(state_.path())->Refresh(), IsOk());
  bool done = false;
  testing::Lies lies;
  lies.catalogue = [&](crypto::SignedCatalogue& reply) {
    if (done) return;
    done = true;
    crypto::CatalogueHeader other = world_.service.NextHeader(issued.back().content);
    other.expires -= 1;
    issued.push_back(world_.service.Sign(other, issued.back().content));
    ASSERT_THAT(Make(state_.path())->Refresh(), IsOk());
    issued.pop_back();
    world_.service.Issue();
    world_.service.Issue();
    reply = issued.back();
  };
  testing::Liar liar(&world_.service, &lies);
  const auto keeper = CatalogueKeeper::Create(&liar, Options(state_.path())).value();
  EXPECT_THAT(keeper->Refresh(), HasReason(Reason::kCatalogueForked));
  EXPECT_EQ(Make(state_.path())->Remembered().value()->header.version, 2u) << "the other one is kept, as evidence";
}

TEST_F(CatalogueKeeperTest, ForksAndRollbacksAreRefusedAcrossRuns) {
  std::vector<crypto::SignedCatalogue>& issued = world_.service.issued;
  world_.service.Issue();
  ASSERT_THAT(Make(state_.path())->Refresh(), IsOk());
  const crypto::SignedCatalogue seen = issued.back();
  issued.pop_back();
  EXPECT_THAT(Make(state_.path())->Refresh(), HasReason(Reason::kCatalogueRolledBack));
  crypto::CatalogueHeader other = world_.service.NextHeader(seen.content);
  other.expires -= 1;
  issued.push_back(world_.service.Sign(other, seen.content));
  EXPECT_THAT(Make(state_.path())->Refresh(), HasReason(Reason::kCatalogueForked));
  EXPECT_EQ(Make(state_.path())->Remembered().value()->bytes.header, seen.header);
}

TEST_F(CatalogueKeeperTest, ADelegationOfBeforeIsRefusedAcrossRuns) {
  const uint64_t now = world_.service.now;
  world_.service.Delegate(2, now - 3600, now + 1'000'000);
  world_.service.Issue();
  ASSERT_THAT(Make(state_.path())->Refresh(), IsOk());
  world_.service.Delegate(1, now - 3600, now + 1'000'000);
  world_.service.Issue();
  EXPECT_THAT(Make(state_.path())->Refresh(), HasReason(Reason::kDelegationOld));
}

TEST_F(CatalogueKeeperTest, AnExportIsVerifiedWithoutAChain) {
  const crypto::SignedCatalogue bytes = world_.service.issued.back();
  ASSERT_OK_AND_ASSIGN(const VerifiedCatalogue catalogue,
                       VerifyCatalogue(bytes, world_.service.root.public_key(), world_.service.now));
  EXPECT_EQ(catalogue.content.datasets().size(), 2u);
  EXPECT_THAT(VerifyCatalogue(bytes, world_.service.online.public_key(), world_.service.now),
              HasReason(Reason::kBadDelegation));
}

}  // namespace
}  // namespace exposure
