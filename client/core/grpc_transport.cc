#include <grpcpp/grpcpp.h>

#include <charconv>
#include <chrono>
#include <map>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/core/catalogue_message.h"
#include "client/core/grpc_status.h"
#include "client/core/transport.h"
#include "exposure/v1/catalogue_service.grpc.pb.h"
#include "exposure/v1/evaluation_service.grpc.pb.h"
#include "exposure/v1/record_service.grpc.pb.h"

namespace exposure {
namespace {

// A fetch has at most 2 MiB of buckets; a catalogue grows with its notices and datasets.
constexpr int kMaxReceive = 64 << 20;

// All rpcs of these services are idempotent, and a retry sends the same bytes, tokens included.
constexpr char kRetryPolicy[] = R"({"methodConfig":[{"name":[{}],"retryPolicy":{"maxAttempts":4,)"
                                R"("initialBackoff":"0.1s","maxBackoff":"2s","backoffMultiplier":3,)"
                                R"("retryableStatusCodes":["UNAVAILABLE"]}}]})";

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxReceive);
  arguments.SetServiceConfigJSON(kRetryPolicy);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 1);
  // Compressed responses would say by their length what is in them.
  arguments.SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1 << GRPC_COMPRESS_NONE);
  // What is asked goes to the service itself.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

class GrpcTransport final : public Transport {
 public:
  explicit GrpcTransport(const TransportOptions& options) : options_(options) {}

  absl::StatusOr<crypto::SignedCatalogue> GetCatalogue() override {
    v1::GetCatalogueResponse response;
    RETURN_IF_ERROR(Call<v1::CatalogueService>(options_.server, &v1::CatalogueService::Stub::GetCatalogue,
                                               v1::GetCatalogueRequest(), response));
    return FromMessage(std::move(response));
  }

  absl::StatusOr<std::vector<std::string>> GetCatalogueHeaders(uint64_t after_version) override {
    v1::GetCatalogueHeadersRequest request;
    request.set_after_version(after_version);
    v1::GetCatalogueHeadersResponse response;
    RETURN_IF_ERROR(Call<v1::CatalogueService>(options_.server, &v1::CatalogueService::Stub::GetCatalogueHeaders,
                                               request, response));
    return std::vector<std::string>(response.headers().begin(), response.headers().end());
  }

  absl::StatusOr<v1::EvaluateResponse> Evaluate(const std::string& address,
                                                const v1::EvaluateRequest& request) override {
    v1::EvaluateResponse response;
    RETURN_IF_ERROR(Call<v1::EvaluationService>(address.empty() ? options_.server : address,
                                                &v1::EvaluationService::Stub::Evaluate, request, response));
    return response;
  }

  absl::StatusOr<v1::FetchBucketResponse> FetchBucket(const v1::FetchBucketRequest& request) override {
    v1::FetchBucketResponse response;
    RETURN_IF_ERROR(Call<v1::RecordService>(options_.server, &v1::RecordService::Stub::FetchBucket, request, response));
    return response;
  }

  // The deadline is one of silence: a call that ends after it brought something is followed by another from there on.
  absl::Status DownloadDataset(BytesView dataset_id, uint64_t offset,
                               absl::FunctionRef<absl::Status(std::string_view)> sink) override {
    for (;;) {
      const uint64_t before = offset;
      bool refused = false;
      const absl::Status status = DownloadOnce(dataset_id, offset, refused, sink);
      const bool broken = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
      if (refused || !broken || offset == before) return status;
    }
  }

 private:
  absl::Status DownloadOnce(BytesView dataset_id, uint64_t& offset, bool& refused,
                            absl::FunctionRef<absl::Status(std::string_view)> sink) {
    const std::unique_ptr<v1::RecordService::Stub> stub = v1::RecordService::NewStub(ChannelTo(options_.server));
    grpc::ClientContext context;
    SetDeadline(context);
    v1::DownloadDatasetRequest request;
    request.set_dataset_id(ToString(dataset_id));
    request.set_offset(offset);
    const auto reader = stub->DownloadDataset(&context, request);
    v1::DownloadDatasetResponse piece;
    while (reader->Read(&piece)) {
      const absl::Status status = sink(piece.data());
      if (!status.ok()) {
        refused = true;
        context.TryCancel();
        reader->Finish();
        return status;
      }
      offset += piece.data().size();
    }
    return FromGrpc(reader->Finish(), options_.server);
  }

  template <typename Service, typename Method, typename Request, typename Response>
  absl::Status Call(const std::string& address, Method method, const Request& request, Response& response) {
    const std::unique_ptr<typename Service::Stub> stub = Service::NewStub(ChannelTo(address));
    grpc::ClientContext context;
    SetDeadline(context);
    return FromGrpc((stub.get()->*method)(&context, request, &response), address);
  }

  void SetDeadline(grpc::ClientContext& context) const {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(options_.timeout_seconds));
  }

  std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::shared_ptr<grpc::Channel>& channel = channels_[address];
    if (channel == nullptr) channel = MakeChannel(address);
    return channel;
  }

  const TransportOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;  // by address; guarded by mutex_
};

bool IsPort(std::string_view text) {
  uint32_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

}  // namespace

absl::Status CheckServerAddress(std::string_view address) {
  constexpr std::string_view kUnix = "unix:";
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

std::unique_ptr<Transport> MakeGrpcTransport(const TransportOptions& options) {
  return std::make_unique<GrpcTransport>(options);
}

}  // namespace exposure
