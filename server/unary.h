// The shape that unary calls share: refused at once, or answered from a thread of a pool.
#ifndef EXPOSURE_SERVER_UNARY_H_
#define EXPOSURE_SERVER_UNARY_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/door.h"
#include "server/work_pool.h"

namespace exposure::server {

// OK while somebody waits for the answer. Thread-safe.
// Returns DEADLINE_EXCEEDED past the caller's deadline, CANCELLED if the caller went away.
absl::Status StillWaited(grpc::CallbackServerContext& context);

// A unary call until it is done; owns itself. Whoever begins it calls Finish once, unless it has ended.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  // Ends at once if it was not let in, or with `checked` if that is an error.
  UnaryCall(absl::StatusOr<Entry> entry, const absl::Status& checked);

  bool ended() const { return ended_; }
  // Not of a call that ended at once.
  const Caller& caller() const { return entry_->caller; }

  void OnDone() override { delete this; }
  // gRPC 1.51 means this for reactors of its own, whose reactions are trivial, as this one's are: else it wakes a
  // thread of its executor for OnDone of every call, about 15 µs.
  bool InternalInlineable() override { return true; }

 private:
  const absl::StatusOr<Entry> entry_;
  bool ended_ = false;
};

// Ends the call with `status`, if it was let in.
grpc::ServerUnaryReactor* Answer(absl::StatusOr<Entry> entry, const absl::Status& status);

// What is done for a caller; the response is filled by then.
using Work = std::function<absl::Status(const Caller& caller)>;

// Ends the call with what `work` returns on a thread of `pool`. Skips the work if nobody waits for it.
void FinishFrom(WorkPool& pool, UnaryCall& call, grpc::CallbackServerContext& context, Work work);

// Ends the call if it was not let in, or with `checked` if that is an error, else as FinishFrom.
grpc::ServerUnaryReactor* AnswerFrom(WorkPool& pool, absl::StatusOr<Entry> entry, grpc::CallbackServerContext& context,
                                     const absl::Status& checked, Work work);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_UNARY_H_
