#include "tests/support/service_client.h"

#include "tests/support/channel.h"
#include "tests/support/rich_error.h"
#include "tests/support/status_matchers.h"

namespace exposure::testing {

ServiceClient::ServiceClient(const std::string& address, const ServiceFiles& files)
    : ServiceClient(Connect(address), files) {}

ServiceClient::ServiceClient(std::shared_ptr<grpc::Channel> channel, const ServiceFiles& files)
    : files_(files), channel_(std::move(channel)) {}

grpc::Status ServiceClient::Catalogue(v1::GetCatalogueResponse* response) const {
  Context context;
  return v1::CatalogueService::NewStub(channel_)->GetCatalogue(&context, {}, response);
}

crypto::SignedCatalogue ServiceClient::CheckedCatalogue() const {
  v1::GetCatalogueResponse response;
  EXPECT_THAT(Catalogue(&response), IsGrpcOk());
  crypto::SignedCatalogue catalogue{response.header(), response.signature(), response.content(), response.delegation(),
                                    response.delegation_signature()};
  EXPECT_THAT(crypto::CheckSignatures(catalogue, files_.root().public_key()), IsOk());
  return catalogue;
}

grpc::Status ServiceClient::PublishNotice(const v1::Notice& notice) const {
  Context context;
  v1::PublishNoticeRequest request;
  *request.mutable_notice() = notice;
  v1::PublishNoticeResponse response;
  return v1::CustodianService::NewStub(channel_)->PublishNotice(&context, request, &response);
}

grpc::Status ServiceClient::Upload(const SealedFile& sealed, size_t chunk) const {
  const auto stub = v1::CustodianService::NewStub(channel_);
  v1::BeginUploadRequest begin;
  begin.set_manifest(sealed.manifest_bytes);
  begin.set_signature(sealed.signature);
  begin.set_details(sealed.details);
  v1::BeginUploadResponse begun;
  Context begin_context;
  grpc::Status status = stub->BeginUpload(&begin_context, begin, &begun);
  EXPECT_TRUE(!status.ok() || begun.size() == sealed.file.size());
  for (uint64_t held = begun.held(); status.ok() && held < sealed.file.size();) {
    v1::UploadChunkRequest request;
    request.set_dataset_id(sealed.id());
    request.set_offset(held);
    request.set_data(sealed.file.substr(held, chunk));
    v1::UploadChunkResponse response;
    Context context;
    status = stub->UploadChunk(&context, request, &response);
    held = response.held();
  }
  return status;
}

grpc::Status ServiceClient::Publish(const SealedFile& sealed) const {
  Context context;
  v1::PublishDatasetRequest request;
  request.set_dataset_id(sealed.id());
  v1::PublishDatasetResponse response;
  return v1::CustodianService::NewStub(channel_)->PublishDataset(&context, request, &response);
}

grpc::Status ServiceClient::Retract(const SealedFile& sealed) const {
  Context context;
  v1::RetractDatasetRequest request;
  request.set_dataset_id(sealed.id());
  v1::RetractDatasetResponse response;
  return v1::CustodianService::NewStub(channel_)->RetractDataset(&context, request, &response);
}

SealedFile ServiceClient::PublishSample(size_t records) const {
  EXPECT_THAT(PublishNotice(), IsGrpcOk());
  SealedFile sealed = files_.Seal(records);
  EXPECT_THAT(Upload(sealed), IsGrpcOk());
  EXPECT_THAT(Publish(sealed), IsGrpcOk());
  return sealed;
}

v1::FetchBucketRequest ServiceClient::FetchRequest(const crypto::Prefix& prefix) const {
  v1::FetchBucketRequest request;
  request.set_content_hash(CheckedCatalogue().header.substr(64, 32));
  request.set_epoch_id(ToString(files_.epoch_id()));
  request.set_prefix(ToString(crypto::EncodePrefix(prefix)));
  return request;
}

grpc::Status ServiceClient::Fetch(const v1::FetchBucketRequest& request, v1::FetchBucketResponse* response) const {
  Context context;
  return v1::RecordService::NewStub(channel_)->FetchBucket(&context, request, response);
}

grpc::Status ServiceClient::Evaluate(const std::string& blinded) const {
  Context context;
  v1::EvaluateRequest request;
  request.set_epoch_id(ToString(files_.epoch_id()));
  request.set_blinded(blinded);
  request.set_subject(std::string(16, 's'));
  request.set_idempotency(std::string(16, 'i'));
  v1::EvaluateResponse response;
  return v1::EvaluationService::NewStub(channel_)->Evaluate(&context, request, &response);
}

grpc::Status ServiceClient::Evaluate() const {
  return Evaluate(ToString(crypto::Element::HashFrom(AsBytes("point"))->bytes()));
}

ServiceClient::Serving::ServingStatus ServiceClient::Health(const std::string& service) const {
  Context context;
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  Serving response;
  const grpc::Status status = grpc::health::v1::Health::NewStub(channel_)->Check(&context, request, &response);
  return status.ok() ? response.status() : Serving::SERVICE_UNKNOWN;
}

}  // namespace exposure::testing
