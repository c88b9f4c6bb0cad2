#include "server/signer_service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/status_macros.h"
#include "crypto/catalogue.h"
#include "crypto/receipt.h"
#include "server/requests.h"
#include "server/unary.h"

namespace exposure::server {
namespace {

constexpr uint32_t kHeadersOfOneAnswer = 4096;  // of one answer

// All but the content.
template <typename Response>
void Fill(crypto::SignedCatalogue& made, Response& response) {
  response.set_header(std::move(made.header));
  response.set_signature(std::move(made.signature));
  response.set_delegation(std::move(made.delegation));
  response.set_delegation_signature(std::move(made.delegation_signature));
}

}  // namespace

grpc::ServerUnaryReactor* SignerServiceImpl::Sign(grpc::CallbackServerContext* context, const v1::SignRequest* request,
                                                  v1::SignResponse* response) {
  const auto work = [this, request, response](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(crypto::SignedCatalogue made, signer_.Sign(request->content()));
    RETURN_IF_ERROR(Record(caller, made.header));
    Fill(made, *response);
    return absl::OkStatus();
  };
  return AnswerFrom(writer_, door_.Enter(*context, "exposure.v1.SignerService/Sign"), *context, CheckRequest(*request),
                    work);
}

absl::Status SignerServiceImpl::Record(const Caller& caller, const std::string& header) {
  if (header == recorded_) return absl::OkStatus();  // asked again
  ASSIGN_OR_RETURN(const crypto::CatalogueHeader decoded, crypto::DecodeHeader(AsBytes(header)));
  RETURN_IF_ERROR(auditor_.CatalogueSigned(caller.name, decoded.version));
  recorded_ = header;
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* SignerServiceImpl::GetNewest(grpc::CallbackServerContext* context,
                                                       const v1::GetNewestRequest* /*request*/,
                                                       v1::GetNewestResponse* response) {
  const auto work = [this, response](const Caller&) -> absl::Status {
    ASSIGN_OR_RETURN(std::optional<crypto::SignedCatalogue> newest, signer_.Newest());
    if (!newest) return absl::OkStatus();
    Fill(*newest, *response);
    response->set_content(std::move(newest->content));
    return absl::OkStatus();
  };
  return AnswerFrom(writer_, door_.Enter(*context, "exposure.v1.SignerService/GetNewest"), *context, absl::OkStatus(),
                    work);
}

grpc::ServerUnaryReactor* SignerServiceImpl::GetHeaders(grpc::CallbackServerContext* context,
                                                        const v1::GetHeadersRequest* request,
                                                        v1::GetHeadersResponse* response) {
  const auto work = [this, request, response](const Caller&) -> absl::Status {
    const uint32_t most = std::min(request->most(), kHeadersOfOneAnswer);
    ASSIGN_OR_RETURN(std::vector<std::string> headers, signer_.HeadersAfter(request->after_version(), most));
    for (std::string& header : headers) response->add_headers(std::move(header));
    return absl::OkStatus();
  };
  return AnswerFrom(writer_, door_.Enter(*context, "exposure.v1.SignerService/GetHeaders"), *context, absl::OkStatus(),
                    work);
}

grpc::ServerUnaryReactor* SignerServiceImpl::SignReceipt(grpc::CallbackServerContext* context,
                                                         const v1::SignReceiptRequest* request,
                                                         v1::SignReceiptResponse* response) {
  const auto work = [this, request, response](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const crypto::Receipt receipt, crypto::DecodeReceipt(AsBytes(request->receipt())));
    RETURN_IF_ERROR(auditor_.ReceiptSigned(caller.name, receipt.dataset_id));
    ASSIGN_OR_RETURN(const crypto::Signature signature, signer_.SignReceipt(AsBytes(request->receipt())));
    response->set_signature(ToString(signature));
    return absl::OkStatus();
  };
  return AnswerFrom(writer_, door_.Enter(*context, "exposure.v1.SignerService/SignReceipt"), *context,
                    CheckRequest(*request), work);
}

}  // namespace exposure::server
