// What a client believes when the root changes, across runs and against the old root.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "client/core/catalogue_keeper.h"
#include "tests/client/core/world.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using crypto::SigningKey;
using testing::HasReason;
using testing::IsOk;
using testing::TempDir;
using testing::World;

class RootChangeKeeperTest : public ::testing::Test {
 protected:
  std::unique_ptr<CatalogueKeeper> Make(const crypto::RootPin& pin) {
    CatalogueKeeperOptions options = {pin, state_.path(), [this] { return service().now; }};
    options.root_changed = [this](const crypto::PublicKey& root) { told_.push_back(root); };
    return CatalogueKeeper::Create(&service(), options).value();
  }
  testing::FakeService& service() { return world_.service; }
  crypto::SignedCatalogue& Newest() { return service().issued.back(); }
  crypto::RootPin Old() { return service().root.public_key(); }

  // The newest catalogue's online key is delegated by `root`.
  void DelegateBy(const SigningKey& root, uint64_t serial) {
    const auto body = crypto::Encode(crypto::Delegation{.serial = serial,
                                                        .not_before = service().now - 86400,
                                                        .not_after = service().now + 80 * 86400,
                                                        .catalogue_key = service().online.public_key()});
    Newest().delegation = ToString(body);
    Newest().delegation_signature = ToString(root.Sign(crypto::kDelegationLabel, body));
  }
  crypto::SignedRootChange Change(uint64_t serial, const SigningKey& from, const SigningKey& to) {
    const std::string body = ToString(crypto::Encode(crypto::RootChange{
        .serial = serial, .not_before = service().now, .old_root = from.public_key(), .new_root = to.public_key()}));
    return {body, ToString(from.Sign(crypto::kRootLabel, AsBytes(body))),
            ToString(to.Sign(crypto::kRootLabel, AsBytes(body)))};
  }
  void ChangeRoot() {
    service().Issue();
    DelegateBy(new_root_, 100);
    Newest().root_changes = {Change(1, service().root, new_root_)};
  }

  World world_;
  const TempDir state_;
  const SigningKey new_root_ = SigningKey::Generate();
  std::vector<crypto::PublicKey> told_;
};

TEST_F(RootChangeKeeperTest, IsFollowedAndToldOnce) {
  ASSERT_THAT(Make(Old())->Refresh(), IsOk());
  EXPECT_TRUE(told_.empty());
  ChangeRoot();
  ASSERT_OK_AND_ASSIGN(const auto catalogue, Make(Old())->Refresh());
  EXPECT_EQ(catalogue->roots.root, new_root_.public_key());
  ASSERT_THAT(Make(Old())->Refresh(), IsOk());
  EXPECT_EQ(told_, std::vector{new_root_.public_key()});
}

TEST_F(RootChangeKeeperTest, TheOldRootIsNotBelievedAgain) {
  ChangeRoot();
  ASSERT_THAT(Make(Old())->Refresh(), IsOk());
  service().Issue();  // whoever stole the old root has the online key as well
  DelegateBy(service().root, 200);
  EXPECT_THAT(Make(Old())->Refresh(), HasReason(Reason::kBadDelegation));
  const SigningKey thief = SigningKey::Generate();
  DelegateBy(thief, 200);
  Newest().root_changes = {Change(2, service().root, thief)};
  EXPECT_THAT(Make(Old())->Refresh(), HasReason(Reason::kBadDelegation));
}

TEST_F(RootChangeKeeperTest, IsRememberedWhenTheServiceSaysItNoMore) {
  ChangeRoot();
  ASSERT_THAT(Make(Old())->Refresh(), IsOk());
  service().Issue();
  DelegateBy(new_root_, 101);
  ASSERT_OK_AND_ASSIGN(const auto catalogue, Make(Old())->Refresh());
  EXPECT_EQ(catalogue->roots.pinned, *Old().key);
  EXPECT_EQ(catalogue->roots.changes.size(), 1u);
  service().down = true;
  EXPECT_THAT(Make(Old())->Remembered(), IsOk());
}

TEST_F(RootChangeKeeperTest, ASecondChangeGoesOnFromTheFirst) {
  ChangeRoot();
  ASSERT_THAT(Make(Old())->Refresh(), IsOk());
  const SigningKey third = SigningKey::Generate();
  service().Issue();
  DelegateBy(third, 102);
  Newest().root_changes = {Change(1, service().root, new_root_), Change(2, new_root_, third)};
  ASSERT_OK_AND_ASSIGN(const auto catalogue, Make(Old())->Refresh());
  EXPECT_EQ(catalogue->roots.changes.size(), 2u);
  EXPECT_THAT(Make(Old())->Refresh(), IsOk());
}

TEST_F(RootChangeKeeperTest, WhoPinsTheNewRootGoesOnFromWhatWasSeen) {
  ChangeRoot();
  ASSERT_THAT(Make(Old())->Refresh(), IsOk());
  service().issued.pop_back();  // rolled back
  DelegateBy(new_root_, 100);
  EXPECT_THAT(Make(new_root_.public_key())->Refresh(), HasReason(Reason::kCatalogueRolledBack));
}

TEST_F(RootChangeKeeperTest, AnotherRunsRootCountsForTheSameVersion) {
  const auto ours = Make(Old());
  ASSERT_THAT(ours->Refresh(), IsOk());
  const crypto::SignedCatalogue before = Newest();
  DelegateBy(new_root_, 100);
  Newest().root_changes = {Change(1, service().root, new_root_)};
  ASSERT_THAT(Make(Old())->Refresh(), IsOk());
  Newest() = before;
  EXPECT_THAT(ours->Refresh(), HasReason(Reason::kBadDelegation));
}

TEST_F(RootChangeKeeperTest, AFingerprintIsEnoughWhereTheServiceGivesTheKey) {
  const auto pin = crypto::RootPin::OfFingerprint(Old().fingerprint);
  EXPECT_THAT(Make(pin)->Refresh(), HasReason(Reason::kBadDelegation));
  Newest().root_key = ToString(*Old().key);
  ASSERT_THAT(Make(pin)->Refresh(), IsOk());
  service().down = true;
  EXPECT_THAT(Make(pin)->Remembered(), IsOk());
}

TEST_F(RootChangeKeeperTest, AClockPutBackDoesNotDamageTheMemory) {
  ChangeRoot();
  ASSERT_THAT(Make(Old())->Refresh(), IsOk());
  service().now -= 3600;
  ASSERT_OK_AND_ASSIGN(const auto remembered, Make(Old())->Remembered());
  EXPECT_THAT(remembered->usable, HasReason(Reason::kClockBehind));
}

}  // namespace
}  // namespace exposure
