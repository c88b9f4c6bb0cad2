// Takes connections for gRPC, whose own listener is lost for good when the process once has no file descriptor left
// (gRPC 1.51). Here some are always kept for files: who connects beyond that is turned away at once, and only they.
#ifndef EXPOSURE_SERVER_ACCEPTOR_H_
#define EXPOSURE_SERVER_ACCEPTOR_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <thread>

#include "server/listen.h"

namespace exposure::server {

class Acceptor {
 public:
  using Connections = grpc::experimental::ExternalConnectionAcceptor;

  // Accepts from now on, on a thread of its own. The server that `connections` is of runs, and outlives this.
  Acceptor(std::unique_ptr<ListenSocket> socket, std::unique_ptr<Connections> connections);
  // Accepts no more; the connections stay.
  ~Acceptor();

  const ListenAddress& address() const { return socket_->address(); }

 private:
  void Run();
  // Those that wait. False where the system has nothing to make another with.
  bool AcceptAll();

  const std::unique_ptr<ListenSocket> socket_;
  const std::unique_ptr<Connections> connections_;
  const int stop_;  // an eventfd: readable when it is to end
  std::thread thread_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_ACCEPTOR_H_
