#ifndef EXPOSURE_SERVER_EVALUATION_SERVICE_H_
#define EXPOSURE_SERVER_EVALUATION_SERVICE_H_

#include <string>

#include "absl/status/status.h"
#include "exposure/v1/catalogue.pb.h"
#include "exposure/v1/evaluation_service.grpc.pb.h"
#include "server/door.h"
#include "server/evaluator.h"

namespace exposure::server {

// EvaluationService over an Evaluator.
class EvaluationServiceImpl final : public v1::EvaluationService::CallbackService {
 public:
  // All outlive this. `content` has the epochs of the configuration.
  EvaluationServiceImpl(Evaluator& evaluator, const v1::CatalogueContent& content, const Door& door)
      : evaluator_(evaluator), content_(content), door_(door) {}

  grpc::ServerUnaryReactor* Evaluate(grpc::CallbackServerContext* context, const v1::EvaluateRequest* request,
                                     v1::EvaluateResponse* response) override;

 private:
  // Returns EPOCH_NOT_ALLOWED. What is no epoch, the evaluator says.
  absl::Status CheckEpoch(const Caller& caller, const std::string& epoch_id) const;

  Evaluator& evaluator_;
  const v1::CatalogueContent& content_;
  const Door& door_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_EVALUATION_SERVICE_H_
