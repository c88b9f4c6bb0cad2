#include "client/core/operator_client.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "base/status_macros.h"
#include "client/core/channel.h"
#include "exposure/v1/operations_service.grpc.pb.h"

namespace exposure {
namespace {

using Stub = v1::OperationsService::Stub;

class GrpcOperatorClient final : public OperatorClient {
 public:
  explicit GrpcOperatorClient(std::unique_ptr<Channels> channels) : channels_(std::move(channels)) {}

  absl::StatusOr<v1::GrantSealingResponse> GrantSealing(const std::string& address,
                                                        const v1::GrantSealingRequest& request) override {
    return Call(address, &Stub::GrantSealing, request);
  }
  absl::StatusOr<v1::GetQuotasResponse> GetQuotas(const std::string& address) override {
    return Call(address, &Stub::GetQuotas, v1::GetQuotasRequest());
  }
  absl::StatusOr<v1::ProposeSurgeResponse> ProposeSurge(const std::string& address,
                                                        const v1::ProposeSurgeRequest& request) override {
    return Call(address, &Stub::ProposeSurge, request);
  }
  absl::StatusOr<v1::ApproveSurgeResponse> ApproveSurge(const std::string& address,
                                                        const v1::ApproveSurgeRequest& request) override {
    return Call(address, &Stub::ApproveSurge, request);
  }

 private:
  template <typename Request, typename Response>
  using Rpc = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(const std::string& address, Rpc<Request, Response> rpc, const Request& request) {
    ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, channels_->To(address));
    const std::unique_ptr<Stub> stub = v1::OperationsService::NewStub(channel);
    grpc::ClientContext context;
    RETURN_IF_ERROR(channels_->Prepare(address, context));
    Response response;
    RETURN_IF_ERROR(channels_->Finish(address, (stub.get()->*rpc)(&context, request, &response)));
    return response;
  }

  const std::unique_ptr<Channels> channels_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<OperatorClient>> OperatorClient::Connect(const TransportOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Channels> channels, Channels::Create(options));
  return std::make_unique<GrpcOperatorClient>(std::move(channels));
}

}  // namespace exposure
