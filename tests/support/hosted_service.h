// One service on a real loopback channel.
#ifndef EXPOSURE_TESTS_SUPPORT_HOSTED_SERVICE_H_
#define EXPOSURE_TESTS_SUPPORT_HOSTED_SERVICE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "server/transport.h"
#include "tests/support/channel.h"

namespace exposure::testing {

// The service outlives this.
class Hosted {
 public:
  explicit Hosted(grpc::Service& service) {
    config::v1::ServerConfig settings;
    settings.set_listen("127.0.0.1:0");
    settings.mutable_limits()->set_streams_per_connection(100);
    absl::StatusOr<server::BoundServer> bound = server::Serve(settings, {&service}, door_);
    if (!bound.ok()) {
      ADD_FAILURE() << bound.status().ToString();
      return;
    }
    bound_ = *std::move(bound);
  }
  ~Hosted() { Stop(); }

  // Ends when all calls have.
  void Stop() {
    if (bound_.server != nullptr) bound_.Shutdown(std::chrono::system_clock::time_point::max());
  }
  std::shared_ptr<grpc::Channel> channel() const { return Connect(bound_.address); }

 private:
  server::CallGate gate_;
  const server::Door door_{gate_};
  server::BoundServer bound_;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_HOSTED_SERVICE_H_
