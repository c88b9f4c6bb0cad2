#include "client/seal/upload.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/core/channel.h"
#include "client/seal/dataset_file.h"
#include "exposure/v1/custodian_service.grpc.pb.h"

namespace exposure {
namespace {

constexpr size_t kChunk = 1 << 20;  // the most of custodian_service.proto

class GrpcCustodianClient final : public CustodianClient {
 public:
  GrpcCustodianClient(std::unique_ptr<Channels> channels, const std::shared_ptr<grpc::Channel>& channel)
      : channels_(std::move(channels)), stub_(v1::CustodianService::NewStub(channel)) {}

  absl::StatusOr<UploadResult> Upload(const std::string& path,
                                      const std::function<void(uint64_t, uint64_t)>& progress) override;
  absl::Status AbortUpload(const crypto::DatasetId& dataset_id) override;
  absl::StatusOr<uint64_t> Publish(const crypto::DatasetId& dataset_id,
                                   const std::optional<crypto::DatasetId>& replaces,
                                   const KeepingDates& dates) override;
  absl::StatusOr<ReceiptBytes> Retract(const crypto::DatasetId& dataset_id) override;
  absl::StatusOr<NoticeVersion> PublishNotice(const v1::Notice& notice) override;
  absl::StatusOr<NoticeVersion> UpdateNotice(const v1::Notice& notice) override;

 private:
  template <typename Request, typename Response>
  using Rpc = grpc::Status (v1::CustodianService::Stub::*)(grpc::ClientContext*, const Request&, Response*);

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(Rpc<Request, Response> rpc, const Request& request) {
    grpc::ClientContext context;
    RETURN_IF_ERROR(channels_->Prepare("", context));
    Response response;
    RETURN_IF_ERROR(channels_->Finish("", (stub_.get()->*rpc)(&context, request, &response)));
    return response;
  }

  absl::Status SendFrom(uint64_t offset, DatasetFile& file, const std::function<void(uint64_t, uint64_t)>& progress);

  const std::unique_ptr<Channels> channels_;
  const std::unique_ptr<v1::CustodianService::Stub> stub_;
};

absl::Status GrpcCustodianClient::SendFrom(uint64_t offset, DatasetFile& file,
                                           const std::function<void(uint64_t, uint64_t)>& progress) {
  while (offset < file.size()) {
    v1::UploadChunkRequest chunk;
    chunk.set_dataset_id(ToString(file.head().manifest.dataset_id));
    chunk.set_offset(offset);
    ASSIGN_OR_RETURN(*chunk.mutable_data(), file.Read(offset, std::min<uint64_t>(kChunk, file.size() - offset)));
    ASSIGN_OR_RETURN(const v1::UploadChunkResponse held, Call(&v1::CustodianService::Stub::UploadChunk, chunk));
    if (held.held() <= offset || held.held() > file.size()) {
      return Error(Reason::kBadResponse,
                   "the service says it holds what cannot be. Publish again; it goes on from there.");
    }
    offset = held.held();
    if (progress) progress(offset, file.size());
  }
  return absl::OkStatus();
}

absl::StatusOr<UploadResult> GrpcCustodianClient::Upload(const std::string& path,
                                                         const std::function<void(uint64_t, uint64_t)>& progress) {
  ASSIGN_OR_RETURN(DatasetFile file, DatasetFile::Open(path));
  v1::BeginUploadRequest begin;
  begin.set_manifest(ToString(file.head().manifest_bytes));
  begin.set_signature(ToString(file.head().signature));
  begin.set_details(file.head().details);
  ASSIGN_OR_RETURN(const v1::BeginUploadResponse begun, Call(&v1::CustodianService::Stub::BeginUpload, begin));
  const UploadResult result{.dataset_id = file.head().manifest.dataset_id, .published = begun.published()};
  if (begun.published()) return result;
  if (begun.size() != file.size() || begun.held() > file.size()) {
    return Error(Reason::kBadResponse, "the service expects a file of another length. Is it of another version?");
  }
  if (progress) progress(begun.held(), file.size());
  RETURN_IF_ERROR(SendFrom(begun.held(), file, progress));
  return result;
}

absl::Status GrpcCustodianClient::AbortUpload(const crypto::DatasetId& dataset_id) {
  v1::AbortUploadRequest request;
  request.set_dataset_id(ToString(dataset_id));
  return Call(&v1::CustodianService::Stub::AbortUpload, request).status();
}

absl::StatusOr<uint64_t> GrpcCustodianClient::Publish(const crypto::DatasetId& dataset_id,
                                                      const std::optional<crypto::DatasetId>& replaces,
                                                      const KeepingDates& dates) {
  v1::PublishDatasetRequest request;
  request.set_dataset_id(ToString(dataset_id));
  if (replaces) request.set_replaces(ToString(*replaces));
  request.set_review_at(dates.review_at);
  request.set_ends_at(dates.ends_at);
  ASSIGN_OR_RETURN(const v1::PublishDatasetResponse response,
                   Call(&v1::CustodianService::Stub::PublishDataset, request));
  return response.catalogue_version();
}

absl::StatusOr<ReceiptBytes> GrpcCustodianClient::Retract(const crypto::DatasetId& dataset_id) {
  v1::RetractDatasetRequest request;
  request.set_dataset_id(ToString(dataset_id));
  ASSIGN_OR_RETURN(const v1::RetractDatasetResponse response,
                   Call(&v1::CustodianService::Stub::RetractDataset, request));
  return ReceiptBytes{.receipt = response.receipt(), .signature = response.receipt_signature()};
}

absl::StatusOr<NoticeVersion> GrpcCustodianClient::PublishNotice(const v1::Notice& notice) {
  v1::PublishNoticeRequest request;
  *request.mutable_notice() = notice;
  ASSIGN_OR_RETURN(const v1::PublishNoticeResponse response, Call(&v1::CustodianService::Stub::PublishNotice, request));
  return NoticeVersion{.catalogue_version = response.catalogue_version(), .notice_version = 1};
}

absl::StatusOr<NoticeVersion> GrpcCustodianClient::UpdateNotice(const v1::Notice& notice) {
  v1::UpdateNoticeRequest request;
  *request.mutable_notice() = notice;
  ASSIGN_OR_RETURN(const v1::UpdateNoticeResponse response, Call(&v1::CustodianService::Stub::UpdateNotice, request));
  return NoticeVersion{.catalogue_version = response.catalogue_version(), .notice_version = response.notice_version()};
}

}  // namespace

absl::StatusOr<std::unique_ptr<CustodianClient>> CustodianClient::Connect(const TransportOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Channels> channels, Channels::Create(options));
  ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, channels->To(""));
  return std::make_unique<GrpcCustodianClient>(std::move(channels), channel);
}

}  // namespace exposure
