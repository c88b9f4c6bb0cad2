#include "server/status_mapping.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/log.h"

namespace exposure::server {
namespace {

void AddErrorInfo(Reason reason, google::rpc::Status& rich) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(ReasonWord(reason)));
  info.set_domain(kErrorDomain);
  rich.add_details()->PackFrom(info);
}

void AddBadRequest(const std::string& field, const std::string& description, google::rpc::Status& rich) {
  google::rpc::BadRequest bad;
  google::rpc::BadRequest::FieldViolation& violation = *bad.add_field_violations();
  violation.set_field(field);
  violation.set_description(description);
  rich.add_details()->PackFrom(bad);
}

void AddRetryInfo(uint64_t seconds, google::rpc::Status& rich) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(static_cast<int64_t>(seconds));
  rich.add_details()->PackFrom(retry);
}

// Whose limit was reached; empty for errors of another kind.
std::string LimitedOf(Reason reason) {
  switch (reason) {
    case Reason::kQuotaSubject:
      return "subject";
    case Reason::kQuotaCaller:
      return "caller";
    case Reason::kQuotaBudget:
      return "epoch";
    case Reason::kGrantUsedUp:
      return "grant";
    default:
      return "";
  }
}

void AddQuotaFailure(const std::string& limited, const std::string& description, google::rpc::Status& rich) {
  google::rpc::QuotaFailure failure;
  google::rpc::QuotaFailure::Violation& violation = *failure.add_violations();
  violation.set_subject(limited);
  violation.set_description(description);
  rich.add_details()->PackFrom(failure);
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const std::string message(status.message());
  const std::optional<Reason> reason = ReasonOf(status);
  if (!reason) {
    if (absl::IsCancelled(status)) return grpc::Status(grpc::StatusCode::CANCELLED, message);
    if (absl::IsDeadlineExceeded(status)) return grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, message);
    Log(Level::kError, absl::StrCat("internal error: ", message));
    return ToGrpc(Error(Reason::kInternal, "A fault of the service. It was logged; tell its operator."));
  }
  google::rpc::Status rich;
  rich.set_code(static_cast<int>(status.code()));
  rich.set_message(message);
  AddErrorInfo(*reason, rich);
  if (const std::string field = FieldOf(status); !field.empty()) AddBadRequest(field, message, rich);
  if (const std::string limited = LimitedOf(*reason); !limited.empty()) AddQuotaFailure(limited, message, rich);
  if (const std::optional<uint64_t> seconds = RetryAfter(status)) {
    AddRetryInfo(*seconds, rich);
  } else if (*reason == Reason::kOverloaded) {
    AddRetryInfo(kRetrySeconds, rich);
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message, rich.SerializeAsString());
}

}  // namespace exposure::server
