#include "server/requests.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bodies.h"
#include "crypto/bucket.h"
#include "crypto/dataset.h"

namespace exposure::server {
namespace {

absl::Status CheckLength(const char* field, const std::string& bytes, size_t length) {
  if (bytes.size() == length) return absl::OkStatus();
  return FieldError(Reason::kFieldLength, field, absl::StrCat("must have ", length, " bytes."));
}

absl::Status CheckDatasetId(const std::string& id) { return CheckLength("dataset_id", id, crypto::DatasetId{}.size()); }

absl::Status CheckNoticeGiven(bool given) {
  return given ? absl::OkStatus() : FieldError(Reason::kBadNotice, "notice", "is missing.");
}

}  // namespace

absl::Status CheckRequest(const v1::EvaluateRequest& request) {
  RETURN_IF_ERROR(CheckLength("epoch_id", request.epoch_id(), crypto::EpochId{}.size()));
  RETURN_IF_ERROR(CheckLength("subject", request.subject(), 16));
  RETURN_IF_ERROR(CheckLength("idempotency", request.idempotency(), 16));
  if (request.upload().empty()) return absl::OkStatus();
  return FieldError(Reason::kFieldLength, "upload", "must be empty: this service gives no grants.");
}

absl::Status CheckRequest(const v1::FetchBucketRequest& request) {
  RETURN_IF_ERROR(CheckLength("content_hash", request.content_hash(), crypto::Hash{}.size()));
  RETURN_IF_ERROR(CheckLength("epoch_id", request.epoch_id(), crypto::EpochId{}.size()));
  return CheckLength("prefix", request.prefix(), crypto::kPrefixSize);
}

absl::Status CheckRequest(const v1::DownloadDatasetRequest& request) { return CheckDatasetId(request.dataset_id()); }

absl::Status CheckRequest(const v1::BeginUploadRequest& request) {
  RETURN_IF_ERROR(CheckLength("manifest", request.manifest(), crypto::kManifestSize));
  RETURN_IF_ERROR(CheckLength("signature", request.signature(), crypto::Signature{}.size()));
  if (request.details().size() <= crypto::kMaxDetails) return absl::OkStatus();
  return FieldError(Reason::kFieldLength, "details", absl::StrCat("may have ", crypto::kMaxDetails, " bytes at most."));
}

absl::Status CheckRequest(const v1::UploadChunkRequest& request) {
  RETURN_IF_ERROR(CheckDatasetId(request.dataset_id()));
  if (!request.data().empty() && request.data().size() <= kMaxChunk) return absl::OkStatus();
  return FieldError(Reason::kFieldLength, "data", absl::StrCat("must have 1 to ", kMaxChunk, " bytes."));
}

absl::Status CheckRequest(const v1::AbortUploadRequest& request) { return CheckDatasetId(request.dataset_id()); }

absl::Status CheckRequest(const v1::PublishDatasetRequest& request) {
  RETURN_IF_ERROR(CheckDatasetId(request.dataset_id()));
  if (request.replaces().empty() || request.replaces().size() == crypto::DatasetId{}.size()) return absl::OkStatus();
  return FieldError(Reason::kFieldLength, "replaces", "must be empty or have 16 bytes.");
}

absl::Status CheckRequest(const v1::RetractDatasetRequest& request) { return CheckDatasetId(request.dataset_id()); }

absl::Status CheckRequest(const v1::PublishNoticeRequest& request) { return CheckNoticeGiven(request.has_notice()); }

absl::Status CheckRequest(const v1::UpdateNoticeRequest& request) { return CheckNoticeGiven(request.has_notice()); }

}  // namespace exposure::server
