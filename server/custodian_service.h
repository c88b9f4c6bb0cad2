#ifndef EXPOSURE_SERVER_CUSTODIAN_SERVICE_H_
#define EXPOSURE_SERVER_CUSTODIAN_SERVICE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "exposure/v1/custodian_service.grpc.pb.h"
#include "server/auditor.h"
#include "server/door.h"
#include "server/unary.h"
#include "server/work_pool.h"
#include "storage/publisher.h"

namespace exposure::server {

// CustodianService: a thin adapter to the Publisher. Each change is logged with its incident and dataset, which are
// public. A custodian changes only what belongs to its own force; an operator, where the access table lets it.
class CustodianServiceImpl final : public v1::CustodianService::CallbackService {
 public:
  // All outlive this. `writer` has one thread: changes are made one at a time. Without usable records only notices
  // can be changed.
  CustodianServiceImpl(storage::Publisher& publisher, bool records_usable, Auditor& auditor, WorkPool& writer,
                       const Door& door)
      : publisher_(publisher), records_usable_(records_usable), auditor_(auditor), writer_(writer), door_(door) {}

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
  // A change on the writer, refused if the caller is not let in or `checked` is an error.
  grpc::ServerUnaryReactor* Change(grpc::CallbackServerContext& context, std::string_view method,
                                   const absl::Status& checked, Work change);
  // A change of datasets: refused, too, if the records are damaged.
  grpc::ServerUnaryReactor* ChangeRecords(grpc::CallbackServerContext& context, std::string_view method,
                                          const absl::Status& checked, Work change);
  // Returns WRONG_FORCE for an upload or dataset of another force. What is neither, the publisher says.
  absl::Status CheckForce(const Caller& caller, const crypto::DatasetId& id) const;
  // The same of a notice that is published.
  absl::Status CheckForce(const Caller& caller, const std::string& incident_id) const;

  storage::Publisher& publisher_;
  const bool records_usable_;
  Auditor& auditor_;
  WorkPool& writer_;
  const Door& door_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_CUSTODIAN_SERVICE_H_
