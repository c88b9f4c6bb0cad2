#include "client/core/grpc_status.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
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

// "40 s", "25 min", "3 h 20 min, at 00:00 UTC".
std::string WhenToComeBack(int64_t seconds) {
  if (seconds < 120) return absl::StrCat(seconds, " s");
  const int64_t minutes = (seconds + 59) / 60;
  if (minutes < 120) return absl::StrCat(minutes, " min");
  const absl::Time then = absl::Now() + absl::Seconds(seconds);
  return absl::StrCat(minutes / 60, " h ", minutes % 60, " min, at ",
                      absl::FormatTime("%H:%M UTC", then, absl::UTCTimeZone()));
}

// A handshake that failed, by gRPC's words for it. None of them is shown: the other side has a part in them.
std::optional<absl::Status> NoTls(const std::string& message, const std::string& address, const std::string& ca_file) {
  const auto says = [&message](std::string_view words) { return message.find(words) != std::string::npos; };
  if (says("certificate verify failed")) {
    return absl::UnavailableError(absl::StrCat("The certificate of the service at ", address, " is not of the CA in ",
                                               ca_file,
                                               ", or is over.\n  Check this computer's clock, and get the CA's file "
                                               "again from the operator. Send no number."));
  }
  if (says("Hostname Verification Check failed")) {
    return absl::UnavailableError(absl::StrCat("The certificate of the service at ", address,
                                               " is for another host.\n  Look at --server. Send no number."));
  }
  if (says("Tls handshake failed")) {
    return absl::UnavailableError(
        absl::StrCat("Whoever answers at ", address, " does not speak TLS 1.3.\n  Look at --server."));
  }
  return std::nullopt;
}

// What gRPC itself says, or somebody who is not this service: of whom nothing is shown but the code.
absl::Status WithoutReason(grpc::StatusCode code, const std::string& message, const std::string& address,
                           const std::string& ca_file) {
  const auto known = static_cast<absl::StatusCode>(code);
  switch (known) {
    case absl::StatusCode::kUnavailable:
      if (!ca_file.empty()) {
        if (const std::optional<absl::Status> no_tls = NoTls(message, address, ca_file)) return *no_tls;
      }
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

absl::Status OfThisService(grpc::StatusCode code, const Details& details, std::string message,
                           const std::string& address) {
  if (!details.reason) {
    return {static_cast<absl::StatusCode>(code), absl::StrCat("The service at ", address, ": \"", message, "\"")};
  }
  if (details.field.empty()) return Error(*details.reason, message);
  const std::string prefix = details.field + ": ";
  if (message.starts_with(prefix)) message.erase(0, prefix.size());
  return FieldError(*details.reason, details.field, message);
}

}  // namespace

absl::Status FromGrpc(const grpc::Status& status, const std::string& address, const std::string& ca_file) {
  if (status.ok()) return absl::OkStatus();
  const Details details = ReadDetails(status.error_details());
  std::string message = Clean(status.error_message());
  if (!details.ours) return WithoutReason(status.error_code(), message, address, ca_file);
  if (details.retry_seconds > 0) {
    absl::StrAppend(&message, " Try again in ", WhenToComeBack(details.retry_seconds), ".");
  }
  const absl::Status mapped = OfThisService(status.error_code(), details, std::move(message), address);
  return details.retry_seconds > 0 ? WithRetryAfter(mapped, static_cast<uint64_t>(details.retry_seconds)) : mapped;
}

}  // namespace exposure
