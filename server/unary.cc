#include "server/unary.h"

#include <chrono>
#include <utility>

#include "server/status_mapping.h"

namespace exposure::server {

bool NobodyWaits(grpc::CallbackServerContext& context) {
  return context.IsCancelled() || std::chrono::system_clock::now() > context.deadline();
}

grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext& context, const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  reactor->Finish(ToGrpc(status));
  return reactor;
}

grpc::ServerUnaryReactor* AnswerFrom(WorkPool& pool, grpc::CallbackServerContext& context, const absl::Status& checked,
                                     std::function<absl::Status()> work) {
  if (!checked.ok()) return Answer(context, checked);
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  const absl::Status queued = pool.Submit(1, [&context, reactor, work = std::move(work)] {
    reactor->Finish(ToGrpc(NobodyWaits(context) ? absl::CancelledError("The call was cancelled.") : work()));
  });
  if (!queued.ok()) reactor->Finish(ToGrpc(queued));
  return reactor;
}

}  // namespace exposure::server
