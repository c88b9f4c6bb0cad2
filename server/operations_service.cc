#include "server/operations_service.h"

#include <string>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "server/download.h"
#include "server/recording.h"
#include "server/requests.h"
#include "server/unary.h"

namespace exposure::server {
namespace {

constexpr size_t kPieceBytes = 256 << 10;
constexpr char kGrantSealing[] = "exposure.v1.OperationsService/GrantSealing";
constexpr char kApproveSurge[] = "exposure.v1.OperationsService/ApproveSurge";

}  // namespace

absl::Status OperationsServiceImpl::Here(const absl::Status& checked) const {
  if (quotas_ != nullptr) return checked;
  return Error(Reason::kNotHere, "This process evaluates nothing. Ask the evaluator: another --server.");
}

absl::Status OperationsServiceImpl::Grant(const Caller& caller, const v1::GrantSealingRequest& request,
                                          v1::GrantSealingResponse& response) const {
  const storage::GrantScope scope = {
      .epoch = *ToArray<16>(request.epoch_id()), .caller = request.caller(), .incident = request.incident_id()};
  const absl::Status recorded =
      auditor_.GrantGiven(caller.name, scope.epoch, scope.incident, scope.caller, request.rows(), request.runs());
  ASSIGN_OR_RETURN(const storage::Grant grant, Recorded(auditor_, caller, "grant", recorded, [&] {
                     return quotas_->GrantSealing(caller.name, scope, request.rows(), request.runs());
                   }));
  response.set_elements_left(grant.balance.left);
  response.set_expires_at(grant.balance.expires_at);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* OperationsServiceImpl::GrantSealing(grpc::CallbackServerContext* context,
                                                              const v1::GrantSealingRequest* request,
                                                              v1::GrantSealingResponse* response) {
  return AnswerFrom(readers_, door_.Enter(*context, kGrantSealing), *context, Here(CheckRequest(*request)),
                    [this, request, response](const Caller& caller) -> absl::Status {
                      absl::Status status = Grant(caller, *request, *response);
                      RecordRefused(auditor_, caller, kGrantSealing, status);
                      return status;
                    });
}

grpc::ServerUnaryReactor* OperationsServiceImpl::GetQuotas(grpc::CallbackServerContext* context,
                                                           const v1::GetQuotasRequest* /*request*/,
                                                           v1::GetQuotasResponse* response) {
  return AnswerFrom(readers_, door_.Enter(*context, "exposure.v1.OperationsService/GetQuotas"), *context,
                    Here(absl::OkStatus()), [this, response](const Caller&) -> absl::Status {
                      ASSIGN_OR_RETURN(*response, quotas_->Usage());
                      return absl::OkStatus();
                    });
}

grpc::ServerUnaryReactor* OperationsServiceImpl::ProposeSurge(grpc::CallbackServerContext* context,
                                                              const v1::ProposeSurgeRequest* request,
                                                              v1::ProposeSurgeResponse* response) {
  return AnswerFrom(
      readers_, door_.Enter(*context, "exposure.v1.OperationsService/ProposeSurge"), *context,
      Here(CheckRequest(*request)), [this, request, response](const Caller& caller) -> absl::Status {
        const crypto::EpochId epoch = *ToArray<16>(request->epoch_id());
        const absl::Status recorded = auditor_.SurgeProposed(caller.name, epoch, request->factor(), request->hours());
        ASSIGN_OR_RETURN(const storage::SurgeId id, Recorded(auditor_, caller, "propose-surge", recorded, [&] {
                           return quotas_->ProposeSurge(caller.name, epoch, request->factor(), request->hours());
                         }));
        response->set_surge_id(ToString(id));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* OperationsServiceImpl::ApproveSurge(grpc::CallbackServerContext* context,
                                                              const v1::ApproveSurgeRequest* request,
                                                              v1::ApproveSurgeResponse* response) {
  return AnswerFrom(readers_, door_.Enter(*context, kApproveSurge), *context, Here(CheckRequest(*request)),
                    [this, request, response](const Caller& caller) -> absl::Status {
                      const storage::SurgeId id = *ToArray<16>(request->surge_id());
                      const absl::StatusOr<uint64_t> until =
                          Recorded(auditor_, caller, "approve-surge", auditor_.SurgeApproved(caller.name, id),
                                   [&] { return quotas_->ApproveSurge(caller.name, id); });
                      RecordRefused(auditor_, caller, kApproveSurge, until.status());
                      RETURN_IF_ERROR(until.status());
                      response->set_until(*until);
                      return absl::OkStatus();
                    });
}

// The export is on record before its first byte leaves, so it ends with its own entry.
grpc::ServerWriteReactor<v1::ExportAuditResponse>* OperationsServiceImpl::ExportAudit(
    grpc::CallbackServerContext* context, const v1::ExportAuditRequest* request) {
  const uint64_t from = request->from() == 0 ? 1 : request->from();
  return new Download<v1::ExportAuditResponse>(
      readers_, door_.Enter(*context, "exposure.v1.OperationsService/ExportAudit"), *context, absl::OkStatus(),
      [this, from, next = uint64_t{0}](const Caller& caller) mutable -> absl::StatusOr<std::string> {
        if (next == 0) {
          if (from > auditor_.log().last().sequence + 1) {
            return Error(Reason::kBadOffset, "The audit log has no entry of that number yet.");
          }
          RETURN_IF_ERROR(auditor_.Exported(caller.name, from));
          next = from;
        }
        ASSIGN_OR_RETURN(storage::AuditPiece piece, auditor_.log().Read(next, kPieceBytes));
        next = piece.next;
        return std::move(piece.bytes);
      });
}

}  // namespace exposure::server
