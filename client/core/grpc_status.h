// From a gRPC status with the richer error model to absl::Status with a Reason.
#ifndef EXPOSURE_CLIENT_CORE_GRPC_STATUS_H_
#define EXPOSURE_CLIENT_CORE_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace exposure {

// `address`: who was called, for a service that cannot be reached; `ca_file`: whose certificate it must have; empty: no
// TLS. The service's own words are cut short and freed of control characters, since they are shown on terminals;
// RetryInfo is put into words, and kept for base/error.h's RetryAfter.
absl::Status FromGrpc(const grpc::Status& status, const std::string& address, const std::string& ca_file = "");

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_GRPC_STATUS_H_
