#include "server/evaluation_service.h"

#include "server/requests.h"
#include "server/status_mapping.h"
#include "server/unary.h"

namespace exposure::server {

grpc::ServerUnaryReactor* EvaluationServiceImpl::Evaluate(grpc::CallbackServerContext* context,
                                                          const v1::EvaluateRequest* request,
                                                          v1::EvaluateResponse* response) {
  auto* call = new UnaryCall(gate_, CheckRequest(*request));
  if (call->ended()) return call;
  evaluator_.Evaluate(
      *ToArray<16>(request->epoch_id()), AsBytes(request->blinded()), [context] { return NobodyWaits(*context); },
      [call, response](const absl::StatusOr<crypto::Evaluation>& evaluation) {
        if (evaluation.ok()) {
          response->set_evaluated(crypto::EncodeElements(evaluation->evaluated));
          response->set_proof(ToString(evaluation->proof));
        }
        call->Finish(ToGrpc(evaluation.status()));
      });
  return call;
}

}  // namespace exposure::server
