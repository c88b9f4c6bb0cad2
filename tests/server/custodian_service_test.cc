#include "server/custodian_service.h"

#include <memory>

#include "tests/support/fakes.h"
#include "tests/support/hosted_service.h"
#include "tests/support/rich_error.h"
#include "tests/support/temp_dir.h"

namespace exposure::server {
namespace {

using testing::Context;
using testing::IsError;
using testing::IsFieldError;
using testing::IsGrpcOk;

constexpr char kIdHex[] = "61616161616161616161616161616161";

std::string Id() { return std::string(16, 'a'); }

v1::PublishNoticeRequest NoticeRequest() {
  v1::PublishNoticeRequest request;
  request.mutable_notice()->set_incident_id("met-2023-supplier");
  return request;
}

class CustodianServiceTest : public ::testing::Test {
 protected:
  explicit CustodianServiceTest(bool records_usable = true)
      : service_(publisher_, records_usable, auditor_, writer_, door_),
        hosted_(service_),
        stub_(v1::CustodianService::NewStub(hosted_.channel())) {}

  grpc::Status Begin(size_t manifest = 216) {
    v1::BeginUploadRequest request;
    request.set_manifest(std::string(manifest, 'm'));
    request.set_signature(std::string(64, 's'));
    request.set_details("details");
    return stub_->BeginUpload(&context_, request, &begun_);
  }
  grpc::Status Chunk(const std::string& id, uint64_t offset, const std::string& data) {
    Context context;
    v1::UploadChunkRequest request;
    request.set_dataset_id(id);
    request.set_offset(offset);
    request.set_data(data);
    v1::UploadChunkResponse response;
    grpc::Status status = stub_->UploadChunk(&context, request, &response);
    EXPECT_EQ(response.held(), status.ok() ? 33U : 0U);
    return status;
  }
  grpc::Status Publish(const std::string& id, const std::string& replaces) {
    Context context;
    v1::PublishDatasetRequest request;
    request.set_dataset_id(id);
    request.set_replaces(replaces);
    v1::PublishDatasetResponse response;
    grpc::Status status = stub_->PublishDataset(&context, request, &response);
    EXPECT_EQ(response.catalogue_version(), status.ok() ? 7U : 0U);
    return status;
  }
  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (v1::CustodianService::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    Context context;
    return (stub_.get()->*method)(&context, request, response);
  }

