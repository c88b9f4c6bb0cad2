#ifndef EXPOSURE_SERVER_EVALUATION_SERVICE_H_
#define EXPOSURE_SERVER_EVALUATION_SERVICE_H_

#include <string>

#include "absl/status/status.h"
#include "exposure/v1/catalogue.pb.h"
#include "exposure/v1/evaluation_service.grpc.pb.h"
#include "server/auditor.h"
#include "server/door.h"
#include "server/evaluator.h"
#include "server/quota_gate.h"
#include "server/work_pool.h"

namespace exposure::server {

// What evaluation is done with. All outlive the service.
struct EvaluationParts {
  Evaluator& evaluator;
  const v1::CatalogueContent& content;  // has the epochs of the configuration
  QuotaGate& quotas;
  Auditor& auditor;
  WorkPool& readers;  // wait for the disk
};

// EvaluationService: what is asked is paid for, then evaluated.
class EvaluationServiceImpl final : public v1::EvaluationService::CallbackService {
 public:
  // `door` outlives this.
  EvaluationServiceImpl(const EvaluationParts& parts, const Door& door) : parts_(parts), door_(door) {}

  grpc::ServerUnaryReactor* Evaluate(grpc::CallbackServerContext* context, const v1::EvaluateRequest* request,
                                     v1::EvaluateResponse* response) override;
  grpc::ServerUnaryReactor* RequestGrant(grpc::CallbackServerContext* context, const v1::RequestGrantRequest* request,
                                         v1::RequestGrantResponse* response) override;

 private:
  // Returns EPOCH_NOT_ALLOWED. What is no epoch, the evaluator says.
  absl::Status CheckEpoch(const Caller& caller, const std::string& epoch_id) const;
  absl::Status Grant(const Caller& caller, const v1::RequestGrantRequest& request,
                     v1::RequestGrantResponse& response) const;

  const EvaluationParts parts_;
  const Door& door_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_EVALUATION_SERVICE_H_
