#include "client/core/grpc_status.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace exposure {
namespace {

constexpr std::string_view kDomain = "exposure.v1";
constexpr size_t kMaxMessage = 500;  // bytes shown of what the service says

std::string Clean(const std::string& text) {
  std::string clean;
  for (const char c : text.substr(0, kMaxMessage)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') clean.push_back(' ');  // one line: it must not look like one of ours
    if ((byte >= 0x20 && byte < 0x7f) || byte >= 0xa0) clean.push_back(c);
  }
  return clean;
}

// What the details of an error say.
struct Details {
  bool ours = false;  // of this service, though perhaps a newer one
  std::optional<Reason> reason;
  std::string field;
  int64_t retry_seconds = 0;
};

Details ReadDetails(const std::string& bytes) {
  Details details;
  google::rpc::Status status;
  if (!status.ParseFromString(bytes)) return details;
  for (const google::protobuf::Any& any : status.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    google::rpc::RetryInfo retry;
    if (any.UnpackTo(&info) && info.domain() == kDomain) {
      details.ours = true;
      details.reason = ReasonFromWord(info.reason());
    } else if (any.UnpackTo(&bad_request) && bad_request.field_violations_size() > 0) {
      details.field = Clean(bad_request.field_violations(0).field());
    } else if (any.UnpackTo(&retry)) {
      details.retry_seconds = retry.retry_delay().seconds() + (retry.retry_delay().nanos() > 0 ? 1 : 0);
    }
  }
  return details;
}

// What gRPC itself says, or somebody who is not this service: of whom nothing is shown but the code.
absl::Status WithoutReason(grpc::StatusCode code, const std::string& message, const std::string& address) {
  const auto known = static_cast<absl::StatusCode>(code);
  switch (known) {
    case absl::StatusCode::kUnavailable:
      return absl::UnavailableError(absl::StrCat("Cannot reach the service at ", address, ": \"", message, "\""));
    case absl::StatusCode::kUnknown:  // a connection that broke in the middle
    case absl::StatusCode::kInternal:
      return absl::UnavailableError(absl::StrCat("The connection to the service at ", address, " broke (",
                                                 absl::StatusCodeToString(known), ")."));
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kResourceExhausted:
      return {known,
              absl::StrCat("The service at ", address, " did not answer (", absl::StatusCodeToString(known), ").")};
    default:
      return Error(Reason::kBadResponse, absl::StrCat("Whoever answers at ", address, " is not this service."));
  }
}

}  // namespace

absl::Status FromGrpc(const grpc::Status& status, const std::string& address) {
  if (status.ok()) return absl::OkStatus();
  const Details details = ReadDetails(status.error_details());
  std::string message = Clean(status.error_message());
  if (details.retry_seconds > 0) absl::StrAppend(&message, " Try again in ", details.retry_seconds, " s.");
  if (!details.ours) return WithoutReason(status.error_code(), message, address);
  if (!details.reason) {
    return {static_cast<absl::StatusCode>(status.error_code()),
            absl::StrCat("The service at ", address, ": \"", message, "\"")};
  }
  if (details.field.empty()) return Error(*details.reason, message);
  const std::string prefix = details.field + ": ";
  if (message.starts_with(prefix)) message.erase(0, prefix.size());
  return FieldError(*details.reason, details.field, message);
}

}  // namespace exposure
