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
    if ((byte >= 0x20 && byte < 0x7f) || byte >= 0xa0 || c == '\n') clean.push_back(c);
  }
  return clean;
}

// What the details of an error say.
struct Details {
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
      details.reason = ReasonFromWord(info.reason());
    } else if (any.UnpackTo(&bad_request) && bad_request.field_violations_size() > 0) {
      details.field = Clean(bad_request.field_violations(0).field());
    } else if (any.UnpackTo(&retry)) {
      details.retry_seconds = retry.retry_delay().seconds() + (retry.retry_delay().nanos() > 0 ? 1 : 0);
    }
  }
  return details;
}

}  // namespace

absl::Status FromGrpc(const grpc::Status& status, const std::string& address) {
  if (status.ok()) return absl::OkStatus();
  const Details details = ReadDetails(status.error_details());
  std::string message = Clean(status.error_message());
  if (details.retry_seconds > 0) absl::StrAppend(&message, " Try again in ", details.retry_seconds, " s.");
  if (!details.reason) {
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
      return absl::UnavailableError(absl::StrCat("Cannot reach the service at ", address, ": ", message));
    }
    return {static_cast<absl::StatusCode>(status.error_code()),
            absl::StrCat("The service at ", address, ": ", message)};
  }
  if (details.field.empty()) return Error(*details.reason, message);
  const std::string prefix = details.field + ": ";
  if (message.starts_with(prefix)) message.erase(0, prefix.size());
  return FieldError(*details.reason, details.field, message);
}

}  // namespace exposure
