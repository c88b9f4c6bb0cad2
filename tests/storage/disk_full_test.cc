// A full disk: DISK_FULL, nothing half-applied, the last catalogue served; when
// there is room again all goes on, without a restart.
#include <gtest/gtest.h>

#include "tests/storage/fault_env.h"
#include "tests/storage/publisher_helpers.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;

constexpr int64_t kRoom = INT64_MAX;

class DiskFullTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Reopen();
    ASSERT_THAT(service_.publisher->PublishNotice(TestForce::Notice()), IsOk());
  }
  void TearDown() override { service_ = {}; }

  void Reopen() {
    service_ = {};
    ASSERT_OK_AND_ASSIGN(service_, Service::Open(dir_.path(), force_.configured(), now_, {}, disk_.env()));
  }

  TempDir dir_;
  uint64_t now_ = kTestNow;
  FaultEnv disk_;
  const TestForce force_;
  const BuiltDataset dataset_ = force_.Build();
  Service service_;
};

TEST_F(DiskFullTest, NothingOfAChunkIsKeptAndItGoesInWhenThereIsRoom) {
  ASSERT_OK_AND_ASSIGN(const UploadState begun, service_.datasets->BeginUpload(dataset_.head));
  const std::string bytes = dataset_.file.substr(begun.held, 4000);
  for (int round = 0; round < 3; ++round) {
    disk_.files().SetRoom(100 * round);
    EXPECT_THAT(service_.datasets->Append(dataset_.id(), begun.held, AsBytes(bytes)), HasReason(Reason::kDiskFull));
    EXPECT_THAT(service_.datasets->Append(dataset_.id(), begun.held, AsBytes(bytes)), HasReason(Reason::kDiskFull));
    ASSERT_OK_AND_ASSIGN(const UploadState state, service_.datasets->BeginUpload(dataset_.head));
    EXPECT_EQ(state.held, begun.held);
  }
  disk_.files().SetRoom(kRoom);
  ASSERT_THAT(service_.datasets->Append(dataset_.id(), begun.held, AsBytes(bytes)), IsOk());
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  Reopen();
  ASSERT_OK_AND_ASSIGN(const std::string file, ReadWhole(*service_.datasets, dataset_.id()));
  EXPECT_TRUE(file == dataset_.file);
}

TEST_F(DiskFullTest, UploadsLeaveAReserveForRetractionsAndNotices) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const BuiltDataset next = force_.Build({.variant = 2});
  ASSERT_OK_AND_ASSIGN(const UploadState begun, service_.datasets->BeginUpload(next.head));
  disk_.files().SetRoom(kRoom, uint64_t{64} << 20);
  const std::string bytes = next.file.substr(begun.held, 100);
  EXPECT_THAT(service_.datasets->Append(next.id(), begun.held, AsBytes(bytes)), HasReason(Reason::kDiskFull));
  EXPECT_THAT(service_.datasets->BeginUpload(force_.Build({.variant = 3}).head), HasReason(Reason::kDiskFull));
  EXPECT_THAT(service_.publisher->PublishNotice(TestForce::Notice("met-2")), IsOk());
  EXPECT_THAT(service_.publisher->Retract(dataset_.id()), IsOk());
  EXPECT_FALSE(service_.datasets->IsInstalled(dataset_.id()));
}

TEST_F(DiskFullTest, BeginningAnUploadNeedsRoom) {
  disk_.files().SetRoom(10);
  EXPECT_THAT(service_.datasets->BeginUpload(dataset_.head), HasReason(Reason::kDiskFull));
  disk_.files().SetRoom(kRoom);
  EXPECT_THAT(service_.datasets->BeginUpload(dataset_.head), IsOk());
}

TEST_F(DiskFullTest, PublishingFailsWholeWhereverTheRoomEnds) {
  const std::string before = service_.publisher->Current()->signed_catalogue.header;
  ASSERT_THAT(SendRest(*service_.datasets, dataset_), IsOk());
  int refused = 0;
  for (int64_t room = 0; room < 40'000; room = room * 2 + 500) {
    SCOPED_TRACE(room);
    disk_.files().SetRoom(room);
    const absl::StatusOr<uint64_t> published = service_.publisher->Publish(dataset_.id(), std::nullopt);
    if (published.ok()) break;
    ++refused;
    EXPECT_THAT(published, HasReason(Reason::kDiskFull));
    EXPECT_EQ(service_.publisher->Current()->signed_catalogue.header, before);
    EXPECT_FALSE(service_.Lists(dataset_.id()));
  }
  EXPECT_GE(refused, 4);
  disk_.files().SetRoom(kRoom);
  ASSERT_THAT(service_.publisher->Publish(dataset_.id(), std::nullopt), IsOk());
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
  Reopen();
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
  EXPECT_TRUE(service_.Lists(dataset_.id()));
}

TEST_F(DiskFullTest, ANoticeThatCannotBeSignedIsNotServed) {
  const std::string before = service_.publisher->Current()->signed_catalogue.header;
  disk_.files().SetRoom(50);
  EXPECT_THAT(service_.publisher->PublishNotice(TestForce::Notice("met-2")), HasReason(Reason::kDiskFull));
  EXPECT_EQ(service_.publisher->Current()->signed_catalogue.header, before);
  disk_.files().SetRoom(kRoom);
  ASSERT_THAT(service_.publisher->PublishNotice(TestForce::Notice("met-2")), IsOk());
  EXPECT_EQ(service_.publisher->Current()->header.version, 3u) << "no version was lost";
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
}

TEST_F(DiskFullTest, ARetractionThatCannotRemoveSaysSoAndIsTriedAgain) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  // Finds the room that is enough for the signature, not for removing.
  absl::Status status;
  for (int64_t room = 500; room < 50'000 && (status.ok() || service_.Lists(dataset_.id())); room += 100) {
    disk_.files().SetRoom(kRoom);
    ASSERT_THAT(service_.Publish(dataset_), IsOk());
    disk_.files().SetRoom(room);
    status = service_.publisher->Retract(dataset_.id()).status();
  }
  ASSERT_FALSE(service_.Lists(dataset_.id()));
  ASSERT_THAT(status, HasReason(Reason::kDiskFull));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("no longer served"));
  disk_.files().SetRoom(kRoom);
  ASSERT_THAT(service_.publisher->Tick(), IsOk());
  EXPECT_FALSE(service_.datasets->IsInstalled(dataset_.id()));
  EXPECT_THAT(service_.publisher->Retract(dataset_.id()), HasReason(Reason::kUnknownDataset));
}

TEST_F(DiskFullTest, AServiceStartsOnAFullDiskWithTheNewestCatalogue) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const std::string before = service_.publisher->Current()->signed_catalogue.header;
  now_ += crypto::kReissueAfter;  // due to be issued again
  // Opening itself writes a little.
  absl::Status status = absl::UnknownError("not opened");
  for (int64_t room = 10'000; room < 100'000 && !status.ok(); room += 500) {
    service_ = {};
    disk_.files().SetRoom(room);
    absl::StatusOr<Service> opened = Service::Open(dir_.path(), force_.configured(), now_, {}, disk_.env());
    status = opened.status();
    if (opened.ok()) service_ = *std::move(opened);
  }
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(service_.publisher->Current()->signed_catalogue.header, before);
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
  disk_.files().SetRoom(kRoom);
  ASSERT_THAT(service_.publisher->Tick(), IsOk());
  EXPECT_EQ(service_.publisher->Current()->header.issued, now_);
}

}  // namespace
}  // namespace exposure::storage
