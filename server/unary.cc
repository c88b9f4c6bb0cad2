#include "server/unary.h"

#include <chrono>
#include <utility>

#include "server/status_mapping.h"

namespace exposure::server {

absl::Status StillWaited(grpc::CallbackServerContext& context) {
  // First: gRPC cancels a call itself when its time is over.
  if (std::chrono::system_clock::now() > context.deadline()) {
    return absl::DeadlineExceededError("The time for this call is over.");
  }
  if (context.IsCancelled()) return absl::CancelledError("The call was cancelled.");
  return absl::OkStatus();
}

UnaryCall::UnaryCall(absl::StatusOr<Entry> entry, const absl::Status& checked) : entry_(std::move(entry)) {
  const absl::Status& status = entry_.ok() ? checked : entry_.status();
  if (status.ok()) return;
  ended_ = true;
  Finish(ToGrpc(status));
}

grpc::ServerUnaryReactor* Answer(absl::StatusOr<Entry> entry, const absl::Status& status) {
  auto* call = new UnaryCall(std::move(entry), status);
  if (!call->ended()) call->Finish(grpc::Status::OK);
  return call;
}

void FinishFrom(WorkPool& pool, UnaryCall& call, grpc::CallbackServerContext& context, Work work) {
  const absl::Status queued = pool.Submit(1, [&context, &call, work = std::move(work)] {
    const absl::Status waited = StillWaited(context);
    call.Finish(ToGrpc(waited.ok() ? work(call.caller()) : waited));
  });
  if (!queued.ok()) call.Finish(ToGrpc(queued));
}

grpc::ServerUnaryReactor* AnswerFrom(WorkPool& pool, absl::StatusOr<Entry> entry, grpc::CallbackServerContext& context,
                                     const absl::Status& checked, Work work) {
  auto* call = new UnaryCall(std::move(entry), checked);
  if (!call->ended()) FinishFrom(pool, *call, context, std::move(work));
  return call;
}

}  // namespace exposure::server
