// The one place where connections to the service are made: TLS 1.3 or none, retries, deadlines, tokens.
#ifndef EXPOSURE_CLIENT_CORE_CHANNEL_H_
#define EXPOSURE_CLIENT_CORE_CHANNEL_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/core/transport.h"

namespace exposure {

// With a CA file, every host is spoken to in TLS 1.3: its certificate must be of that CA and name the host. Without
// one, only loopback addresses are spoken to. UNIX sockets never have TLS: the system says who is behind one.
//
// TLS 1.2 is ruled out through the environment variable GRPC_SSL_CIPHER_SUITES, set before main(): for every gRPC
// channel and server of a program that links this.
//
// Thread-safe.
class Channels {
 public:
  // Does not connect yet. Returns BAD_USAGE for files or a token without a CA, for one of certificate and key without
  // the other, and for a server that needs TLS; FILE_ERROR for a file that is not what it must be; KEY_FILE for a key
  // that others can read.
  static absl::StatusOr<std::unique_ptr<Channels>> Create(const TransportOptions& options);

  // The channel to `address`; empty: the server's. Returns BAD_USAGE for a malformed address and for one that needs
  // TLS.
  absl::StatusOr<std::shared_ptr<grpc::Channel>> To(const std::string& address);

  // Before each call: the deadline, and the address's token where there is TLS. Returns BAD_USAGE where a caller that
  // has nothing but a token has none for this address; BAD_TOKEN; and the token source's error.
  absl::Status Prepare(const std::string& address, grpc::ClientContext& context) const;

  // After each call: FromGrpc with what is known here.
  absl::Status Finish(const std::string& address, const grpc::Status& status) const;

 private:
  explicit Channels(const TransportOptions& options);
  const std::string& Target(const std::string& address) const { return address.empty() ? options_.server : address; }
  bool HasTls(std::string_view target) const;
  // Of what is sent to `target`; null: none.
  absl::StatusOr<TokenSource> TokenFor(const std::string& target) const;
  absl::Status CheckTarget(const std::string& target) const;

  const TransportOptions options_;
  std::shared_ptr<grpc::ChannelCredentials> tls_;  // null: none
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;  // by target; guarded by mutex_
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_CHANNEL_H_
