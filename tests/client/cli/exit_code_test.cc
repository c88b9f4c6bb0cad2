#include "client/cli/exit_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace exposure::cli {
namespace {

// The table of the man page, for the reasons that a script is likely to look for.
TEST(ExitCodeTest, EachKindOfErrorHasItsCode) {
  const std::map<Reason, ExitCode> expected = {
      {Reason::kBadUsage, ExitCode::kWrongUse},
      {Reason::kBadNumber, ExitCode::kWrongUse},
      {Reason::kNumbersDiffer, ExitCode::kWrongUse},
      {Reason::kUnknownForce, ExitCode::kWrongUse},
      {Reason::kUnknownScheme, ExitCode::kWrongUse},
      {Reason::kBadNotice, ExitCode::kWrongUse},
      {Reason::kKeyFile, ExitCode::kWrongUse},
      {Reason::kBadProof, ExitCode::kNotVerified},
      {Reason::kBadScalar, ExitCode::kNotVerified},
      {Reason::kBadPath, ExitCode::kNotVerified},
      {Reason::kBadSignature, ExitCode::kNotVerified},  // though its code is PERMISSION_DENIED
      {Reason::kMissingDataset, ExitCode::kNotVerified},
      {Reason::kCatalogueExpired, ExitCode::kNotVerified},
      {Reason::kClockBehind, ExitCode::kNotVerified},
      {Reason::kStaleCatalogue, ExitCode::kNotVerified},
      {Reason::kDelegationExpired, ExitCode::kNotVerified},
      {Reason::kUnknownCustodian, ExitCode::kRefused},
      {Reason::kWrongForce, ExitCode::kRefused},
      {Reason::kDifferenceUnexplained, ExitCode::kRefused},
      {Reason::kSmallBatch, ExitCode::kRefused},
      {Reason::kDatasetExists, ExitCode::kWrongUse},
      {Reason::kOverloaded, ExitCode::kRefused},
      {Reason::kShuttingDown, ExitCode::kUnreachable},
      {Reason::kCatalogueNotReady, ExitCode::kUnreachable},
      {Reason::kStorageFailed, ExitCode::kUnreachable},
      {Reason::kDiskFull, ExitCode::kFailed},
  };
  for (const auto& [reason, code] : expected) {
    EXPECT_EQ(ExitCodeOf(Error(reason, "what")), code) << ReasonWord(reason);
  }
}

// An answer that could not be verified must never look like anything else.
TEST(ExitCodeTest, WhateverTheClientCouldNotVerifyIsThree) {
#define X(enumerator, word, code)                                               \
  if (ReasonCode(Reason::enumerator) == absl::StatusCode::kDataLoss) {          \
    EXPECT_EQ(ExitCodeOf(Reason::enumerator), ExitCode::kNotVerified) << #word; \
  }                                                                             \
  EXPECT_NE(ExitCodeOf(Reason::enumerator), ExitCode::kOk) << #word;
  EXPOSURE_REASONS(X)
#undef X
}

TEST(ExitCodeTest, WithoutAReasonTheStatusCodeDecides) {
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("")), ExitCode::kUnreachable);
  EXPECT_EQ(ExitCodeOf(absl::DeadlineExceededError("")), ExitCode::kUnreachable);
  EXPECT_EQ(ExitCodeOf(absl::DataLossError("")), ExitCode::kNotVerified);
  EXPECT_EQ(ExitCodeOf(absl::ResourceExhaustedError("")), ExitCode::kRefused);
  EXPECT_EQ(ExitCodeOf(absl::PermissionDeniedError("")), ExitCode::kRefused);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("")), ExitCode::kWrongUse);
  EXPECT_EQ(ExitCodeOf(absl::InternalError("")), ExitCode::kFailed);
}

}  // namespace
}  // namespace exposure::cli
