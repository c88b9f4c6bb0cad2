#include "server/record_service.h"

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "crypto/merkle.h"
#include "server/config.h"
#include "tests/support/fakes.h"
#include "tests/support/hosted_service.h"
#include "tests/support/rich_error.h"
#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using testing::Context;
using testing::IsError;
using testing::IsFieldError;
using testing::IsGrpcOk;
using testing::IsOk;
using testing::SealedFile;

class RecordServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    content_ = LoadConfig(files_.config_path(), {.catalogue = true})->content;
    *content_.add_incidents() = testing::SampleNotice();
    Publish(files_.Seal(300));
    Publish(files_.Seal(2000));
  }

  void Publish(const SealedFile& sealed) {
    sealed_.push_back(sealed);
    datasets_.Add(sealed);
    testing::AddDataset(sealed, content_);
    publisher_.Serve(content_);
  }

  v1::FetchBucketRequest Request(int bits, uint32_t value) const {
    v1::FetchBucketRequest request;
    request.set_content_hash(publisher_.content_hash());
    request.set_epoch_id(ToString(files_.epoch_id()));
    request.set_prefix(ToString(crypto::EncodePrefix({bits, value})));
    return request;
  }

  grpc::Status Fetch(const v1::FetchBucketRequest& request, v1::FetchBucketResponse* response = nullptr) {
    Context context;
    v1::FetchBucketResponse unused;
    return stub_->FetchBucket(&context, request, response == nullptr ? &unused : response);
  }

  // Reads to the end; `sizes` are those of the pieces.
  grpc::Status Download(const std::string& id, uint64_t offset, std::string* file = nullptr,
                        std::vector<size_t>* sizes = nullptr) {
    Context context;
    v1::DownloadDatasetRequest request;
    request.set_dataset_id(id);
    request.set_offset(offset);
    const auto reader = stub_->DownloadDataset(&context, request);
    for (v1::DownloadDatasetResponse piece; reader->Read(&piece);) {
      if (file != nullptr) *file += piece.data();
      if (sizes != nullptr) sizes->push_back(piece.data().size());
    }
    return reader->Finish();
  }

  testing::ServiceFiles files_;
  v1::CatalogueContent content_;
  std::vector<SealedFile> sealed_;
  testing::FakeDatasetStore datasets_;
  testing::FakePublisher publisher_;
  std::atomic<int> damage_told_ = 0;
  WorkPool readers_{2, 100};
  CallGate gate_;
  Door door_{gate_};
  RecordServiceImpl service_{publisher_, &datasets_, readers_, door_, [this] { ++damage_told_; }};
  testing::Hosted hosted_{service_};
  const std::unique_ptr<v1::RecordService::Stub> stub_ = v1::RecordService::NewStub(hosted_.channel());
};

TEST_F(RecordServiceTest, EveryPrefixGivesRowsThatTheRootProves) {
  for (int bits = 1; bits <= testing::kTestFetchBits; ++bits) {
    std::set<size_t> sizes;
    for (uint32_t value = 0; value < (1U << bits); ++value) {
      v1::FetchBucketResponse response;
      ASSERT_THAT(Fetch(Request(bits, value), &response), IsGrpcOk());
      ASSERT_EQ(response.rows_size(), 2);
      for (int i = 0; i < 2; ++i) {
        const crypto::Manifest& manifest = sealed_[static_cast<size_t>(i)].manifest;
        EXPECT_EQ(response.rows(i).dataset_id(), ToString(manifest.dataset_id)) << "not in the catalogue's order";
        EXPECT_THAT(crypto::VerifyRow(manifest.dataset_id, manifest.root, manifest.bucket_bits,
                                      manifest.rows_per_bucket, {bits, value}, AsBytes(response.rows(i).row())),
                    IsOk());
      }
      sizes.insert(response.ByteSizeLong());
    }
    EXPECT_EQ(sizes.size(), 1U) << "responses differ in length at " << bits << " bits";
  }
}

TEST_F(RecordServiceTest, RequestsAreChecked) {
  v1::FetchBucketRequest request = Request(3, 0);
  request.set_content_hash("short");
  EXPECT_THAT(Fetch(request), IsFieldError(Reason::kFieldLength, "content_hash"));
  EXPECT_THAT(Download("short", 0), IsFieldError(Reason::kFieldLength, "dataset_id"));
}

