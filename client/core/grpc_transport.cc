#include <grpcpp/grpcpp.h>

#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "base/status_macros.h"
#include "client/core/channel.h"
#include "client/core/overload.h"
#include "client/core/transport.h"
#include "crypto/group.h"
#include "exposure/v1/catalogue_service.grpc.pb.h"
#include "exposure/v1/evaluation_service.grpc.pb.h"
#include "exposure/v1/record_service.grpc.pb.h"
#include "proto/rules/catalogue_message.h"

namespace exposure {
namespace {

constexpr size_t kMostOfQuestion = 16 * crypto::kElementSize;  // bytes; the service has another lane for more
constexpr absl::Duration kPatienceOfBatch = absl::Minutes(10);

class GrpcTransport final : public Transport {
 public:
  GrpcTransport(std::unique_ptr<Channels> channels, absl::Duration patience)
      : channels_(std::move(channels)), patience_(patience) {}

  absl::StatusOr<crypto::SignedCatalogue> GetCatalogue() override {
    v1::GetCatalogueResponse response;
    RETURN_IF_ERROR(
        Call<v1::CatalogueService>("", &v1::CatalogueService::Stub::GetCatalogue, v1::GetCatalogueRequest(), response));
    return FromMessage(std::move(response));
  }

  absl::StatusOr<std::vector<std::string>> GetCatalogueHeaders(uint64_t after_version) override {
    v1::GetCatalogueHeadersRequest request;
    request.set_after_version(after_version);
    v1::GetCatalogueHeadersResponse response;
    RETURN_IF_ERROR(
        Call<v1::CatalogueService>("", &v1::CatalogueService::Stub::GetCatalogueHeaders, request, response));
    return std::vector<std::string>(response.headers().begin(), response.headers().end());
  }

  absl::StatusOr<v1::EvaluateResponse> Evaluate(const std::string& address,
                                                const v1::EvaluateRequest& request) override {
    v1::EvaluateResponse response;
    const bool is_batch = request.blinded().size() > kMostOfQuestion;
    RETURN_IF_ERROR(WhileOverloaded(is_batch ? kPatienceOfBatch : patience_, [&] {
      return Call<v1::EvaluationService>(address, &v1::EvaluationService::Stub::Evaluate, request, response);
    }));
    return response;
  }

  absl::StatusOr<v1::RequestGrantResponse> RequestGrant(const std::string& address,
                                                        const v1::RequestGrantRequest& request) override {
    v1::RequestGrantResponse response;
    RETURN_IF_ERROR(
        Call<v1::EvaluationService>(address, &v1::EvaluationService::Stub::RequestGrant, request, response));
    return response;
  }

  absl::StatusOr<v1::FetchBucketResponse> FetchBucket(const v1::FetchBucketRequest& request) override {
    v1::FetchBucketResponse response;
    RETURN_IF_ERROR(Call<v1::RecordService>("", &v1::RecordService::Stub::FetchBucket, request, response));
    return response;
  }

  // The deadline is one of silence: a call that ends after it brought something is followed by another from there on.
  absl::Status DownloadDataset(BytesView dataset_id, uint64_t offset,
                               absl::FunctionRef<absl::Status(std::string_view)> sink) override {
    for (;;) {
      const uint64_t before = offset;
      bool refused = false;
      const absl::Status status = DownloadOnce(dataset_id, offset, refused, sink);
      const bool broken = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
      if (refused || !broken || offset == before) return status;
    }
  }

 private:
  absl::Status DownloadOnce(BytesView dataset_id, uint64_t& offset, bool& refused,
                            absl::FunctionRef<absl::Status(std::string_view)> sink) {
    ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, channels_->To(""));
    const std::unique_ptr<v1::RecordService::Stub> stub = v1::RecordService::NewStub(channel);
    grpc::ClientContext context;
    RETURN_IF_ERROR(channels_->Prepare("", context));
    v1::DownloadDatasetRequest request;
    request.set_dataset_id(ToString(dataset_id));
    request.set_offset(offset);
    const auto reader = stub->DownloadDataset(&context, request);
    v1::DownloadDatasetResponse piece;
    while (reader->Read(&piece)) {
      const absl::Status status = sink(piece.data());
      if (!status.ok()) {
        refused = true;
        context.TryCancel();
        reader->Finish();
        return status;
      }
      offset += piece.data().size();
    }
    return channels_->Finish("", reader->Finish());
  }

  template <typename Service, typename Method, typename Request, typename Response>
  absl::Status Call(const std::string& address, Method method, const Request& request, Response& response) {
    ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, channels_->To(address));
    const std::unique_ptr<typename Service::Stub> stub = Service::NewStub(channel);
    grpc::ClientContext context;
    RETURN_IF_ERROR(channels_->Prepare(address, context));
    return channels_->Finish(address, (stub.get()->*method)(&context, request, &response));
  }

  const std::unique_ptr<Channels> channels_;
  const absl::Duration patience_;  // of somebody who waits for an answer, with a service that has too much to do
};

}  // namespace

absl::StatusOr<std::unique_ptr<Transport>> MakeGrpcTransport(const TransportOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Channels> channels, Channels::Create(options));
  return std::make_unique<GrpcTransport>(std::move(channels), absl::Seconds(options.timeout_seconds));
}

}  // namespace exposure
