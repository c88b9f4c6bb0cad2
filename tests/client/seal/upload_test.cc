#include "client/seal/upload.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "crypto/dataset.h"
#include "crypto/signature.h"
#include "exposure/v1/custodian_service.grpc.pb.h"
#include "exposure/v1/dataset.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using testing::IsOk;
using testing::TempDir;

// As the service sends errors: ErrorInfo in the trailers.
grpc::Status Refusal(grpc::StatusCode code, const std::string& reason) {
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("exposure.v1");
  google::rpc::Status status;
  status.set_code(code);
  status.set_message("refused");
  status.add_details()->PackFrom(info);
  return grpc::Status(code, "refused", status.SerializeAsString());
}

// Keeps what it is sent, and notes the calls.
class Keeper final : public v1::CustodianService::Service {
 public:
  grpc::Status BeginUpload(grpc::ServerContext*, const v1::BeginUploadRequest* request,
                           v1::BeginUploadResponse* response) override {
    const std::lock_guard<std::mutex> lock(mutex);
    calls.push_back("begin");
    begun = *request;
    response->set_held(held.size());
    response->set_size(size);
    response->set_published(published);
    return next();
  }
  grpc::Status UploadChunk(grpc::ServerContext*, const v1::UploadChunkRequest* request,
                           v1::UploadChunkResponse* response) override {
    const std::lock_guard<std::mutex> lock(mutex);
    calls.push_back(absl::StrCat("chunk ", request->offset(), "+", request->data().size()));
    if (grpc::Status status = next(); !status.ok()) return status;
    held.resize(request->offset());
    held += request->data().substr(0, most);
    response->set_held(held.size() + lie);
    return grpc::Status::OK;
  }
  grpc::Status AbortUpload(grpc::ServerContext*, const v1::AbortUploadRequest* request,
                           v1::AbortUploadResponse*) override {
    const std::lock_guard<std::mutex> lock(mutex);
    calls.push_back("abort " + ToHex(AsBytes(request->dataset_id())));
    return next();
  }
  grpc::Status PublishDataset(grpc::ServerContext*, const v1::PublishDatasetRequest* request,
                              v1::PublishDatasetResponse* response) override {
    const std::lock_guard<std::mutex> lock(mutex);
    calls.push_back(
        absl::StrCat("publish ", ToHex(AsBytes(request->dataset_id())), " ", ToHex(AsBytes(request->replaces()))));
    response->set_catalogue_version(7);
    return next();
  }
  grpc::Status RetractDataset(grpc::ServerContext*, const v1::RetractDatasetRequest* request,
                              v1::RetractDatasetResponse* response) override {
    const std::lock_guard<std::mutex> lock(mutex);
    calls.push_back("retract " + ToHex(AsBytes(request->dataset_id())));
    response->set_receipt("a receipt");
    response->set_receipt_signature("its signature");
    return next();
  }
  grpc::Status PublishNotice(grpc::ServerContext*, const v1::PublishNoticeRequest* request,
                             v1::PublishNoticeResponse* response) override {
    const std::lock_guard<std::mutex> lock(mutex);
    calls.push_back("notice " + request->notice().incident_id());
    response->set_catalogue_version(9);
    return next();
  }
  grpc::Status UpdateNotice(grpc::ServerContext*, const v1::UpdateNoticeRequest* request,
                            v1::UpdateNoticeResponse* response) override {
    const std::lock_guard<std::mutex> lock(mutex);
    calls.push_back(absl::StrCat("update ", request->notice().version()));
    response->set_catalogue_version(10);
    response->set_notice_version(request->notice().version() + 1);
    return next();
  }

  std::mutex mutex;
  std::vector<std::string> calls;
  std::vector<grpc::Status> refusals;  // what the next calls answer
  v1::BeginUploadRequest begun;
  std::string held;
  uint64_t size = 0;
  size_t most = std::string::npos;  // bytes of a chunk that are kept
  int64_t lie = 0;                  // added to what it says it holds
  bool published = false;