TEST_F(RecordServiceTest, StaleCatalogue) {
  v1::FetchBucketRequest request = Request(3, 0);
  request.set_content_hash(std::string(32, 'x'));
  EXPECT_THAT(Fetch(request), IsError(Reason::kStaleCatalogue));
}

TEST_F(RecordServiceTest, UnknownEpoch) {
  v1::FetchBucketRequest request = Request(3, 0);
  request.set_epoch_id(std::string(16, 'x'));
  EXPECT_THAT(Fetch(request), IsError(Reason::kUnknownEpoch));
}

TEST_F(RecordServiceTest, PrefixLongerThanAllowed) {
  for (const int bits : {4, 5, 24, 31}) EXPECT_THAT(Fetch(Request(bits, 0)), IsError(Reason::kBadPrefix)) << bits;
}

TEST_F(RecordServiceTest, PrefixWithStrayBits) {
  for (const auto& [bits, value] : std::vector<std::pair<int, uint32_t>>{{3, 8}, {1, 2}, {0, 1}, {3, 0x80000000U}}) {
    const grpc::Status status = Fetch(Request(bits, value));
    EXPECT_THAT(status, IsError(Reason::kBadPrefix)) << bits;
  }
}

TEST_F(RecordServiceTest, PrefixOfNoBitsIsTheWholeSet) {
  EXPECT_THAT(Fetch(Request(0, 0)), IsError(Reason::kPrefixTooShort));
}

TEST_F(RecordServiceTest, PrefixThatStandsForMoreThanTwoMebibytes) {
  Publish(files_.Seal(50000));  // 2.9 MB: 1.45 MB for one bit, 0.73 MB for two
  EXPECT_THAT(Fetch(Request(1, 0)), IsGrpcOk());
  Publish(files_.Seal(50000));
  EXPECT_THAT(Fetch(Request(1, 0)), IsError(Reason::kPrefixTooShort));
  EXPECT_THAT(Fetch(Request(2, 0)), IsGrpcOk());
}

TEST_F(RecordServiceTest, EpochOfOneBucketIsFetchedByNoBits) {
  files_.Write({{"bucket_bits: 4", "bucket_bits: 0"}, {"fetch_bits: 3", "fetch_bits: 0"}});
  content_ = LoadConfig(files_.config_path(), {.catalogue = true})->content;
  *content_.add_incidents() = testing::SampleNotice();
  Publish(files_.Seal(300, 0));
  v1::FetchBucketResponse response;
  ASSERT_THAT(Fetch(Request(0, 0), &response), IsGrpcOk());
  ASSERT_EQ(response.rows_size(), 1);
  EXPECT_EQ(response.rows(0).row().size(), sealed_.back().manifest.bucket_bytes());
  EXPECT_THAT(Fetch(Request(1, 0)), IsError(Reason::kBadPrefix));
}

TEST_F(RecordServiceTest, DatasetRetractedMeanwhileIsAStaleCatalogue) {
  SealedFile gone = files_.Seal(100);
  testing::AddDataset(gone, content_);
  publisher_.Serve(content_);
  EXPECT_THAT(Fetch(Request(3, 0)), IsError(Reason::kStaleCatalogue));
}

TEST_F(RecordServiceTest, DamageIsToldAndIsNoAnswer) {
  datasets_.damage = Error(Reason::kCorruptRecords, "A checksum differs.");
  EXPECT_THAT(Fetch(Request(3, 0)), IsError(Reason::kCorruptRecords));
  EXPECT_EQ(damage_told_, 1);
  EXPECT_THAT(Download(sealed_[0].id(), 0), IsError(Reason::kCorruptRecords));
  EXPECT_EQ(damage_told_, 2);
}

TEST_F(RecordServiceTest, StoreThatCouldNotBeOpened) {
  RecordServiceImpl service(publisher_, nullptr, readers_, door_, [] {});
  testing::Hosted hosted(service);
  const auto stub = v1::RecordService::NewStub(hosted.channel());
  Context context;
  v1::FetchBucketResponse response;
  EXPECT_THAT(stub->FetchBucket(&context, Request(3, 0), &response), IsError(Reason::kCorruptRecords));
  Context other;
  v1::DownloadDatasetRequest request;
  request.set_dataset_id(sealed_[0].id());
  EXPECT_THAT(stub->DownloadDataset(&other, request)->Finish(), IsError(Reason::kCorruptRecords));
}

