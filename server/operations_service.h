#ifndef EXPOSURE_SERVER_OPERATIONS_SERVICE_H_
#define EXPOSURE_SERVER_OPERATIONS_SERVICE_H_

#include "exposure/v1/operations_service.grpc.pb.h"
#include "server/auditor.h"
#include "server/door.h"
#include "server/quota_gate.h"
#include "server/work_pool.h"

namespace exposure::server {

// OperationsService: a thin adapter to the quotas and the audit log.
class OperationsServiceImpl final : public v1::OperationsService::CallbackService {
 public:
  // All outlive this. `quotas` is null in a process without the role evaluator.
  OperationsServiceImpl(QuotaGate* quotas, Auditor& auditor, WorkPool& readers, const Door& door)
      : quotas_(quotas), auditor_(auditor), readers_(readers), door_(door) {}

  grpc::ServerUnaryReactor* GrantSealing(grpc::CallbackServerContext* context, const v1::GrantSealingRequest* request,
                                         v1::GrantSealingResponse* response) override;
  grpc::ServerUnaryReactor* GetQuotas(grpc::CallbackServerContext* context, const v1::GetQuotasRequest* request,
                                      v1::GetQuotasResponse* response) override;
  grpc::ServerUnaryReactor* ProposeSurge(grpc::CallbackServerContext* context, const v1::ProposeSurgeRequest* request,
                                         v1::ProposeSurgeResponse* response) override;
  grpc::ServerUnaryReactor* ApproveSurge(grpc::CallbackServerContext* context, const v1::ApproveSurgeRequest* request,
                                         v1::ApproveSurgeResponse* response) override;
  grpc::ServerWriteReactor<v1::ExportAuditResponse>* ExportAudit(grpc::CallbackServerContext* context,
                                                                 const v1::ExportAuditRequest* request) override;

 private:
  // NOT_HERE without the role evaluator, else `checked`.
  absl::Status Here(const absl::Status& checked) const;
  absl::Status Grant(const Caller& caller, const v1::GrantSealingRequest& request,
                     v1::GrantSealingResponse& response) const;

  QuotaGate* const quotas_;
  Auditor& auditor_;
  WorkPool& readers_;
  const Door& door_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_OPERATIONS_SERVICE_H_