 private:
  grpc::Status next() {
    if (refusals.empty()) return grpc::Status::OK;
    grpc::Status status = refusals.front();
    refusals.erase(refusals.begin());
    return status;
  }
};

class UploadTest : public ::testing::Test {
 protected:
  UploadTest() {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    client_ = CustodianClient::Connect({.server = absl::StrCat("127.0.0.1:", port)}).value();
    file_ = MakeFile();
    service_.size = file_.size();
    EXPECT_THAT(WriteFileAtomically(path_, file_, 0600), IsOk());
  }

  // A sealed dataset of more than two chunks: 2^11 buckets of 24 rows.
  std::string MakeFile() {
    v1::DatasetDetails details;
    details.set_incident_id("met-2023-supplier");
    details_ = details.SerializeAsString();
    crypto::Manifest manifest;
    manifest.dataset_id = crypto::DeriveDatasetId(manifest.epoch_id, manifest.salt);
    manifest.bucket_bits = 11;
    manifest.rows_per_bucket = 24;
    manifest.records = manifest.rows_indexed = manifest.rows_read = 30000;
    manifest.details_hash = crypto::DetailsHash(AsBytes(details_));
    id_ = manifest.dataset_id;
    const auto bytes = crypto::Encode(manifest);
    std::string file =
        crypto::EncodeDatasetHead(bytes, crypto::SigningKey::Generate().Sign(crypto::kManifestLabel, bytes), details_);
    const size_t size = file.size() + manifest.buckets() * manifest.bucket_bytes();
    while (file.size() < size) file.push_back(static_cast<char>(file.size() * 7919 >> 8));
    return file;
  }

  const TempDir dir_;
  const std::string path_ = dir_ / "out.dataset";
  Keeper service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<CustodianClient> client_;
  std::string details_;
  std::string file_;
  crypto::DatasetId id_{};
};

TEST_F(UploadTest, SendsTheWholeFileInChunksOfAMebibyte) {
  std::vector<uint64_t> sent;
  ASSERT_OK_AND_ASSIGN(const UploadResult result,
                       client_->Upload(path_, [&](uint64_t n, uint64_t) { sent.push_back(n); }));
  EXPECT_EQ(result.dataset_id, id_);
  EXPECT_FALSE(result.published);
  EXPECT_TRUE(service_.held == file_);
  EXPECT_EQ(service_.begun.manifest(), file_.substr(12, 216));
  EXPECT_EQ(service_.begun.signature(), file_.substr(228, 64));
  EXPECT_EQ(service_.begun.details(), details_);
  EXPECT_THAT(service_.calls, ElementsAre("begin", "chunk 0+1048576", "chunk 1048576+1048576",
                                          absl::StrCat("chunk 2097152+", file_.size() - 2097152)));
  EXPECT_THAT(sent, ElementsAre(0, 1048576, 2097152, file_.size()));
}

TEST_F(UploadTest, GoesOnFromWhatIsHeld) {
  service_.held = file_.substr(0, 2000000);
  ASSERT_THAT(client_->Upload(path_, nullptr), IsOk());
  EXPECT_THAT(service_.calls, ElementsAre("begin", absl::StrCat("chunk 2000000+", file_.size() - 2000000)));
  EXPECT_TRUE(service_.held == file_);
}

TEST_F(UploadTest, SendsAgainWhatWasNotKept) {
  service_.most = 700000;
  ASSERT_THAT(client_->Upload(path_, nullptr), IsOk());
  EXPECT_TRUE(service_.held == file_);
}

TEST_F(UploadTest, SendsNothingOfWhatIsPublished) {
  service_.published = true;
  ASSERT_OK_AND_ASSIGN(const UploadResult result, client_->Upload(path_, nullptr));
  EXPECT_TRUE(result.published);
  EXPECT_THAT(service_.calls, ElementsAre("begin"));
}

TEST_F(UploadTest, AChunkIsSentAgainWhenTheServiceIsAwayForAMoment) {
  service_.refusals = {grpc::Status::OK, Refusal(grpc::StatusCode::UNAVAILABLE, "SHUTTING_DOWN")};
  ASSERT_THAT(client_->Upload(path_, nullptr), IsOk());
  EXPECT_TRUE(service_.held == file_);
  EXPECT_EQ(std::count(service_.calls.begin(), service_.calls.end(), "chunk 0+1048576"), 2);
}

