// The shape that unary calls share: refused at once, or answered from a thread of a pool.
#ifndef EXPOSURE_SERVER_UNARY_H_
#define EXPOSURE_SERVER_UNARY_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>

#include "absl/status/status.h"
#include "server/call_gate.h"
#include "server/work_pool.h"

namespace exposure::server {

// What a call is told that the gate does not let in: SHUTTING_DOWN.
absl::Status ShuttingDown();

// Whether nobody waits for the answer any more: cancelled, or past the deadline. Thread-safe.
bool NobodyWaits(grpc::CallbackServerContext& context);

// A unary call until it is done; owns itself. Whoever begins it calls Finish once, unless it has ended.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  // Ends at once with `checked` if that is an error, or if the gate is closed.
  UnaryCall(CallGate& gate, const absl::Status& checked);

  bool ended() const { return ended_; }

  void OnDone() override { delete this; }

 private:
  const CallGate::Pass pass_;
  bool ended_ = false;
};

// Ends the call with `status`.
grpc::ServerUnaryReactor* Answer(CallGate& gate, const absl::Status& status);

// Ends the call with `checked` if that is an error, else with what `work` returns on a thread of `pool`; the response
// is filled by then. Skips the work if nobody waits for it.
grpc::ServerUnaryReactor* AnswerFrom(WorkPool& pool, CallGate& gate, grpc::CallbackServerContext& context,
                                     const absl::Status& checked, std::function<absl::Status()> work);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_UNARY_H_
