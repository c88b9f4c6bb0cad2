#include "client/core/channel.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/core/grpc_status.h"
#include "client/core/tls_files.h"

namespace exposure {
namespace {

constexpr std::string_view kUnix = "unix:";

// A fetch has at most 2 MiB of buckets; a catalogue grows with its notices and datasets.
constexpr int kMaxReceive = 64 << 20;
constexpr int kRetryBuffer = 2 << 20;    // a call that is larger is not repeated; a chunk of an upload has 1 MiB
constexpr size_t kMaxToken = 4096;       // bytes; metadata of a call has at most 8 KiB
constexpr unsigned kReloadSeconds = 10;  // after which a changed certificate is seen

// Only of what is harmless when it is done twice: a notice published again would be refused as existing, a grant given
// again would add to the first. A retry sends the same bytes, tokens included. What has a limit is not retried.
constexpr char kRetryPolicy[] =
    R"({"methodConfig":[{"name":[)"
    R"({"service":"exposure.v1.CatalogueService"},)"
    R"({"service":"exposure.v1.EvaluationService"},)"
    R"({"service":"exposure.v1.RecordService"}],)"
    R"("retryPolicy":{"maxAttempts":4,"initialBackoff":"0.1s","maxBackoff":"2s","backoffMultiplier":3,)"
    R"("retryableStatusCodes":["UNAVAILABLE"]}},{"name":[)"
    R"({"service":"exposure.v1.CustodianService","method":"BeginUpload"},)"
    R"({"service":"exposure.v1.CustodianService","method":"UploadChunk"},)"
    R"({"service":"exposure.v1.CustodianService","method":"AbortUpload"},)"
    R"({"service":"exposure.v1.CustodianService","method":"PublishDataset"}],)"
    R"("retryPolicy":{"maxAttempts":5,"initialBackoff":"0.2s","maxBackoff":"5s","backoffMultiplier":3,)"
    R"("retryableStatusCodes":["UNAVAILABLE"]}}]})";

// gRPC 1.51 cannot be told a least version. A suite of TLS 1.2 that no certificate can serve leaves TLS 1.3 alone,
// whose suites are another list. Before main(): gRPC reads it once, with the first credentials that anybody makes.
[[maybe_unused]] const bool kTls13Only = setenv("GRPC_SSL_CIPHER_SUITES", "PSK-AES256-GCM-SHA384", 1) == 0;

std::shared_ptr<grpc::ChannelCredentials> MakeCredentials(const TlsOptions& tls) {
  using grpc::experimental::FileWatcherCertificateProvider;
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(std::make_shared<FileWatcherCertificateProvider>(tls.key_file, tls.certificate_file,
                                                                                    tls.ca_file, kReloadSeconds));
  options.watch_root_certs();
  if (!tls.certificate_file.empty()) options.watch_identity_key_cert_pairs();
  options.set_certificate_verifier(std::make_shared<grpc::experimental::HostNameCertificateVerifier>());
  return grpc::experimental::TlsCredentials(options);
}

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& target,
                                           const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxReceive);
  arguments.SetServiceConfigJSON(kRetryPolicy);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 1);
  arguments.SetInt(GRPC_ARG_PER_RPC_RETRY_BUFFER_SIZE, kRetryBuffer);
  // Compressed responses would say by their length what is in them.
  arguments.SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1 << GRPC_COMPRESS_NONE);
  // What is asked goes to the service itself.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(target, credentials, arguments);
}

bool IsLoopback(std::string_view target) {
  std::string host(target.substr(0, target.rfind(':')));
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6{};
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6);
  return host == "localhost";
}

bool IsPort(std::string_view text) {
  uint32_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

// RFC 6750 §2.1. Nothing of a token is ever shown.
absl::Status CheckToken(std::string_view token) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
  if (!token.empty() && token.size() <= kMaxToken && token.find_first_not_of(kAlphabet) == std::string_view::npos) {
    return absl::OkStatus();
  }
  return Error(Reason::kBadToken, "What was given as a token is none: it is empty, too long, or has other characters.");
}

}  // namespace

