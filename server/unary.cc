#include "server/unary.h"

#include <chrono>
#include <utility>

#include "base/error.h"
#include "server/status_mapping.h"

namespace exposure::server {

absl::Status ShuttingDown() { return Error(Reason::kShuttingDown, "The service is stopping. Try again in a moment."); }

bool NobodyWaits(grpc::CallbackServerContext& context) {
  return context.IsCancelled() || std::chrono::system_clock::now() > context.deadline();
}

UnaryCall::UnaryCall(CallGate& gate, const absl::Status& checked) : pass_(gate.Enter()) {
  const absl::Status status = pass_ == nullptr ? ShuttingDown() : checked;
  if (status.ok()) return;
  ended_ = true;
  Finish(ToGrpc(status));
}

grpc::ServerUnaryReactor* Answer(CallGate& gate, const absl::Status& status) {
  auto* call = new UnaryCall(gate, status);
  if (!call->ended()) call->Finish(grpc::Status::OK);
  return call;
}

grpc::ServerUnaryReactor* AnswerFrom(WorkPool& pool, CallGate& gate, grpc::CallbackServerContext& context,
                                     const absl::Status& checked, std::function<absl::Status()> work) {
  auto* call = new UnaryCall(gate, checked);
  if (call->ended()) return call;
  const absl::Status queued = pool.Submit(1, [&context, call, work = std::move(work)] {
    call->Finish(ToGrpc(NobodyWaits(context) ? absl::CancelledError("The call was cancelled.") : work()));
  });
  if (!queued.ok()) call->Finish(ToGrpc(queued));
  return call;
}

}  // namespace exposure::server
