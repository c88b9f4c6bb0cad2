// How the services are offered on the network: credentials, limits of connections, reflection. Knows no service.
#ifndef EXPOSURE_SERVER_TRANSPORT_H_
#define EXPOSURE_SERVER_TRANSPORT_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exposure/config/v1/config.pb.h"
#include "server/acceptor.h"
#include "server/door.h"

namespace exposure::server {

struct BoundServer {
  // No new connections, then as grpc::Server::Shutdown.
  void Shutdown(std::chrono::system_clock::time_point deadline);

  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<Acceptor> acceptor;
  std::string address;
};

inline constexpr int kMaxMessage = 4 << 20;  // bytes of one request

// Binds `settings.listen` and serves. With `settings.tls` by TLS, else by plain TCP or UNIX
// socket. The services and the door outlive the server. Health is on, NOT_SERVING until it is set.
// Returns BAD_CONFIG, ADDRESS_IN_USE, FILE_ERROR.
absl::StatusOr<BoundServer> Serve(const config::v1::ServerConfig& settings, const std::vector<grpc::Service*>& services,
                                  const Door& door, int max_message = kMaxMessage);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_TRANSPORT_H_
