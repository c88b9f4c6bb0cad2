#include "server/requests.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bodies.h"
#include "crypto/bucket.h"
#include "crypto/dataset.h"
#include "proto/rules/notice_rules.h"
#include "server/caller.h"
#include "storage/sealing_grants.h"
#include "storage/surges.h"

namespace exposure::server {
namespace {

absl::Status CheckLength(const char* field, const std::string& bytes, size_t length) {
  if (bytes.size() == length) return absl::OkStatus();
  return FieldError(Reason::kFieldLength, field, absl::StrCat("must have ", length, " bytes."));
}

absl::Status CheckDatasetId(const std::string& id) { return CheckLength("dataset_id", id, crypto::DatasetId{}.size()); }

absl::Status CheckIncident(const std::string& id) {
  if (IsIncidentId(id)) return absl::OkStatus();
  return FieldError(Reason::kBadGrant, "incident_id", "must be 1 to 64 of a-z, 0-9 and -, like met-2023-supplier.");
}

absl::Status CheckNoticeGiven(bool given) {
  return given ? absl::OkStatus() : FieldError(Reason::kBadNotice, "notice", "is missing.");
}

}  // namespace

absl::Status CheckRequest(const v1::EvaluateRequest& request) {
  RETURN_IF_ERROR(CheckLength("epoch_id", request.epoch_id(), crypto::EpochId{}.size()));
  RETURN_IF_ERROR(CheckLength("subject", request.subject(), 16));
  RETURN_IF_ERROR(CheckLength("idempotency", request.idempotency(), 16));
  if (request.upload().empty()) return absl::OkStatus();
  return CheckLength("upload", request.upload(), storage::GrantId{}.size());
}

absl::Status CheckRequest(const v1::RequestGrantRequest& request) {
  RETURN_IF_ERROR(CheckLength("epoch_id", request.epoch_id(), crypto::EpochId{}.size()));
  return CheckIncident(request.incident_id());
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

absl::Status CheckRequest(const v1::GrantSealingRequest& request) {
  RETURN_IF_ERROR(CheckLength("epoch_id", request.epoch_id(), crypto::EpochId{}.size()));
  RETURN_IF_ERROR(CheckIncident(request.incident_id()));
  if (request.caller() == LocalCaller().name || CallerFromName(request.caller())) return absl::OkStatus();
  return FieldError(Reason::kBadGrant, "caller", "must be a caller's name, like custodian/met-response.");
}

absl::Status CheckRequest(const v1::ProposeSurgeRequest& request) {
  return CheckLength("epoch_id", request.epoch_id(), crypto::EpochId{}.size());
}

absl::Status CheckRequest(const v1::ApproveSurgeRequest& request) {
  return CheckLength("surge_id", request.surge_id(), storage::SurgeId{}.size());
}

absl::Status CheckRequest(const v1::SignRequest& request) {
  if (request.content().size() <= kMaxContent) return absl::OkStatus();
  return FieldError(Reason::kFieldLength, "content", absl::StrCat("may have ", kMaxContent, " bytes at most."));
}

absl::Status CheckRequest(const v1::SignReceiptRequest& request) {
  if (!request.receipt().empty() && request.receipt().size() <= kMaxReceipt) return absl::OkStatus();
  return FieldError(Reason::kFieldLength, "receipt", absl::StrCat("must have 1 to ", kMaxReceipt, " bytes."));
}

}  // namespace exposure::server