  testing::FakePublisher publisher_;
  testing::TempDir dir_;
  Auditor auditor_{storage::AuditLog::Open(dir_ / "audit", storage::SystemClock()).value(), storage::SystemClock()};
  WorkPool writer_{1, 10};
  CallGate gate_;
  Door door_{gate_};
  CustodianServiceImpl service_;
  testing::Hosted hosted_;
  const std::unique_ptr<v1::CustodianService::Stub> stub_;
  Context context_;
  v1::BeginUploadResponse begun_;
};

TEST_F(CustodianServiceTest, BeginUpload) {
  ASSERT_THAT(Begin(), IsGrpcOk());
  EXPECT_EQ(begun_.held(), 11U);
  EXPECT_EQ(begun_.size(), 22U);
  EXPECT_TRUE(begun_.published());
  EXPECT_EQ(publisher_.calls, std::vector<std::string>{"begin 216 64 details"});
}

TEST_F(CustodianServiceTest, UploadChunk) {
  ASSERT_THAT(Chunk(Id(), 5, "bytes"), IsGrpcOk());
  EXPECT_EQ(publisher_.calls, std::vector<std::string>{std::string("append ") + kIdHex + " 5 bytes"});
}

TEST_F(CustodianServiceTest, AbortUpload) {
  v1::AbortUploadRequest request;
  request.set_dataset_id(Id());
  v1::AbortUploadResponse response;
  ASSERT_THAT(Call(&v1::CustodianService::Stub::AbortUpload, request, &response), IsGrpcOk());
  EXPECT_EQ(publisher_.calls, std::vector<std::string>{std::string("abort ") + kIdHex});
}

TEST_F(CustodianServiceTest, PublishDataset) {
  ASSERT_THAT(Publish(Id(), ""), IsGrpcOk());
  ASSERT_THAT(Publish(Id(), Id()), IsGrpcOk());
  EXPECT_EQ(publisher_.calls, (std::vector<std::string>{std::string("publish ") + kIdHex,
                                                        std::string("publish ") + kIdHex + " for " + kIdHex}));
}

TEST_F(CustodianServiceTest, PublishDatasetWithDates) {
  v1::PublishDatasetRequest request;
  request.set_dataset_id(Id());
  request.set_review_at(1'800'000'000);
  request.set_ends_at(1'900'000'000);
  v1::PublishDatasetResponse response;
  ASSERT_THAT(Call(&v1::CustodianService::Stub::PublishDataset, request, &response), IsGrpcOk());
  EXPECT_EQ(publisher_.calls,
            std::vector<std::string>{std::string("publish ") + kIdHex + " kept 1800000000 to 1900000000"});
}

TEST_F(CustodianServiceTest, RetractDataset) {
  v1::RetractDatasetRequest request;
  request.set_dataset_id(Id());
  v1::RetractDatasetResponse response;
  ASSERT_THAT(Call(&v1::CustodianService::Stub::RetractDataset, request, &response), IsGrpcOk());
  EXPECT_EQ(response.catalogue_version(), 7U);
  const auto receipt = crypto::DecodeReceipt(AsBytes(response.receipt()));
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(ToHex(receipt->dataset_id), kIdHex);
  EXPECT_EQ(receipt->catalogue_version, 7U);
  EXPECT_EQ(response.receipt_signature(), std::string(64, 3));
  EXPECT_EQ(publisher_.calls, std::vector<std::string>{std::string("retract ") + kIdHex});
}

TEST_F(CustodianServiceTest, PublishNotice) {
  v1::PublishNoticeResponse response;
  ASSERT_THAT(Call(&v1::CustodianService::Stub::PublishNotice, NoticeRequest(), &response), IsGrpcOk());
  EXPECT_EQ(response.catalogue_version(), 7U);
  EXPECT_EQ(publisher_.calls, std::vector<std::string>{"publish notice met-2023-supplier"});
}

TEST_F(CustodianServiceTest, UpdateNotice) {
  v1::UpdateNoticeRequest request;
  *request.mutable_notice() = NoticeRequest().notice();
  request.mutable_notice()->set_version(4);
  v1::UpdateNoticeResponse response;
  ASSERT_THAT(Call(&v1::CustodianService::Stub::UpdateNotice, request, &response), IsGrpcOk());
  EXPECT_EQ(response.catalogue_version(), 7U);
  EXPECT_EQ(response.notice_version(), 5U);
  EXPECT_EQ(publisher_.calls, std::vector<std::string>{"update notice met-2023-supplier of 4"});
}

TEST_F(CustodianServiceTest, RequestsAreCheckedBeforeAnythingIsDone) {
  EXPECT_THAT(Begin(215), IsFieldError(Reason::kFieldLength, "manifest"));
  EXPECT_THAT(Chunk(Id(), 0, ""), IsFieldError(Reason::kFieldLength, "data"));
  EXPECT_THAT(Publish("short", ""), IsFieldError(Reason::kFieldLength, "dataset_id"));
  v1::PublishNoticeResponse response;
  EXPECT_THAT(Call(&v1::CustodianService::Stub::PublishNotice, v1::PublishNoticeRequest(), &response),
              IsFieldError(Reason::kBadNotice, "notice"));
  EXPECT_TRUE(publisher_.calls.empty());
}

TEST_F(CustodianServiceTest, ErrorsOfStorageReachTheCaller) {
  publisher_.result = Error(Reason::kUploadDiffers, "Different.");
  EXPECT_THAT(Chunk(Id(), 0, "bytes"), IsError(Reason::kUploadDiffers));
  publisher_.result = Error(Reason::kDiskFull, "Full.");
  EXPECT_THAT(Publish(Id(), ""), IsError(Reason::kDiskFull));
  publisher_.result = FieldError(Reason::kBadNotice, "notice.title.en", "is missing.");
  v1::PublishNoticeResponse response;
  EXPECT_THAT(Call(&v1::CustodianService::Stub::PublishNotice, NoticeRequest(), &response),
              IsFieldError(Reason::kBadNotice, "notice.title.en"));
}

class DamagedCustodianServiceTest : public CustodianServiceTest {
 protected:
  DamagedCustodianServiceTest() : CustodianServiceTest(false) {}
};

TEST_F(DamagedCustodianServiceTest, OnlyNoticesCanBeChanged) {
  EXPECT_THAT(Begin(), IsError(Reason::kCorruptRecords));
  EXPECT_THAT(Chunk(Id(), 0, "bytes"), IsError(Reason::kCorruptRecords));
  EXPECT_THAT(Publish(Id(), ""), IsError(Reason::kCorruptRecords));
  EXPECT_TRUE(publisher_.calls.empty());
  v1::PublishNoticeResponse response;
  EXPECT_THAT(Call(&v1::CustodianService::Stub::PublishNotice, NoticeRequest(), &response), IsGrpcOk());
}

}  // namespace
}  // namespace exposure::server
