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
    const absl::StatusOr<uint64_t> published = service_.publisher->Publish(dataset_.id(), std::nullopt, {});
    if (published.ok()) break;
    ++refused;
    EXPECT_THAT(published, HasReason(Reason::kDiskFull));
    EXPECT_EQ(service_.publisher->Current()->signed_catalogue.header, before);
    EXPECT_FALSE(service_.Lists(dataset_.id()));
  }
  EXPECT_GE(refused, 4);
  disk_.files().SetRoom(kRoom);
  ASSERT_THAT(service_.publisher->Publish(dataset_.id(), std::nullopt, {}), IsOk());
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
  service_ = {};
  // The catalogue is on another disk, which has room.
  const Clock clock = [this] { return now_; };
  ASSERT_OK_AND_ASSIGN(service_.signer, OpenSigner(dir_.path(), clock));
  ASSERT_OK_AND_ASSIGN(service_.receipts, ReceiptStore::Open(dir_ / "receipts"));
  ASSERT_OK_AND_ASSIGN(service_.datasets, OpenStore(dir_ / "records", disk_.env()));
  const PublisherOptions options{service_.datasets.get(), service_.signer.get(), service_.receipts.get(), clock};
  ASSERT_OK_AND_ASSIGN(service_.publisher, Publisher::Create(options, force_.configured()));
  ASSERT_THAT(service_.Publish(dataset_), IsOk());

  disk_.files().SetRoom(0);
  const absl::Status status = service_.publisher->Retract(dataset_.id()).status();
  EXPECT_THAT(status, HasReason(Reason::kDiskFull));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("no longer served"));
  EXPECT_FALSE(service_.Lists(dataset_.id()));
  EXPECT_TRUE(service_.datasets->IsInstalled(dataset_.id()));
  EXPECT_THAT(service_.publisher->Tick(), HasReason(Reason::kDiskFull));

  disk_.files().SetRoom(kRoom);
  now_ += 60;
  ASSERT_THAT(service_.publisher->Tick(), IsOk());
  EXPECT_FALSE(service_.datasets->IsInstalled(dataset_.id()));
  ASSERT_OK_AND_ASSIGN(const SignedReceipt kept, service_.publisher->Retract(dataset_.id()));
  EXPECT_EQ(kept.receipt.removed_at, now_) << "when they were gone, not when it was asked for";
}

// A signer whose disk is full until it is given room.
class FullSigner : public CatalogueSigner {
 public:
  explicit FullSigner(CatalogueSigner& real) : real_(real) {}

  void MakeRoom() { full_ = false; }
  absl::StatusOr<crypto::SignedCatalogue> Sign(const std::string& content) override {
    if (full_) return Error(Reason::kDiskFull, "The signer's disk is full.");
    return real_.Sign(content);
  }
  absl::StatusOr<std::optional<crypto::SignedCatalogue>> Newest() override { return real_.Newest(); }
  absl::StatusOr<std::vector<std::string>> HeadersAfter(uint64_t after, size_t most) override {
    return real_.HeadersAfter(after, most);
  }
  absl::StatusOr<crypto::Signature> SignReceipt(BytesView receipt) override { return real_.SignReceipt(receipt); }

 private:
  CatalogueSigner& real_;
  bool full_ = true;
};

TEST_F(DiskFullTest, AServiceStartsWithTheNewestCatalogueWhereNothingCanBeSigned) {
  ASSERT_THAT(service_.Publish(dataset_), IsOk());
  const std::string before = service_.publisher->Current()->signed_catalogue.header;
  now_ += crypto::kReissueAfter;  // due to be issued again
  service_.publisher.reset();
  FullSigner signer(*service_.signer);
  const PublisherOptions options{service_.datasets.get(), &signer, service_.receipts.get(), [this] { return now_; }};
  v1::CatalogueContent changed = force_.configured();
  changed.set_service_name("Another name");
  EXPECT_THAT(Publisher::Create(options, changed), HasReason(Reason::kDiskFull)) << "that was never signed";

  ASSERT_OK_AND_ASSIGN(service_.publisher, Publisher::Create(options, force_.configured()));
  EXPECT_EQ(service_.publisher->Current()->signed_catalogue.header, before);
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
  EXPECT_THAT(service_.publisher->Tick(), HasReason(Reason::kDiskFull));
  signer.MakeRoom();
  ASSERT_THAT(service_.publisher->Tick(), IsOk());
  EXPECT_EQ(service_.publisher->Current()->header.issued, now_);
  service_.publisher.reset();  // before its signer
}

}  // namespace
}  // namespace exposure::storage
