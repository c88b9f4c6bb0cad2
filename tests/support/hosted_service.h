// One service on a real loopback channel, and calls to it.
#ifndef EXPOSURE_TESTS_SUPPORT_HOSTED_SERVICE_H_
#define EXPOSURE_TESTS_SUPPORT_HOSTED_SERVICE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "server/transport.h"

namespace exposure::testing {

inline std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // tests do not share connections
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

// A context with a deadline that only a hanging test meets.
class Context : public grpc::ClientContext {
 public:
  explicit Context(std::chrono::milliseconds timeout = std::chrono::seconds(60)) {
    set_deadline(std::chrono::system_clock::now() + timeout);
  }
};

// The service outlives this.
class Hosted {
 public:
  explicit Hosted(grpc::Service& service) {
    config::v1::ServerConfig settings;
    settings.set_listen("127.0.0.1:0");
    settings.mutable_limits()->set_streams_per_connection(100);
    absl::StatusOr<server::BoundServer> bound = server::Serve(settings, {&service});
    if (!bound.ok()) {
      ADD_FAILURE() << bound.status().ToString();
      return;
    }
    bound_ = *std::move(bound);
  }
  ~Hosted() { Stop(); }

  // Ends when all calls have.
  void Stop() {
    if (bound_.server != nullptr) bound_.server->Shutdown();
  }
  std::shared_ptr<grpc::Channel> channel() const { return Connect(bound_.address); }

 private:
  server::BoundServer bound_;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_HOSTED_SERVICE_H_
