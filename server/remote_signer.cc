#include "server/remote_signer.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bodies.h"
#include "exposure/v1/signer_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/signer_service.h"
#include "server/status_mapping.h"

namespace exposure::server {
namespace {

using Stub = v1::SignerService::Stub;

// A retry does no harm: the same content has the same header, and so has the same receipt the same signature.
constexpr char kRetryPolicy[] = R"({"methodConfig":[{"name":[{}],"retryPolicy":{"maxAttempts":4,)"
                                R"("initialBackoff":"0.1s","maxBackoff":"2s","backoffMultiplier":3,)"
                                R"("retryableStatusCodes":["UNAVAILABLE"]}}]})";

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& target) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxSignerMessage);
  arguments.SetServiceConfigJSON(kRetryPolicy);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 1);
  arguments.SetInt(GRPC_ARG_PER_RPC_RETRY_BUFFER_SIZE, kMaxSignerMessage);  // the default is less than a catalogue
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);  // of one attempt to connect; the default is 20 s
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
}

// All but the content.
template <typename Response>
crypto::SignedCatalogue ToCatalogue(Response& response, std::string content) {
  return {std::move(*response.mutable_header()), std::move(*response.mutable_signature()), std::move(content),
          std::move(*response.mutable_delegation()), std::move(*response.mutable_delegation_signature())};
}

class RemoteSigner final : public storage::CatalogueSigner {
 public:
  RemoteSigner(const std::string& target, std::chrono::milliseconds deadline)
      : target_(target), deadline_(deadline), stub_(v1::SignerService::NewStub(MakeChannel(target))) {}

  absl::StatusOr<crypto::SignedCatalogue> Sign(const std::string& content) override {
    v1::SignRequest request;
    request.set_content(content);
    v1::SignResponse response;
    RETURN_IF_ERROR(Call(&Stub::Sign, request, response));
    return Checked(ToCatalogue(response, content));
  }

  // Waits for a signer that is about to start: this is asked for first.
  absl::StatusOr<std::optional<crypto::SignedCatalogue>> Newest() override {
    v1::GetNewestResponse response;
    RETURN_IF_ERROR(Call(&Stub::GetNewest, v1::GetNewestRequest(), response, true));
    if (response.header().empty()) return std::nullopt;
    std::string content = std::move(*response.mutable_content());
    return Checked(ToCatalogue(response, std::move(content)));
  }

  absl::StatusOr<std::vector<std::string>> HeadersAfter(uint64_t after, size_t most) override {
    v1::GetHeadersRequest request;
    request.set_after_version(after);
    request.set_most(static_cast<uint32_t>(std::min<size_t>(most, UINT32_MAX)));
    v1::GetHeadersResponse response;
    RETURN_IF_ERROR(Call(&Stub::GetHeaders, request, response));
    return std::vector<std::string>(response.headers().begin(), response.headers().end());
  }

  absl::StatusOr<crypto::Signature> SignReceipt(BytesView receipt) override {
    v1::SignReceiptRequest request;
    request.set_receipt(ToString(receipt));
    v1::SignReceiptResponse response;
    RETURN_IF_ERROR(Call(&Stub::SignReceipt, request, response));
    const std::optional<crypto::Signature> signature = ToArray<64>(response.signature());
    if (!signature) return NoSigner();
    return *signature;
  }

 private:
  absl::Status NoSigner() const {
    return Error(Reason::kSignerUnreachable, absl::StrCat("Whoever answers at ", target_, " is not this signer."));
  }

  absl::StatusOr<crypto::SignedCatalogue> Checked(crypto::SignedCatalogue made) const {
    const absl::StatusOr<crypto::CatalogueHeader> header = crypto::DecodeHeader(AsBytes(made.header));
    if (!header.ok() || header->content_hash != crypto::ContentHash(AsBytes(made.content))) return NoSigner();
    return made;
  }

  template <typename Method, typename Request, typename Response>
  absl::Status Call(Method method, const Request& request, Response& response, bool wait = false) {
    grpc::ClientContext context;
    context.set_wait_for_ready(wait);
    context.set_deadline(std::chrono::system_clock::now() + deadline_);
    return FromSigner((stub_.get()->*method)(&context, request, &response), target_);
  }

  const std::string target_;
  const std::chrono::milliseconds deadline_;
  const std::unique_ptr<Stub> stub_;
};

std::optional<Reason> ReasonIn(const grpc::Status& status) {
  google::rpc::Status rich;
  if (!rich.ParseFromString(status.error_details())) return std::nullopt;
  for (const google::protobuf::Any& any : rich.details()) {
    google::rpc::ErrorInfo info;
    if (any.UnpackTo(&info) && info.domain() == kErrorDomain) return ReasonFromWord(info.reason());
  }
  return std::nullopt;
}

}  // namespace

absl::Status FromSigner(const grpc::Status& status, const std::string& target) {
  if (status.ok()) return absl::OkStatus();
  if (const std::optional<Reason> reason = ReasonIn(status)) return Error(*reason, status.error_message());
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  return Error(Reason::kSignerUnreachable,
               absl::StrCat("The signer at ", target, " does not answer (", absl::StatusCodeToString(code),
                            "). What is served stays as it is; start the signer, then try again."));
}

std::unique_ptr<storage::CatalogueSigner> MakeRemoteSigner(const std::string& target,
                                                           std::chrono::milliseconds deadline) {
  return std::make_unique<RemoteSigner>(target, deadline);
}

}  // namespace exposure::server
