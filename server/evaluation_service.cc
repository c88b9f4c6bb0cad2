#include "server/evaluation_service.h"

#include <limits>
#include <thread>

#include "base/error.h"
#include "base/status_macros.h"
#include "server/recording.h"
#include "server/requests.h"
#include "server/status_mapping.h"
#include "server/unary.h"

namespace exposure::server {
namespace {

constexpr char kEvaluate[] = "exposure.v1.EvaluationService/Evaluate";
constexpr char kRequestGrant[] = "exposure.v1.EvaluationService/RequestGrant";

// The request was checked.
QuotaCall CallOf(const Caller& caller, const v1::EvaluateRequest& request) {
  return {.caller = caller,
          .epoch = *ToArray<16>(request.epoch_id()),
          .subject = *ToArray<16>(request.subject()),
          .idempotency = *ToArray<16>(request.idempotency()),
          .grant = ToArray<16>(request.upload()),
          .blinded = AsBytes(request.blinded())};
}

}  // namespace

absl::Status EvaluationServiceImpl::CheckEpoch(const Caller& caller, const std::string& epoch_id) const {
  for (const v1::Epoch& epoch : parts_.content.epochs()) {
    if (epoch.epoch_id() == epoch_id) return MayAskAbout(caller, epoch);
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* EvaluationServiceImpl::Evaluate(grpc::CallbackServerContext* context,
                                                          const v1::EvaluateRequest* request,
                                                          v1::EvaluateResponse* response) {
  auto* call = new UnaryCall(door_.Enter(*context, kEvaluate), CheckRequest(*request));
  if (call->ended()) return call;
  // Recording waits for the disk: not on gRPC's thread, unless that is all there is.
  const auto refuse = [this, call](const absl::Status& why) {
    const auto record = [this, call, why] {
      RecordRefused(parts_.auditor, call->caller(), kEvaluate, why);
      call->Finish(ToGrpc(why));
    };
    if (!parts_.readers.Submit(1, record).ok()) record();
  };
  if (const absl::Status allowed = CheckEpoch(call->caller(), request->epoch_id()); !allowed.ok()) {
    refuse(allowed);
    return call;
  }
  // First of all: what is refused for want of time costs nobody anything.
  absl::StatusOr<Evaluator::Admission> admission =
      parts_.evaluator.Admit(*ToArray<16>(request->epoch_id()), AsBytes(request->blinded()));
  if (!admission.ok()) {
    call->Finish(ToGrpc(admission.status()));
    return call;
  }
  const auto answer = [call, context, response](const absl::StatusOr<crypto::Evaluation>& evaluation) {
    if (evaluation.ok()) {
      response->set_evaluated(crypto::EncodeElements(evaluation->evaluated));
      response->set_proof(ToString(evaluation->proof));
    }
    const bool stopped = absl::IsCancelled(evaluation.status());
    call->Finish(ToGrpc(stopped ? StillWaited(*context) : evaluation.status()));
  };
  const auto evaluate = [=, this, here = std::this_thread::get_id(),
                         admission = *std::move(admission)](const absl::Status& paid) {
    if (!paid.ok()) return refuse(paid);
    if (const absl::Status waited = StillWaited(*context); !waited.ok()) return call->Finish(ToGrpc(waited));
    const auto cancelled = [context] { return !StillWaited(*context).ok(); };
    // The gate's own thread goes on charging.
    if (std::this_thread::get_id() == here) {
      return parts_.evaluator.EvaluateHere(admission, AsBytes(request->blinded()), cancelled, answer);
    }
    parts_.evaluator.Evaluate(admission, AsBytes(request->blinded()), cancelled, answer);
  };
  parts_.quotas.Charge(CallOf(call->caller(), *request), evaluate);
  return call;
}

absl::Status EvaluationServiceImpl::Grant(const Caller& caller, const v1::RequestGrantRequest& request,
                                          v1::RequestGrantResponse& response) const {
  RETURN_IF_ERROR(CheckEpoch(caller, request.epoch_id()));
  // Whoever is on this machine is not limited, unless the configuration says so.
  if (caller.is_local() && !parts_.quotas.HasLimits(caller.name)) {
    response.set_elements_left(std::numeric_limits<uint64_t>::max());
    return absl::OkStatus();
  }
  const storage::GrantScope scope = {
      .epoch = *ToArray<16>(request.epoch_id()), .caller = caller.name, .incident = request.incident_id()};
  ASSIGN_OR_RETURN(const storage::Grant grant, parts_.quotas.FindGrant(scope, request.rows()));
  response.set_upload(ToString(grant.id));
  response.set_elements_left(grant.balance.left);
  response.set_expires_at(grant.balance.expires_at);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* EvaluationServiceImpl::RequestGrant(grpc::CallbackServerContext* context,
                                                              const v1::RequestGrantRequest* request,
                                                              v1::RequestGrantResponse* response) {
  return AnswerFrom(parts_.readers, door_.Enter(*context, kRequestGrant), *context, CheckRequest(*request),
                    [this, request, response](const Caller& caller) -> absl::Status {
                      absl::Status status = Grant(caller, *request, *response);
                      RecordRefused(parts_.auditor, caller, kRequestGrant, status);
                      return status;
                    });
}

}  // namespace exposure::server
