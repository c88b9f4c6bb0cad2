#include "server/catalogue_service.h"

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/status_macros.h"
#include "proto/rules/catalogue_message.h"
#include "server/unary.h"

namespace exposure::server {
namespace {

constexpr size_t kMaxHeaders = 4096;  // of one answer; clients ask again for more

grpc::ByteBuffer Serialise(crypto::SignedCatalogue catalogue, const ServedRoots& roots) {
  catalogue.root_key = roots.root_key;
  catalogue.root_changes = roots.changes;
  const grpc::Slice slice(ToMessage(catalogue).SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

absl::StatusOr<grpc::ByteBuffer> CatalogueServiceImpl::Prepared() {
  std::shared_ptr<const storage::ServedCatalogue> current = publisher_.Current();
  if (current == nullptr) {
    return Error(Reason::kCatalogueNotReady, "No catalogue was signed yet. Try again in a moment.");
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  if (prepared_for_ != current) {
    prepared_ = Serialise(current->signed_catalogue, roots_);
    prepared_for_ = std::move(current);
  }
  return prepared_;
}

grpc::ServerUnaryReactor* CatalogueServiceImpl::GetCatalogue(grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* /*request*/,
                                                             grpc::ByteBuffer* response) {
  const absl::StatusOr<grpc::ByteBuffer> prepared = Prepared();
  if (prepared.ok()) *response = *prepared;  // counts references
  return Answer(door_.Enter(*context, "exposure.v1.CatalogueService/GetCatalogue"), prepared.status());
}

grpc::ServerUnaryReactor* CatalogueServiceImpl::GetCatalogueHeaders(grpc::CallbackServerContext* context,
                                                                    const v1::GetCatalogueHeadersRequest* request,
                                                                    v1::GetCatalogueHeadersResponse* response) {
  absl::StatusOr<Entry> entry = door_.Enter(*context, "exposure.v1.CatalogueService/GetCatalogueHeaders");
  const auto read = [this, request, response](const Caller&) -> absl::Status {
    ASSIGN_OR_RETURN(std::vector<std::string> headers, publisher_.HeadersAfter(request->after_version(), kMaxHeaders));
    for (std::string& header : headers) response->add_headers(std::move(header));
    return absl::OkStatus();
  };
  return AnswerFrom(readers_, std::move(entry), *context, absl::OkStatus(), read);
}

}  // namespace exposure::server
