#include "client/core/check_digit.h"

namespace exposure {
namespace {

// ISO/IEC 7812-1, annex B: every second digit from the right counts twice, by the sum of its digits.
bool LuhnFits(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, twice = !twice) {
    const int value = (*digit - '0') * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

// ISO 2108's weights 1, 2, 3 … from the right, the check digit's own first. A check of 10 is not a digit, so that no
// number has it.
bool Mod11Fits(std::string_view digits) {
  int sum = 0;
  int weight = 1;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) sum += (*digit - '0') * weight++;
  return sum % 11 == 0;
}

}  // namespace

bool CheckDigitFits(v1::CheckRule rule, std::string_view digits) {
  switch (rule) {
    case v1::CHECK_RULE_UNSPECIFIED:
      return true;
    case v1::CHECK_RULE_LUHN:
      return LuhnFits(digits);
    case v1::CHECK_RULE_MOD_11:
      return Mod11Fits(digits);
    default:
      return false;
  }
}

}  // namespace exposure
