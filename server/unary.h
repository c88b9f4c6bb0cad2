// The shape that unary calls share: refused at once, or answered from a thread of a pool.
#ifndef EXPOSURE_SERVER_UNARY_H_
#define EXPOSURE_SERVER_UNARY_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>

#include "absl/status/status.h"
#include "server/work_pool.h"

namespace exposure::server {

// Whether nobody waits for the answer any more: cancelled, or past the deadline. Thread-safe.
bool NobodyWaits(grpc::CallbackServerContext& context);

// Ends the call with `status`.
grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext& context, const absl::Status& status);

// Ends the call with `checked` if that is an error, else with what `work` returns on a thread of `pool`; the response
// is filled by then. Skips the work if nobody waits for it.
grpc::ServerUnaryReactor* AnswerFrom(WorkPool& pool, grpc::CallbackServerContext& context, const absl::Status& checked,
                                     std::function<absl::Status()> work);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_UNARY_H_
