#include "client/core/audit_export.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>

#include "client/core/grpc_status.h"
#include "exposure/v1/operations_service.grpc.pb.h"

namespace exposure {

absl::Status ExportAudit(const TransportOptions& options, uint64_t from,
                         absl::FunctionRef<absl::Status(std::string_view)> sink) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  const auto stub = v1::OperationsService::NewStub(
      grpc::CreateCustomChannel(options.server, grpc::InsecureChannelCredentials(), arguments));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(options.timeout_seconds));
  v1::ExportAuditRequest request;
  request.set_from(from);
  const auto reader = stub->ExportAudit(&context, request);
  v1::ExportAuditResponse piece;
  while (reader->Read(&piece)) {
    absl::Status status = sink(piece.entries());
    if (status.ok()) continue;
    context.TryCancel();
    reader->Finish();
    return status;
  }
  return FromGrpc(reader->Finish(), options.server);
}

}  // namespace exposure