TEST_F(UploadTest, ErrorsCarryTheReasonOfTheService) {
  service_.refusals = {Refusal(grpc::StatusCode::PERMISSION_DENIED, "WRONG_FORCE")};
  EXPECT_THAT(client_->Upload(path_, nullptr), HasReason(Reason::kWrongForce));
  service_.refusals = {grpc::Status::OK, Refusal(grpc::StatusCode::ABORTED, "UPLOAD_DIFFERS")};
  EXPECT_THAT(client_->Upload(path_, nullptr), HasReason(Reason::kUploadDiffers));
}

TEST_F(UploadTest, AServiceThatCountsWronglyEndsTheUpload) {
  service_.lie = 1 << 30;
  EXPECT_THAT(client_->Upload(path_, nullptr), HasReason(Reason::kBadResponse));
  service_.held.clear();
  service_.lie = -(1 << 20);
  EXPECT_THAT(client_->Upload(path_, nullptr), HasReason(Reason::kBadResponse));
  service_.lie = 0;
  service_.size += 1;
  EXPECT_THAT(client_->Upload(path_, nullptr), HasReason(Reason::kBadResponse));
}

TEST_F(UploadTest, AFileThatIsNotWholeIsNotSent) {
  EXPECT_THAT(client_->Upload(dir_ / "missing", nullptr), HasReason(Reason::kFileError));
  for (const std::string& bad : {file_.substr(0, file_.size() - 1), file_ + "x", file_.substr(0, 100), std::string()}) {
    ASSERT_THAT(WriteFileAtomically(path_, bad, 0600), IsOk());
    EXPECT_THAT(client_->Upload(path_, nullptr), HasReason(Reason::kBadDataset));
  }
  EXPECT_THAT(service_.calls, ::testing::IsEmpty());
}

TEST_F(UploadTest, PublishesReplacesRetractsAndAborts) {
  crypto::DatasetId old{};
  old[0] = 0xAB;
  EXPECT_EQ(client_->Publish(id_, std::nullopt, {}).value(), 7u);
  EXPECT_EQ(client_->Publish(id_, old, {.review_at = 5, .ends_at = 9}).value(), 7u);
  ASSERT_OK_AND_ASSIGN(const ReceiptBytes receipt, client_->Retract(id_));
  EXPECT_EQ(receipt.receipt, "a receipt");
  EXPECT_EQ(receipt.signature, "its signature");
  EXPECT_THAT(client_->AbortUpload(id_), IsOk());
  EXPECT_THAT(service_.calls, ElementsAre("publish " + ToHex(id_) + " ", "publish " + ToHex(id_) + " " + ToHex(old),
                                          "retract " + ToHex(id_), "abort " + ToHex(id_)));
}

TEST_F(UploadTest, PublishesAndUpdatesNoticesOnceOnly) {
  v1::Notice notice;
  notice.set_incident_id("met-2023-supplier");
  notice.set_version(4);
  EXPECT_EQ(client_->PublishNotice(notice).value().catalogue_version, 9u);
  ASSERT_OK_AND_ASSIGN(const NoticeVersion updated, client_->UpdateNotice(notice));
  EXPECT_EQ(updated.catalogue_version, 10u);
  EXPECT_EQ(updated.notice_version, 5u);
  service_.refusals = {Refusal(grpc::StatusCode::UNAVAILABLE, "SHUTTING_DOWN")};
  EXPECT_THAT(client_->PublishNotice(notice), HasReason(Reason::kShuttingDown));
  EXPECT_THAT(service_.calls, ElementsAre("notice met-2023-supplier", "update 4", "notice met-2023-supplier"));
}

TEST_F(UploadTest, AnEmptyAddressIsRefused) { EXPECT_THAT(CustodianClient::Connect({}), HasReason(Reason::kBadUsage)); }

}  // namespace
}  // namespace exposure
