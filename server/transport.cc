#include "server/transport.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "grpc/health/v1/health.pb.h"
#include "server/tls_credentials.h"

namespace exposure::server {
namespace {

constexpr int kMaxMetadata = 8 << 10;     // bytes of a call's headers
constexpr size_t kMaxMemory = 512 << 20;  // of all connections
constexpr int kSecond = 1000;             // milliseconds, which gRPC counts in

// Linking the reflection library switches it on in every server of the process: this takes it out again.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    const std::string name = grpc::reflection::ProtoServerReflectionPlugin().name();
    plugins->erase(
        std::remove_if(plugins->begin(), plugins->end(), [&](const auto& plugin) { return plugin->name() == name; }),
        plugins->end());
  }
};

void SetLimits(const config::v1::Limits& limits, grpc::ServerBuilder& builder) {
  builder.SetResourceQuota(grpc::ResourceQuota("exposured").Resize(kMaxMemory));
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadata);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, static_cast<int>(limits.streams_per_connection()));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 300 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 3600 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 600 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 120 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 60 * kSecond);
  // The default, 1, lets two servers share one port silently.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

// Nothing is compressed, also not for a client that offers it: lengths would speak of contents.
void SetNoCompression(grpc::ServerBuilder& builder) {
  builder.SetDefaultCompressionAlgorithm(GRPC_COMPRESS_NONE);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
}

// gRPC makes the socket before anybody can set its mode.
class PrivateFiles {
 public:
  PrivateFiles() : before_(umask(0077)) {}
  ~PrivateFiles() { umask(before_); }

 private:
  const mode_t before_;
};

absl::Status MakeSocketPrivate(const ListenAddress& address) {
  if (!address.is_unix() || chmod(address.path.c_str(), 0600) == 0) return absl::OkStatus();
  return Error(Reason::kFileError, absl::StrCat(address.path, ": cannot set its mode: ", strerror(errno)));
}

}  // namespace

absl::StatusOr<BoundServer> Serve(const config::v1::ServerConfig& settings, const std::vector<grpc::Service*>& services,
                                  const Door& door, int max_message) {
  BoundServer bound;
  ASSIGN_OR_RETURN(ListenAddress address,
                   ParseListen(settings.listen(), settings.has_tls() ? Reach::kAnywhere : Reach::kThisMachine));
  ASSIGN_OR_RETURN(bound.lock, SocketLock::Take(address));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  SetLimits(settings.limits(), builder);
  builder.SetMaxReceiveMessageSize(max_message);
  SetNoCompression(builder);
  if (settings.reflection()) {
    grpc::health::v1::HealthCheckRequest::descriptor();  // links the description of the health service
  } else {
    builder.SetOption(std::make_unique<WithoutReflection>());
  }
  for (grpc::Service* service : services) builder.RegisterService(service);
  int port = 0;
  builder.AddListeningPort(
      address.Target(), settings.has_tls() ? TlsCredentials(settings.tls(), door) : grpc::InsecureServerCredentials(),
      &port);
  {
    const PrivateFiles private_files;
    bound.server = builder.BuildAndStart();
  }
  if (bound.server == nullptr || port == 0) return WhyNotBound(address);
  bound.server->GetHealthCheckService()->SetServingStatus(false);
  RETURN_IF_ERROR(MakeSocketPrivate(address));
  if (!address.is_unix()) address.port = port;
  bound.address = address.Target();
  return bound;
}

}  // namespace exposure::server
