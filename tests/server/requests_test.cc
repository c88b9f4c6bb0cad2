#include "server/requests.h"

#include <functional>
#include <string>

#include "crypto/bodies.h"
#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using testing::HasReason;
using testing::IsOk;

std::string Bytes(size_t n) { return std::string(n, 'x'); }

// A valid request is taken; damaged in one field it is refused, naming that field and nothing that was sent.
template <typename Request>
void ExpectRefused(const Request& valid, const std::string& field, const std::function<void(Request&)>& damage,
                   Reason reason = Reason::kFieldLength) {
  ASSERT_THAT(CheckRequest(valid), IsOk());
  Request request = valid;
  damage(request);
  const absl::Status status = CheckRequest(request);
  EXPECT_THAT(status, HasReason(reason)) << field;
  EXPECT_EQ(FieldOf(status), field);
  EXPECT_EQ(std::string(status.message()).find("xx"), std::string::npos) << "echoes what was sent";
}

v1::EvaluateRequest ValidEvaluate() {
  v1::EvaluateRequest request;
  request.set_epoch_id(Bytes(16));
  request.set_blinded(Bytes(32));
  request.set_subject(Bytes(16));
  request.set_idempotency(Bytes(16));
  return request;
}

TEST(EvaluateRequestTest, EpochId) {
  for (const size_t n : {0, 15, 17}) {
    ExpectRefused<v1::EvaluateRequest>(ValidEvaluate(), "epoch_id", [n](auto& r) { r.set_epoch_id(Bytes(n)); });
  }
}

TEST(EvaluateRequestTest, Subject) {
  for (const size_t n : {0, 15, 17}) {
    ExpectRefused<v1::EvaluateRequest>(ValidEvaluate(), "subject", [n](auto& r) { r.set_subject(Bytes(n)); });
  }
}

TEST(EvaluateRequestTest, Idempotency) {
  for (const size_t n : {0, 15, 17}) {
    ExpectRefused<v1::EvaluateRequest>(ValidEvaluate(), "idempotency", [n](auto& r) { r.set_idempotency(Bytes(n)); });
  }
}

TEST(EvaluateRequestTest, Upload) {
  for (const size_t n : {1, 15, 17}) {
    ExpectRefused<v1::EvaluateRequest>(ValidEvaluate(), "upload", [n](auto& r) { r.set_upload(Bytes(n)); });
  }
}

v1::FetchBucketRequest ValidFetch() {
  v1::FetchBucketRequest request;
  request.set_content_hash(Bytes(32));
  request.set_epoch_id(Bytes(16));
  request.set_prefix(Bytes(5));
  return request;
}

TEST(FetchBucketRequestTest, ContentHash) {
  for (const size_t n : {0, 31, 33}) {
    ExpectRefused<v1::FetchBucketRequest>(ValidFetch(), "content_hash", [n](auto& r) { r.set_content_hash(Bytes(n)); });
  }
}

TEST(FetchBucketRequestTest, EpochId) {
  for (const size_t n : {0, 15, 17}) {
    ExpectRefused<v1::FetchBucketRequest>(ValidFetch(), "epoch_id", [n](auto& r) { r.set_epoch_id(Bytes(n)); });
  }
}

TEST(FetchBucketRequestTest, Prefix) {
  for (const size_t n : {0, 4, 6}) {
    ExpectRefused<v1::FetchBucketRequest>(ValidFetch(), "prefix", [n](auto& r) { r.set_prefix(Bytes(n)); });
  }
  ExpectRefused<v1::FetchBucketRequest>(ValidFetch(), "prefix", [](auto& r) { r.clear_selector(); });
}

template <typename Request>
Request WithId() {
  Request request;
  request.set_dataset_id(Bytes(16));
  return request;
}

TEST(DatasetIdTest, IsRefusedEverywhere) {
  v1::UploadChunkRequest chunk = WithId<v1::UploadChunkRequest>();
  chunk.set_data(Bytes(1));
  for (const size_t n : {0, 15, 17}) {
    const auto damage = [n](auto& r) { r.set_dataset_id(Bytes(n)); };
    ExpectRefused<v1::DownloadDatasetRequest>(WithId<v1::DownloadDatasetRequest>(), "dataset_id", damage);
    ExpectRefused<v1::UploadChunkRequest>(chunk, "dataset_id", damage);
    ExpectRefused<v1::AbortUploadRequest>(WithId<v1::AbortUploadRequest>(), "dataset_id", damage);
    ExpectRefused<v1::PublishDatasetRequest>(WithId<v1::PublishDatasetRequest>(), "dataset_id", damage);
    ExpectRefused<v1::RetractDatasetRequest>(WithId<v1::RetractDatasetRequest>(), "dataset_id", damage);
  }
}

TEST(UploadChunkRequestTest, Data) {
  v1::UploadChunkRequest most = WithId<v1::UploadChunkRequest>();
  most.set_data(Bytes(kMaxChunk));
  ExpectRefused<v1::UploadChunkRequest>(most, "data", [](auto& r) { r.set_data(Bytes(kMaxChunk + 1)); });
  ExpectRefused<v1::UploadChunkRequest>(most, "data", [](auto& r) { r.clear_data(); });
}

TEST(PublishDatasetRequestTest, Replaces) {
  v1::PublishDatasetRequest replacing = WithId<v1::PublishDatasetRequest>();
  replacing.set_replaces(Bytes(16));
  for (const size_t n : {1, 15, 17}) {
    ExpectRefused<v1::PublishDatasetRequest>(replacing, "replaces", [n](auto& r) { r.set_replaces(Bytes(n)); });
  }
  EXPECT_THAT(CheckRequest(WithId<v1::PublishDatasetRequest>()), IsOk());
}

v1::BeginUploadRequest ValidBegin() {
  v1::BeginUploadRequest request;
  request.set_manifest(Bytes(crypto::kManifestSize));
  request.set_signature(Bytes(64));
  request.set_details(Bytes(64 << 10));
  return request;
}

TEST(BeginUploadRequestTest, Manifest) {
  for (const size_t n : {0, 215, 217}) {
    ExpectRefused<v1::BeginUploadRequest>(ValidBegin(), "manifest", [n](auto& r) { r.set_manifest(Bytes(n)); });
  }
}

TEST(BeginUploadRequestTest, Signature) {
  for (const size_t n : {0, 63, 65}) {
    ExpectRefused<v1::BeginUploadRequest>(ValidBegin(), "signature", [n](auto& r) { r.set_signature(Bytes(n)); });
  }
}

TEST(BeginUploadRequestTest, Details) {
  ExpectRefused<v1::BeginUploadRequest>(ValidBegin(), "details", [](auto& r) { r.set_details(Bytes((64 << 10) + 1)); });
}

TEST(NoticeRequestsTest, Notice) {
  v1::PublishNoticeRequest publish;
  publish.mutable_notice();
  v1::UpdateNoticeRequest update;
  update.mutable_notice();
  const auto damage = [](auto& r) { r.clear_notice(); };
  ExpectRefused<v1::PublishNoticeRequest>(publish, "notice", damage, Reason::kBadNotice);
  ExpectRefused<v1::UpdateNoticeRequest>(update, "notice", damage, Reason::kBadNotice);
}

}  // namespace
}  // namespace exposure::server
