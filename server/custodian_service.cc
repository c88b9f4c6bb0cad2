#include "server/custodian_service.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "exposure/v1/dataset.pb.h"
#include "proto/rules/notice_rules.h"
#include "server/log.h"
#include "server/recording.h"
#include "server/requests.h"
#include "server/unary.h"

namespace exposure::server {
namespace {

// The request was checked.
crypto::DatasetId IdOf(const std::string& bytes) { return *ToArray<16>(bytes); }

// The incident of a published dataset, for the log.
std::string IncidentOf(const storage::Publisher& publisher, const crypto::DatasetId& id) {
  const std::shared_ptr<const storage::ServedCatalogue> catalogue = publisher.Current();
  const CheckedDataset* dataset = catalogue == nullptr ? nullptr : catalogue->content.FindDataset(id);
  return dataset == nullptr ? "?" : dataset->message->incident_id();
}

// A name that was sent, for the log: nothing that is not an incident's.
std::string NoticeName(const v1::Notice& notice) {
  return IsIncidentId(notice.incident_id()) ? notice.incident_id() : "?";
}

// Whose place is taken, for the record: of what is asked, only a dataset that the catalogue lists.
std::optional<crypto::DatasetId> Replaced(storage::Publisher& publisher, const v1::PublishDatasetRequest& request) {
  const std::optional<crypto::DatasetId> asked = ToArray<16>(request.replaces());
  const bool taken = asked && request.replaces() != request.dataset_id() &&
                     publisher.Current()->content.FindDataset(*asked) != nullptr;
  return taken ? asked : std::nullopt;
}

// Passes `version` on; logs the change, or why there was none.
absl::StatusOr<uint64_t> Logged(const std::string& change, absl::StatusOr<uint64_t> version) {
  if (version.ok()) {
    Log(Level::kInfo, absl::StrCat(change, ": catalogue version ", *version));
  } else {
    Log(Level::kWarning, absl::StrCat(change, ": refused: ",
                                      std::string(ReasonWord(ReasonOf(version.status()).value_or(Reason::kInternal)))));
  }
  return version;
}

}  // namespace

grpc::ServerUnaryReactor* CustodianServiceImpl::Change(grpc::CallbackServerContext& context, std::string_view method,
                                                       const absl::Status& checked, Work change) {
  return AnswerFrom(writer_, door_.Enter(context, method), context, checked,
                    [this, method, change = std::move(change)](const Caller& caller) {
                      absl::Status status = change(caller);
                      RecordRefused(auditor_, caller, method, status);
                      return status;
                    });
}

grpc::ServerUnaryReactor* CustodianServiceImpl::ChangeRecords(grpc::CallbackServerContext& context,
                                                              std::string_view method, const absl::Status& checked,
                                                              Work change) {
  const absl::Status damaged =
      Error(Reason::kCorruptRecords, "The stored records are damaged. The operator must restore them.");
  return Change(context, method, checked.ok() && !records_usable_ ? damaged : checked, std::move(change));
}

absl::Status CustodianServiceImpl::CheckForce(const Caller& caller, const crypto::DatasetId& id) const {
  const absl::StatusOr<std::string> force = publisher_.ForceOf(id);
  if (ReasonOf(force.status()) == Reason::kUnknownUpload) return absl::OkStatus();
  RETURN_IF_ERROR(force.status());
  return MayChange(caller, *force);
}

absl::Status CustodianServiceImpl::CheckForce(const Caller& caller, const std::string& incident_id) const {
  const std::shared_ptr<const storage::ServedCatalogue> catalogue = publisher_.Current();
  const v1::Notice* notice = catalogue == nullptr ? nullptr : catalogue->content.FindIncident(incident_id);
  return notice == nullptr ? absl::OkStatus() : MayChange(caller, notice->force());
}

grpc::ServerUnaryReactor* CustodianServiceImpl::BeginUpload(grpc::CallbackServerContext* context,
                                                            const v1::BeginUploadRequest* request,
                                                            v1::BeginUploadResponse* response) {
  return ChangeRecords(*context, "exposure.v1.CustodianService/BeginUpload", CheckRequest(*request),
                       [this, request, response](const Caller& caller) -> absl::Status {
                         v1::DatasetDetails details;  // checked by the publisher
                         details.ParseFromString(request->details());
                         RETURN_IF_ERROR(MayChange(caller, details.mapping().force()));
                         ASSIGN_OR_RETURN(const storage::BegunUpload upload,
                                          publisher_.BeginUpload(AsBytes(request->manifest()),
                                                                 AsBytes(request->signature()), request->details()));
                         const auto manifest = crypto::DecodeManifest(AsBytes(request->manifest()));
                         if (manifest.ok()) RETURN_IF_ERROR(auditor_.Loaded(caller.name, manifest->dataset_id));
                         response->set_held(upload.state.held);
                         response->set_size(upload.state.size);
                         response->set_published(upload.published);
                         return absl::OkStatus();
                       });
}

grpc::ServerUnaryReactor* CustodianServiceImpl::UploadChunk(grpc::CallbackServerContext* context,
                                                            const v1::UploadChunkRequest* request,
                                                            v1::UploadChunkResponse* response) {
  return ChangeRecords(*context, "exposure.v1.CustodianService/UploadChunk", CheckRequest(*request),
                       [this, request, response](const Caller& caller) -> absl::Status {
                         const crypto::DatasetId id = IdOf(request->dataset_id());
                         RETURN_IF_ERROR(CheckForce(caller, id));
                         ASSIGN_OR_RETURN(const storage::UploadState state,
                                          publisher_.Append(id, request->offset(), AsBytes(request->data())));
                         response->set_held(state.held);
                         return absl::OkStatus();
                       });
}

grpc::ServerUnaryReactor* CustodianServiceImpl::AbortUpload(grpc::CallbackServerContext* context,
                                                            const v1::AbortUploadRequest* request,
                                                            v1::AbortUploadResponse* /*response*/) {
  return ChangeRecords(*context, "exposure.v1.CustodianService/AbortUpload", CheckRequest(*request),
                       [this, request](const Caller& caller) -> absl::Status {
                         const crypto::DatasetId id = IdOf(request->dataset_id());
                         RETURN_IF_ERROR(CheckForce(caller, id));
                         return publisher_.AbortUpload(id);
                       });
}

grpc::ServerUnaryReactor* CustodianServiceImpl::PublishDataset(grpc::CallbackServerContext* context,
                                                               const v1::PublishDatasetRequest* request,
                                                               v1::PublishDatasetResponse* response) {
  return ChangeRecords(*context, "exposure.v1.CustodianService/PublishDataset", CheckRequest(*request),
                       [this, request, response](const Caller& caller) -> absl::Status {
                         const crypto::DatasetId id = IdOf(request->dataset_id());
                         RETURN_IF_ERROR(CheckForce(caller, id));
                         const std::optional<crypto::DatasetId> replaced = Replaced(publisher_, *request);
                         absl::StatusOr<uint64_t> version =
                             Recorded(auditor_, caller, "publish", auditor_.Published(caller.name, id, replaced), [&] {
                               return publisher_.Publish(id, ToArray<16>(request->replaces()),
                                                         {request->review_at(), request->ends_at()});
                             });
                         ASSIGN_OR_RETURN(const uint64_t published,
                                          Logged(absl::StrCat("publish dataset ", ToHex(id),
                                                              replaced ? " in place of " + ToHex(*replaced) : "",
                                                              " of incident ", IncidentOf(publisher_, id)),
                                                 std::move(version)));
                         response->set_catalogue_version(published);
                         return absl::OkStatus();
                       });
}

grpc::ServerUnaryReactor* CustodianServiceImpl::RetractDataset(grpc::CallbackServerContext* context,
                                                               const v1::RetractDatasetRequest* request,
                                                               v1::RetractDatasetResponse* response) {
  return ChangeRecords(
      *context, "exposure.v1.CustodianService/RetractDataset", CheckRequest(*request),
      [this, request, response](const Caller& caller) -> absl::Status {
        const crypto::DatasetId id = IdOf(request->dataset_id());
        RETURN_IF_ERROR(CheckForce(caller, id));
        const std::string incident = IncidentOf(publisher_, id);
        const absl::StatusOr<storage::SignedReceipt> removed = Recorded(
            auditor_, caller, "retract", auditor_.Retracted(caller.name, id), [&] { return publisher_.Retract(id); });
        const auto version = [&]() -> absl::StatusOr<uint64_t> {
          if (!removed.ok()) return removed.status();
          return removed->receipt.catalogue_version;
        };
        RETURN_IF_ERROR(
            Logged(absl::StrCat("retract dataset ", ToHex(id), " of incident ", incident), version()).status());
        response->set_catalogue_version(removed->receipt.catalogue_version);
        response->set_receipt(ToString(Encode(removed->receipt)));
        response->set_receipt_signature(ToString(removed->signature));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* CustodianServiceImpl::PublishNotice(grpc::CallbackServerContext* context,
                                                              const v1::PublishNoticeRequest* request,
                                                              v1::PublishNoticeResponse* response) {
  return Change(*context, "exposure.v1.CustodianService/PublishNotice", CheckRequest(*request),
                [this, request, response](const Caller& caller) -> absl::Status {
                  RETURN_IF_ERROR(MayChange(caller, request->notice().force()));
                  ASSIGN_OR_RETURN(const uint64_t version,
                                   Logged(absl::StrCat("publish notice ", NoticeName(request->notice())),
                                          Recorded(auditor_, caller, "publish-notice",
                                                   auditor_.NoticePublished(caller.name, NoticeName(request->notice())),
                                                   [&] { return publisher_.PublishNotice(request->notice()); })));
                  response->set_catalogue_version(version);
                  return absl::OkStatus();
                });
}

grpc::ServerUnaryReactor* CustodianServiceImpl::UpdateNotice(grpc::CallbackServerContext* context,
                                                             const v1::UpdateNoticeRequest* request,
                                                             v1::UpdateNoticeResponse* response) {
  return Change(*context, "exposure.v1.CustodianService/UpdateNotice", CheckRequest(*request),
                [this, request, response](const Caller& caller) -> absl::Status {
                  RETURN_IF_ERROR(MayChange(caller, request->notice().force()));
                  RETURN_IF_ERROR(CheckForce(caller, request->notice().incident_id()));
                  ASSIGN_OR_RETURN(const uint64_t version,
                                   Logged(absl::StrCat("update notice ", NoticeName(request->notice())),
                                          Recorded(auditor_, caller, "edit-notice",
                                                   auditor_.NoticeEdited(caller.name, NoticeName(request->notice())),
                                                   [&] { return publisher_.UpdateNotice(request->notice()); })));
                  response->set_catalogue_version(version);
                  response->set_notice_version(request->notice().version() + 1);
                  return absl::OkStatus();
                });
}

}  // namespace exposure::server
