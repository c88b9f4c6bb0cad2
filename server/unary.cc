#include "server/unary.h"

#include <chrono>
#include <utility>

#include "server/status_mapping.h"

namespace exposure::server {

bool NobodyWaits(grpc::CallbackServerContext& context) {
  return context.IsCancelled() || std::chrono::system_clock::now() > context.deadline();
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

grpc::ServerUnaryReactor* AnswerFrom(WorkPool& pool, absl::StatusOr<Entry> entry, grpc::CallbackServerContext& context,
                                     const absl::Status& checked, Work work) {
  auto* call = new UnaryCall(std::move(entry), checked);
  if (call->ended()) return call;
  const absl::Status queued = pool.Submit(1, [&context, call, work = std::move(work)] {
    call->Finish(ToGrpc(NobodyWaits(context) ? absl::CancelledError("The call was cancelled.") : work(call->caller())));
  });
  if (!queued.ok()) call->Finish(ToGrpc(queued));
  return call;
}

}  // namespace exposure::server