absl::Status CheckServerAddress(std::string_view address) {
  if (address.starts_with(kUnix)) {
    if (address.size() > kUnix.size()) return absl::OkStatus();
  } else if (const size_t colon = address.rfind(':'); colon != std::string_view::npos && colon > 0) {
    const std::string_view host = address.substr(0, colon);
    const bool bracketed = host.front() == '[' && host.back() == ']';
    const bool plain = host.find_first_of(":[]/ ") == std::string_view::npos;
    if (IsPort(address.substr(colon + 1)) && (plain || bracketed)) return absl::OkStatus();
  }
  return Error(Reason::kBadUsage,
               "The service's address is not like 127.0.0.1:7443, [::1]:7443 or unix:/run/exposure/exposured.sock.");
}

Channels::Channels(const TransportOptions& options)
    : options_(options), tls_(options.tls.ca_file.empty() ? nullptr : MakeCredentials(options.tls)) {}

absl::StatusOr<std::unique_ptr<Channels>> Channels::Create(const TransportOptions& options) {
  const TlsOptions& tls = options.tls;
  if (!tls.ca_file.empty()) {
    RETURN_IF_ERROR(CheckTlsFiles(tls));
  } else if (!tls.certificate_file.empty() || !tls.key_file.empty()) {
    return Error(Reason::kBadUsage,
                 "A TLS certificate is of use only with the CA of the service.\n  Say --tls-ca FILE.");
  } else if (options.token != nullptr || options.evaluator_token != nullptr) {
    return Error(Reason::kBadUsage, "A token is sent over TLS only.\n  Say --tls-ca FILE.");
  }
  std::unique_ptr<Channels> channels(new Channels(options));
  RETURN_IF_ERROR(channels->CheckTarget(options.server));
  return channels;
}

bool Channels::HasTls(std::string_view target) const { return tls_ != nullptr && !target.starts_with(kUnix); }

absl::Status Channels::CheckTarget(const std::string& target) const {
  RETURN_IF_ERROR(CheckServerAddress(target));
  if (tls_ != nullptr || target.starts_with(kUnix) || IsLoopback(target)) return absl::OkStatus();
  return Error(Reason::kBadUsage, absl::StrCat(target, ": is not on this computer, and is spoken to over TLS only.\n",
                                               "  Say --tls-ca FILE, with --tls-cert FILE and --tls-key FILE."));
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Channels::To(const std::string& address) {
  const std::string& target = Target(address);
  RETURN_IF_ERROR(CheckTarget(target));
  const std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<grpc::Channel>& channel = channels_[target];
  if (channel == nullptr) channel = MakeChannel(target, HasTls(target) ? tls_ : grpc::InsecureChannelCredentials());
  return channel;
}

absl::StatusOr<TokenSource> Channels::TokenFor(const std::string& target) const {
  if (!HasTls(target)) return TokenSource();
  if (target == options_.server) return options_.token;
  if (options_.evaluator_token == nullptr && options_.token != nullptr && options_.tls.certificate_file.empty()) {
    return Error(Reason::kBadUsage,
                 absl::StrCat(target,
                              ": this evaluator is apart from the records, and gets a token of its own, so that "
                              "nobody can tell who asked for which records.\n  Say --evaluator-token-file FILE."));
  }
  return options_.evaluator_token;
}

absl::Status Channels::Prepare(const std::string& address, grpc::ClientContext& context) const {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(options_.timeout_seconds));
  ASSIGN_OR_RETURN(const TokenSource source, TokenFor(Target(address)));
  if (source == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string token, source());
  RETURN_IF_ERROR(CheckToken(token));
  context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
  return absl::OkStatus();
}

absl::Status Channels::Finish(const std::string& address, const grpc::Status& status) const {
  const std::string& target = Target(address);
  return FromGrpc(status, target, HasTls(target) ? options_.tls.ca_file : "");
}

}  // namespace exposure
