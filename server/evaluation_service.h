#ifndef EXPOSURE_SERVER_EVALUATION_SERVICE_H_
#define EXPOSURE_SERVER_EVALUATION_SERVICE_H_

#include "exposure/v1/evaluation_service.grpc.pb.h"
#include "server/call_gate.h"
#include "server/evaluator.h"

namespace exposure::server {

// EvaluationService over an Evaluator.
class EvaluationServiceImpl final : public v1::EvaluationService::CallbackService {
 public:
  // Both outlive this.
  EvaluationServiceImpl(Evaluator& evaluator, CallGate& gate) : evaluator_(evaluator), gate_(gate) {}

  grpc::ServerUnaryReactor* Evaluate(grpc::CallbackServerContext* context, const v1::EvaluateRequest* request,
                                     v1::EvaluateResponse* response) override;

 private:
  Evaluator& evaluator_;
  CallGate& gate_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_EVALUATION_SERVICE_H_