TEST_F(RecordServiceTest, DownloadsTheFileInPieces) {
  Publish(files_.Seal(50000));
  std::string file;
  std::vector<size_t> sizes;
  ASSERT_THAT(Download(sealed_.back().id(), 0, &file, &sizes), IsGrpcOk());
  EXPECT_EQ(file, sealed_.back().file);
  for (const size_t size : sizes) EXPECT_LE(size, 256U << 10);
  EXPECT_GT(sizes.size(), 5U);
}

TEST_F(RecordServiceTest, DownloadResumesAtAnyOffset) {
  const std::string& whole = sealed_[0].file;
  for (const size_t offset : {size_t{1}, size_t{279}, whole.size() - 1, whole.size()}) {
    std::string rest;
    ASSERT_THAT(Download(sealed_[0].id(), offset, &rest), IsGrpcOk());
    EXPECT_EQ(rest, whole.substr(offset));
  }
  EXPECT_THAT(Download(sealed_[0].id(), whole.size() + 1), IsError(Reason::kBadOffset));
}

TEST_F(RecordServiceTest, OnlyWhatIsPublishedCanBeDownloaded) {
  const SealedFile installed = files_.Seal(100);
  datasets_.Add(installed);
  EXPECT_THAT(Download(installed.id(), 0), IsError(Reason::kUnknownDataset));
}

TEST_F(RecordServiceTest, RetractionEndsADownload) {
  int pieces = 0;
  datasets_.read_file = [&](uint64_t, size_t most) {
    if (++pieces == 3) {
      content_.clear_datasets();
      publisher_.Serve(content_);
    }
    return std::string(most, 'x');
  };
  std::vector<size_t> sizes;
  EXPECT_THAT(Download(sealed_[0].id(), 0, nullptr, &sizes), IsError(Reason::kUnknownDataset));
  EXPECT_EQ(sizes.size(), 3U);
}

TEST_F(RecordServiceTest, NothingIsReadForACallerWhoHasGone) {
  datasets_.read_file = [](uint64_t, size_t most) { return std::string(most, 'x'); };  // has no end
  Context context;
  v1::DownloadDatasetRequest request;
  request.set_dataset_id(sealed_[0].id());
  const auto reader = stub_->DownloadDataset(&context, request);
  v1::DownloadDatasetResponse piece;
  ASSERT_TRUE(reader->Read(&piece));
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  hosted_.Stop();  // would never return
}

TEST_F(RecordServiceTest, NobodyIsLetInWhenItStops) {
  gate_.Close({});
  EXPECT_THAT(Fetch(Request(3, 0)), IsError(Reason::kShuttingDown));
  EXPECT_THAT(Download(sealed_[0].id(), 0), IsError(Reason::kShuttingDown));
}

// Buckets of a question are read at once, much of anything waits for a reader.
TEST_F(RecordServiceTest, TooManyReadersAreToldWhenToComeBack) {
  for (int i = 0; i < 6; ++i) Publish(files_.Seal(2000));  // half of all: more than 256 KiB
  EXPECT_THAT(Fetch(Request(1, 0)), IsGrpcOk());
  WorkPool none(1, 0);
  RecordServiceImpl service(publisher_, &datasets_, none, door_, [] {});
  testing::Hosted hosted(service);
  const auto stub = v1::RecordService::NewStub(hosted.channel());
  const auto fetch = [&](int bits) {
    Context context;
    v1::FetchBucketResponse response;
    return stub->FetchBucket(&context, Request(bits, 0), &response);
  };
  EXPECT_THAT(fetch(3), IsGrpcOk());
  const grpc::Status status = fetch(1);
  EXPECT_THAT(status, IsError(Reason::kOverloaded));
  EXPECT_EQ(testing::Decode(status).retry_seconds, 1);
  Context other;
  v1::DownloadDatasetRequest request;
  request.set_dataset_id(sealed_[0].id());
  EXPECT_THAT(stub->DownloadDataset(&other, request)->Finish(), IsError(Reason::kOverloaded));
}

}  // namespace
}  // namespace exposure::server
