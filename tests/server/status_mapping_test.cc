#include "server/status_mapping.h"

#include <set>
#include <string>
#include <vector>

#include "tests/support/rich_error.h"
#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using testing::Decode;
using testing::IsError;
using testing::RichError;

const std::vector<Reason> kReasons = {
#define X(enumerator, word, code) Reason::enumerator,
    EXPOSURE_REASONS(X)
#undef X
};

class StatusMappingTest : public ::testing::TestWithParam<Reason> {};

INSTANTIATE_TEST_SUITE_P(Reasons, StatusMappingTest, ::testing::ValuesIn(kReasons),
                         [](const auto& reason) { return std::string(ReasonWord(reason.param)); });

TEST(RetryMappingTest, ALimitSaysWhenToComeBack) {
  const grpc::Status status = ToGrpc(WithRetryAfter(Error(Reason::kQuotaSubject, "Enough for today."), 4711));
  EXPECT_EQ(Decode(status).retry_seconds, 4711);
  EXPECT_EQ(Decode(status).details, 3);
}

TEST_P(StatusMappingTest, CarriesReasonCodeAndMessage) {
  const grpc::Status status = ToGrpc(Error(GetParam(), "What to do."));
  EXPECT_THAT(status, IsError(GetParam()));
  EXPECT_EQ(status.error_message(), "What to do.");
  const RichError rich = Decode(status);
  EXPECT_EQ(rich.field, "");
  EXPECT_EQ(rich.retry_seconds, GetParam() == Reason::kOverloaded ? 1 : 0);
  const bool limited = GetParam() == Reason::kQuotaSubject || GetParam() == Reason::kQuotaCaller ||
                       GetParam() == Reason::kQuotaBudget || GetParam() == Reason::kGrantUsedUp;
  EXPECT_EQ(rich.details, GetParam() == Reason::kOverloaded || limited ? 2 : 1);
}

TEST_P(StatusMappingTest, CarriesTheField) {
  const grpc::Status status = ToGrpc(FieldError(GetParam(), "notice.title.en", "is missing."));
  EXPECT_THAT(status, testing::IsFieldError(GetParam(), "notice.title.en"));
  EXPECT_EQ(status.error_message(), "notice.title.en: is missing.");
}

TEST(StatusMappingCodesTest, AbseilAndGrpcNumberCodesAlike) {
  // The mapping relies on it.
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kInvalidArgument), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kNotFound), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kAlreadyExists), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kPermissionDenied), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kResourceExhausted), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kFailedPrecondition), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kAborted), grpc::StatusCode::ABORTED);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kOutOfRange), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kInternal), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kUnavailable), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(static_cast<int>(absl::StatusCode::kDataLoss), grpc::StatusCode::DATA_LOSS);
}

TEST(StatusMappingWithoutReasonTest, OkIsOk) { EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok()); }

TEST(StatusMappingWithoutReasonTest, WhatTheCallerDidKeepsItsCode) {
  EXPECT_EQ(ToGrpc(absl::CancelledError("Cancelled.")).error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(ToGrpc(absl::DeadlineExceededError("Late.")).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST(StatusMappingWithoutReasonTest, AnythingElseIsAFaultOfOursThatIsNotSent) {
  for (const absl::Status& status : {absl::InternalError("secret detail"), absl::UnknownError("secret detail"),
                                     absl::InvalidArgumentError("secret detail")}) {
    const grpc::Status sent = ToGrpc(status);
    EXPECT_THAT(sent, IsError(Reason::kInternal));
    EXPECT_EQ(sent.error_message().find("secret detail"), std::string::npos);
    EXPECT_EQ(sent.error_details().find("secret detail"), std::string::npos);
  }
}

}  // namespace
}  // namespace exposure::server
