#include "client/core/audit_export.h"

#include <grpcpp/grpcpp.h>

#include <memory>

#include "base/status_macros.h"
#include "client/core/channel.h"
#include "exposure/v1/operations_service.grpc.pb.h"

namespace exposure {

absl::Status ExportAudit(const TransportOptions& options, uint64_t from,
                         absl::FunctionRef<absl::Status(std::string_view)> sink) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Channels> channels, Channels::Create(options));
  ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, channels->To(""));
  const auto stub = v1::OperationsService::NewStub(channel);
  grpc::ClientContext context;
  RETURN_IF_ERROR(channels->Prepare("", context));
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
  return channels->Finish("", reader->Finish());
}

}  // namespace exposure
