// The one place where an absl::Status becomes a grpc::Status: code, message, and google.rpc details.
#ifndef EXPOSURE_SERVER_STATUS_MAPPING_H_
#define EXPOSURE_SERVER_STATUS_MAPPING_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace exposure::server {

inline constexpr char kErrorDomain[] = "exposure.v1";
inline constexpr int kRetrySeconds = 1;

// The same code and message. Details: ErrorInfo with the reason; BadRequest where a field is at fault; QuotaFailure
// where a limit was reached, with whose it is (never who); RetryInfo where the error says when to come back, or the
// service is overloaded. CANCELLED and DEADLINE_EXCEEDED need no reason; anything else without one is a fault of ours:
// INTERNAL, its message logged and not sent.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_STATUS_MAPPING_H_
