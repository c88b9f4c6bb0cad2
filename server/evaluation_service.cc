#include "server/evaluation_service.h"

#include "server/requests.h"
#include "server/status_mapping.h"
#include "server/unary.h"

namespace exposure::server {

absl::Status EvaluationServiceImpl::CheckEpoch(const Caller& caller, const std::string& epoch_id) const {
  for (const v1::Epoch& epoch : content_.epochs()) {
    if (epoch.epoch_id() == epoch_id) return MayAskAbout(caller, epoch);
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* EvaluationServiceImpl::Evaluate(grpc::CallbackServerContext* context,
                                                          const v1::EvaluateRequest* request,
                                                          v1::EvaluateResponse* response) {
  auto* call = new UnaryCall(door_.Enter(*context, "exposure.v1.EvaluationService/Evaluate"), CheckRequest(*request));
  if (call->ended()) return call;
  if (const absl::Status allowed = CheckEpoch(call->caller(), request->epoch_id()); !allowed.ok()) {
    call->Finish(ToGrpc(allowed));
    return call;
  }
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
