#ifndef EXPOSURE_SERVER_CUSTODIAN_SERVICE_H_
#define EXPOSURE_SERVER_CUSTODIAN_SERVICE_H_

#include <functional>

#include "exposure/v1/custodian_service.grpc.pb.h"
#include "server/call_gate.h"
#include "server/work_pool.h"
#include "storage/publisher.h"

namespace exposure::server {

// CustodianService: a thin adapter to the Publisher. Each change is logged with its incident and dataset, which are
// public.
class CustodianServiceImpl final : public v1::CustodianService::CallbackService {
 public:
  // All outlive this. `writer` has one thread: changes are made one at a time. Without usable records only notices
  // can be changed.
  CustodianServiceImpl(storage::Publisher& publisher, bool records_usable, WorkPool& writer, CallGate& gate)
      : publisher_(publisher), records_usable_(records_usable), writer_(writer), gate_(gate) {}

  grpc::ServerUnaryReactor* BeginUpload(grpc::CallbackServerContext* context, const v1::BeginUploadRequest* request,
                                        v1::BeginUploadResponse* response) override;
  grpc::ServerUnaryReactor* UploadChunk(grpc::CallbackServerContext* context, const v1::UploadChunkRequest* request,
                                        v1::UploadChunkResponse* response) override;
  grpc::ServerUnaryReactor* AbortUpload(grpc::CallbackServerContext* context, const v1::AbortUploadRequest* request,
                                        v1::AbortUploadResponse* response) override;
  grpc::ServerUnaryReactor* PublishDataset(grpc::CallbackServerContext* context,
                                           const v1::PublishDatasetRequest* request,
                                           v1::PublishDatasetResponse* response) override;
  grpc::ServerUnaryReactor* RetractDataset(grpc::CallbackServerContext* context,
                                           const v1::RetractDatasetRequest* request,
                                           v1::RetractDatasetResponse* response) override;
  grpc::ServerUnaryReactor* PublishNotice(grpc::CallbackServerContext* context, const v1::PublishNoticeRequest* request,
                                          v1::PublishNoticeResponse* response) override;
  grpc::ServerUnaryReactor* UpdateNotice(grpc::CallbackServerContext* context, const v1::UpdateNoticeRequest* request,
                                         v1::UpdateNoticeResponse* response) override;

 private:
  // A change of datasets: refused if `checked` is an error or the records are damaged, else made on the writer.
  grpc::ServerUnaryReactor* Change(grpc::CallbackServerContext& context, const absl::Status& checked,
                                   std::function<absl::Status()> change);

  storage::Publisher& publisher_;
  const bool records_usable_;
  WorkPool& writer_;
  CallGate& gate_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_CUSTODIAN_SERVICE_H_
