// The signer of another process (role `signer`), over gRPC.
#ifndef EXPOSURE_SERVER_REMOTE_SIGNER_H_
#define EXPOSURE_SERVER_REMOTE_SIGNER_H_

#include <grpcpp/support/status.h>

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "storage/catalogue_signer.h"

namespace exposure::server {

inline constexpr std::chrono::seconds kSignerDeadline(30);

// Thread-safe; its calls block, until `deadline` at most. `target`: "unix:/run/exposure/signer.sock", "127.0.0.1:7444".
// Does not connect yet. Besides the signer's own reasons its calls return SIGNER_UNREACHABLE.
std::unique_ptr<storage::CatalogueSigner> MakeRemoteSigner(const std::string& target,
                                                           std::chrono::milliseconds deadline = kSignerDeadline);

// What an answer of the signer at `target` says: its reason and message, or SIGNER_UNREACHABLE where it has none.
absl::Status FromSigner(const grpc::Status& status, const std::string& target);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_REMOTE_SIGNER_H_
