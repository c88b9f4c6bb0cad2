// The details of a grpc::Status, decoded as a client does.
#ifndef EXPOSURE_TESTS_SUPPORT_RICH_ERROR_H_
#define EXPOSURE_TESTS_SUPPORT_RICH_ERROR_H_

#include <gmock/gmock.h>
#include <grpcpp/support/status.h>

#include <string>

#include "base/error.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace exposure::testing {

struct RichError {
  std::string reason;
  std::string domain;
  std::string field;    // of BadRequest
  std::string limited;  // of QuotaFailure: whose limit it is
  int64_t retry_seconds = 0;
  int details = 0;  // how many
};

inline RichError Decode(const grpc::Status& status) {
  RichError out;
  google::rpc::Status rich;
  if (!rich.ParseFromString(status.error_details()) || status.ok()) return out;
  if (rich.code() != static_cast<int>(status.error_code()) || rich.message() != status.error_message()) return out;
  out.details = rich.details_size();
  for (const google::protobuf::Any& detail : rich.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    google::rpc::RetryInfo retry;
    google::rpc::QuotaFailure quota;
    if (detail.UnpackTo(&info)) {
      out.reason = info.reason();
      out.domain = info.domain();
    } else if (detail.UnpackTo(&bad) && bad.field_violations_size() == 1) {
      out.field = bad.field_violations(0).field();
    } else if (detail.UnpackTo(&quota) && quota.violations_size() == 1) {
      out.limited = quota.violations(0).subject();
    } else if (detail.UnpackTo(&retry)) {
      out.retry_seconds = retry.retry_delay().seconds();
    }
  }
  return out;
}

MATCHER(IsGrpcOk, "is OK") {
  *result_listener << arg.error_code() << " " << arg.error_message();
  return arg.ok();
}

// The code that goes with the reason, the reason, and the service's domain.
MATCHER_P(IsError, reason, "is " + std::string(ReasonWord(reason))) {
  const RichError rich = Decode(arg);
  *result_listener << arg.error_code() << " " << rich.reason << ": " << arg.error_message();
  return static_cast<int>(arg.error_code()) == static_cast<int>(ReasonCode(reason)) &&
         rich.reason == ReasonWord(reason) && rich.domain == "exposure.v1";
}

// Besides, BadRequest names the field.
MATCHER_P2(IsFieldError, reason, field, "is " + std::string(ReasonWord(reason)) + " of " + field) {
  const RichError rich = Decode(arg);
  *result_listener << arg.error_code() << " " << rich.reason << " of " << rich.field;
  return static_cast<int>(arg.error_code()) == static_cast<int>(ReasonCode(reason)) &&
         rich.reason == ReasonWord(reason) && rich.field == field;
}

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_RICH_ERROR_H_
