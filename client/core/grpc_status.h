// From a gRPC status with the richer error model to absl::Status with a Reason.
#ifndef EXPOSURE_CLIENT_CORE_GRPC_STATUS_H_
#define EXPOSURE_CLIENT_CORE_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace exposure {

// `address`: who was called, for a service that cannot be reached. The service's own words are cut short and freed of
// control characters, since they are shown on terminals; RetryInfo is put into words.
absl::Status FromGrpc(const grpc::Status& status, const std::string& address);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_GRPC_STATUS_H_
