#include "base/error.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/status/statusor.h"
#include "base/status_macros.h"

namespace exposure {
namespace {

const Reason kAll[] = {
#define X(enumerator, word, code) Reason::enumerator,
    EXPOSURE_REASONS(X)
#undef X
};

TEST(ErrorTest, EveryReasonHasAWordOfItsOwnAndAnErrorCode) {
  std::set<std::string_view> words;
  for (const Reason reason : kAll) {
    EXPECT_TRUE(words.insert(ReasonWord(reason)).second) << ReasonWord(reason);
    EXPECT_EQ(ReasonFromWord(ReasonWord(reason)), reason);
    EXPECT_NE(ReasonCode(reason), absl::StatusCode::kOk);
  }
  EXPECT_EQ(ReasonFromWord("NO_SUCH_WORD"), std::nullopt);
}

TEST(ErrorTest, CarriesItsReasonAndField) {
  const absl::Status plain = Error(Reason::kBadProof, "It was forged.");
  EXPECT_EQ(plain.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(plain.message(), "It was forged.");
  EXPECT_EQ(ReasonOf(plain), Reason::kBadProof);
  EXPECT_EQ(FieldOf(plain), "");
  const absl::Status field = FieldError(Reason::kFieldLength, "subject", "has not 16 bytes.");
  EXPECT_EQ(ReasonOf(field), Reason::kFieldLength);
  EXPECT_EQ(FieldOf(field), "subject");
  EXPECT_EQ(field.message(), "subject: has not 16 bytes.");
  EXPECT_EQ(ReasonOf(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(ReasonOf(absl::InternalError("none")), std::nullopt);
}

absl::StatusOr<int> Half(int n) {
  if (n % 2 != 0) return absl::InvalidArgumentError("odd");
  return n / 2;
}

absl::StatusOr<int> Quarter(int n) {
  ASSIGN_OR_RETURN(const int half, Half(n));
  RETURN_IF_ERROR(Half(half).status());
  return half / 2;
}

TEST(StatusMacrosTest, ReturnTheFirstError) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(7).status().message(), "odd");
  EXPECT_EQ(Quarter(6).status().message(), "odd");
}

}  // namespace
}  // namespace exposure
