// Channels and contexts for tests.
#ifndef EXPOSURE_TESTS_SUPPORT_CHANNEL_H_
#define EXPOSURE_TESTS_SUPPORT_CHANNEL_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>

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

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_CHANNEL_H_
