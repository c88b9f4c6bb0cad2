#include "server/transport.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>

#include <algorithm>

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
  // More than a gRPC client waits for it (20): on a busy machine nobody gives up before the client does.
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 30 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 300 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 3600 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 600 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 120 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 60 * kSecond);
}

// Nothing is compressed, also not for a client that offers it: lengths would speak of contents.
void SetNoCompression(grpc::ServerBuilder& builder) {
  builder.SetDefaultCompressionAlgorithm(GRPC_COMPRESS_NONE);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
}

}  // namespace

void BoundServer::Shutdown(std::chrono::system_clock::time_point deadline) {
  acceptor.reset();
  server->Shutdown(deadline);
}

absl::StatusOr<BoundServer> Serve(const config::v1::ServerConfig& settings, const std::vector<grpc::Service*>& services,
                                  const Door& door, int max_message) {
  BoundServer bound;
  ASSIGN_OR_RETURN(const ListenAddress address,
                   ParseListen(settings.listen(), settings.has_tls() ? Reach::kAnywhere : Reach::kThisMachine));
  ASSIGN_OR_RETURN(std::unique_ptr<ListenSocket> socket, ListenSocket::Open(address));
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
  auto connections = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
      settings.has_tls() ? TlsCredentials(settings.tls(), door) : grpc::InsecureServerCredentials());
  bound.server = builder.BuildAndStart();
  if (bound.server == nullptr) return absl::InternalError("gRPC does not start.");
  bound.server->GetHealthCheckService()->SetServingStatus(false);
  bound.address = socket->address().Target();
  bound.acceptor = std::make_unique<Acceptor>(std::move(socket), std::move(connections));
  return bound;
}

}  // namespace exposure::server
