#include "client/core/check_digit.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"

namespace exposure {
namespace {

constexpr v1::CheckRule kUnknown = static_cast<v1::CheckRule>(3);

// How many of the ten last digits fit, the rest being `front`.
int FittingChecks(v1::CheckRule rule, const std::string& front) {
  int fitting = 0;
  for (char check = '0'; check <= '9'; ++check) fitting += CheckDigitFits(rule, front + check) ? 1 : 0;
  return fitting;
}

TEST(CheckDigitTest, PublishedExamplesFit) {
  EXPECT_TRUE(CheckDigitFits(v1::CHECK_RULE_LUHN, "79927398713"));
  EXPECT_TRUE(CheckDigitFits(v1::CHECK_RULE_LUHN, "4111111111111111"));
  EXPECT_TRUE(CheckDigitFits(v1::CHECK_RULE_MOD_11, "0306406152"));
  EXPECT_TRUE(CheckDigitFits(v1::CHECK_RULE_MOD_11, "0198534531"));
  EXPECT_FALSE(CheckDigitFits(v1::CHECK_RULE_LUHN, "0306406152"));
  EXPECT_FALSE(CheckDigitFits(v1::CHECK_RULE_MOD_11, "4111111111"));
}

TEST(CheckDigitTest, WithoutARuleEverythingFitsAndWithAnUnknownOneNothing) {
  EXPECT_TRUE(CheckDigitFits(v1::CHECK_RULE_UNSPECIFIED, "1234"));
  EXPECT_FALSE(CheckDigitFits(kUnknown, "0000"));
}

TEST(CheckDigitTest, ThereIsOneForEachNumberOrModulo11None) {
  int without = 0;
  for (int i = 0; i < 10000; ++i) {
    const std::string front = absl::StrFormat("%04d", i);
    ASSERT_EQ(FittingChecks(v1::CHECK_RULE_LUHN, front), 1) << front;
    const int mod_11 = FittingChecks(v1::CHECK_RULE_MOD_11, front);
    ASSERT_LE(mod_11, 1) << front;
    without += 1 - mod_11;
  }
  EXPECT_NEAR(without, 10000 / 11, 5);  // those whose check would be 10
}

TEST(CheckDigitTest, ZerosInFrontChangeNothing) {
  std::mt19937 random(20261124);
  for (int i = 0; i < 1000; ++i) {
    const std::string digits = absl::StrFormat("%06d", random() % 1000000);
    for (const v1::CheckRule rule : {v1::CHECK_RULE_LUHN, v1::CHECK_RULE_MOD_11}) {
      ASSERT_EQ(CheckDigitFits(rule, digits), CheckDigitFits(rule, "0000" + digits)) << digits;
    }
  }
}

// What check digits are for. Luhn's formula does not see 09 for 90.
TEST(CheckDigitTest, NoticesAWrongDigitAndTwoThatChangedPlaces) {
  for (const v1::CheckRule rule : {v1::CHECK_RULE_LUHN, v1::CHECK_RULE_MOD_11}) {
    std::mt19937 random(20261124);
    int good = 0;
    while (good < 500) {
      const std::string digits = absl::StrFormat("%010d", random());
      if (!CheckDigitFits(rule, digits)) continue;
      ++good;
      for (size_t i = 0; i < digits.size(); ++i) {
        std::string wrong = digits;
        wrong[i] = static_cast<char>('0' + (wrong[i] - '0' + 1 + random() % 9) % 10);
        ASSERT_FALSE(CheckDigitFits(rule, wrong)) << digits << " " << wrong;
        if (i == 0 || digits[i] == digits[i - 1]) continue;
        std::string swapped = digits;
        std::swap(swapped[i - 1], swapped[i]);
        const bool unseen = rule == v1::CHECK_RULE_LUHN && (digits[i] - '0') + (digits[i - 1] - '0') == 9 &&
                            (digits[i] == '9' || digits[i] == '0');
        ASSERT_EQ(CheckDigitFits(rule, swapped), unseen) << digits << " " << swapped;
      }
    }
  }
}

}  // namespace
}  // namespace exposure
