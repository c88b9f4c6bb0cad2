#include "client/core/number.h"

#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <random>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

v1::CanonicalRule Rule(uint32_t min_letters, uint32_t max_letters, uint32_t min_digits, uint32_t max_digits,
                       uint32_t pad = 0, std::initializer_list<const char*> words = {}) {
  v1::CanonicalRule rule;
  rule.set_min_letters(min_letters);
  rule.set_max_letters(max_letters);
  rule.set_min_digits(min_digits);
  rule.set_max_digits(max_digits);
  rule.set_pad_digits_to(pad);
  for (const char* word : words) rule.add_prefix_words(word);
  return rule;
}

v1::CanonicalRule MetPay() { return Rule(1, 1, 6, 6, 0, {"PAY", "NO", "Number"}); }
v1::CanonicalRule Digits() { return Rule(0, 0, 4, 6, 0, {"PC", "P", "NO"}); }

// The canonical form, or "" where it is refused.
std::string Form(const v1::CanonicalRule& rule, std::string_view text) {
  const absl::StatusOr<CanonicalNumber> number = Canonicalise(rule, text);
  if (number.ok()) return std::string(number->Reveal());
  EXPECT_THAT(number, HasReason(Reason::kBadNumber));
  return "";
}

struct Accepted {
  const char* name;
  v1::CanonicalRule rule;
  const char* text;
  const char* form;
};

void PrintTo(const Accepted& test, std::ostream* os) { *os << test.name; }

class AcceptedTest : public ::testing::TestWithParam<Accepted> {};

TEST_P(AcceptedTest, HasOneForm) { EXPECT_EQ(Form(GetParam().rule, GetParam().text), GetParam().form); }

INSTANTIATE_TEST_SUITE_P(
    Noise, AcceptedTest,
    ::testing::Values(
        Accepted{"Plain", MetPay(), "A123456", "A123456"}, Accepted{"LowerCase", MetPay(), "a123456", "A123456"},
        Accepted{"Spaces", MetPay(), "  A 123 456 ", "A123456"},
        Accepted{"LineBreakAtTheEnd", MetPay(), "A123456\r\n", "A123456"},
        Accepted{"NoBreakSpace", MetPay(), "A\u00a0123456", "A123456"},
        Accepted{"ThinSpace", MetPay(), "A\u2009123\u2009456", "A123456"},
        Accepted{"ZeroWidthSpace", MetPay(), "A123\u200b456", "A123456"},
        Accepted{"ByteOrderMark", MetPay(),
                 "\ufeff"
                 "A123456",
                 "A123456"},
        Accepted{"SoftHyphen", MetPay(), "A123\u00ad456", "A123456"},
        Accepted{"Hyphen", MetPay(), "A-123456", "A123456"}, Accepted{"EnDash", MetPay(), "A\u2013123456", "A123456"},
        Accepted{"FullWidthDigits", MetPay(), "A\uff11\uff12\uff13\uff14\uff15\uff16", "A123456"},
        Accepted{"ArabicIndicDigits", Digits(), "\u0661\u0662\u0663\u0664", "1234"},
        Accepted{"PrefixWords", MetPay(), "Pay No. A123456", "A123456"},
        Accepted{"PrefixWordLongestFirst", MetPay(), "number a123456", "A123456"},
        Accepted{"PC", Digits(), "PC 1234", "1234"}, Accepted{"P", Digits(), "P-123456", "123456"},
        Accepted{"No", Digits(), "No. 1234", "1234"}, Accepted{"NoColon", Digits(), "no: 1234", "1234"},
        Accepted{"Hash", Digits(), "#1234", "1234"}, Accepted{"Apostrophe", Digits(), "'001234", "001234"},
        Accepted{"LetterThatIsAlsoAWord", Rule(1, 1, 6, 6, 0, {"P"}), "P123456", "P123456"},
        Accepted{"Padded", Rule(0, 0, 1, 6, 6), "42", "000042"},
        Accepted{"PaddedAlready", Rule(0, 0, 1, 6, 6), "000042", "000042"},
        Accepted{"NotPadded", Rule(0, 0, 1, 6), "0042", "0042"},
        Accepted{"GroupedAndTooShortForTwo", Digits(), "123 456", "123456"},
        Accepted{"LettersOptional", Rule(0, 2, 1, 5), "x42", "X42"}),
    [](const auto& test) { return test.param.name; });

struct Refused {
  const char* name;
  v1::CanonicalRule rule;
  std::string text;
};

void PrintTo(const Refused& test, std::ostream* os) { *os << test.name; }

class RefusedTest : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedTest, AndNothingOfItIsRepeated) {
  const absl::StatusOr<CanonicalNumber> number = Canonicalise(GetParam().rule, GetParam().text);
  ASSERT_THAT(number, HasReason(Reason::kBadNumber));
  if (GetParam().text.size() >= 4) {
    EXPECT_THAT(std::string(number.status().message()), Not(HasSubstr(GetParam().text)));
  }
  EXPECT_THAT(std::string(number.status().message()), HasSubstr(DescribeRule(GetParam().rule)));
}

INSTANTIATE_TEST_SUITE_P(
    Guesses, RefusedTest,
    ::testing::Values(
        Refused{"Empty", MetPay(), ""}, Refused{"Spaces", MetPay(), "   "}, Refused{"NotAvailable", Digits(), "N/A"},
        Refused{"ToBeConfirmed", Digits(), "TBC"}, Refused{"PrefixWordAlone", Digits(), "PC"},
        Refused{"LetterO", MetPay(), "A12345O"}, Refused{"OForZero", Digits(), "O1234"},
        Refused{"Superscript", Rule(0, 0, 1, 6), "1\u00b2"}, Refused{"Circled", Digits(), "123\u2460"},
        Refused{"RomanNumeral", MetPay(), "\u2160123456"}, Refused{"Fraction", Digits(), "123\u00bd"},
        Refused{"CyrillicA", MetPay(), "\u0410123456"}, Refused{"GreekAlpha", MetPay(), "\u0391123456"},
        Refused{"FullWidthLetter", MetPay(), "\uff21123456"}, Refused{"KelvinSign", MetPay(), "\u212a123456"},
        Refused{"CombiningMark", MetPay(), "A\u0301123456"}, Refused{"TwoKindsOfDigits", Digits(), "12\u0663\u0664"},
        Refused{"Emoji", Digits(), "1234\U0001f600"}, Refused{"ASymbol", Digits(), "1234\u00b0"},
        Refused{"DecimalPoint", Digits(), "1234.0"}, Refused{"FullStopAtTheEnd", Digits(), "1234."},
        Refused{"Exponent", Rule(0, 0, 1, 20), "1.23457E+11"}, Refused{"ExponentWithoutPoint", Digits(), "12E34"},
        Refused{"Date", Digits(), "1/2/2023"}, Refused{"Formula", Digits(), "=\"001234\""},
        Refused{"Negative", Digits(), "-1234"}, Refused{"DashAtTheEnd", Digits(), "1234-"},
        Refused{"Footnote", Digits(), "1234*"}, Refused{"Comma", Digits(), "1,234"},
        Refused{"TwoNumbers", Digits(), "1234 5678"}, Refused{"TwoOfSix", MetPay(), "A123456 A123457"},
        Refused{"TwoShortOnes", Rule(0, 0, 1, 6), "12 34"}, Refused{"TwoLines", Rule(0, 0, 1, 8), "1234\n5678"},
        Refused{"TwoWithDash", Rule(0, 0, 2, 8), "12-34"}, Refused{"TooShort", MetPay(), "A12345"},
        Refused{"TooLong", MetPay(), "A1234567"}, Refused{"NoLetter", MetPay(), "123456"},
        Refused{"TwoLetters", MetPay(), "AB123456"}, Refused{"LetterAfterwards", MetPay(), "A123456B"},
        Refused{"NotUtf8", Digits(), "1234\xff"}, Refused{"CutOffUtf8", Digits(), "1234\xc2"},
        Refused{"Overlong", Digits(), std::string("\xc0\xb1", 2) + "234"},
        Refused{"Nul", Digits(), std::string("1234\0", 5)},
        Refused{"VeryLong", Rule(0, 0, 1, 20), std::string(300, ' ') + "1"}),
    [](const auto& test) { return test.param.name; });

TEST(CanonicaliseTest, RefusesARuleThatDoesNotAddUp) {
  EXPECT_THAT(Canonicalise(Rule(2, 1, 1, 6), "A1"), HasReason(Reason::kBadNumber));
  EXPECT_THAT(Canonicalise(Rule(0, 9, 1, 6), "A1"), HasReason(Reason::kBadNumber));
  EXPECT_THAT(Canonicalise(Rule(0, 1, 0, 6), "A"), HasReason(Reason::kBadNumber));
  EXPECT_THAT(Canonicalise(Rule(0, 1, 1, 21), "A1"), HasReason(Reason::kBadNumber));
  EXPECT_THAT(Canonicalise(Rule(0, 1, 1, 6, 7), "A1"), HasReason(Reason::kBadNumber));
}

TEST(CanonicaliseTest, LongestNumberFits) {
  const std::string longest = "ABCDEFGH12345678901234567890";
  EXPECT_EQ(Form(Rule(8, 8, 20, 20), longest), longest);
}

// For ever: whatever is accepted is its own form, and is made of A–Z and 0–9 only.
TEST(CanonicaliseTest, IsIdempotentForWhateverPeopleWrite) {
  const std::vector<v1::CanonicalRule> rules = {MetPay(), Digits(), Rule(0, 2, 1, 5, 5, {"PC", "P", "CP"}),
                                                Rule(0, 0, 1, 8, 8), Rule(1, 3, 1, 4, 0, {"A", "AB", "ABC"})};
  const std::vector<std::string> pieces = {
      "A", "b", "P",      "PC",     "No",     "0",      "1",      "42",     "987",    "1234",   " ", "-",
      ".", ":", "\u00a0", "\u200b", "\u00ad", "\u0663", "\uff11", "\u2013", "\u0410", "\u00b2", "/", "\n"};
  std::mt19937 random(20261123);
  size_t accepted = 0;
  for (int i = 0; i < 200000; ++i) {
    const v1::CanonicalRule& rule = rules[random() % rules.size()];
    std::string text;
    for (size_t n = 1 + random() % 6; n > 0; --n) text += pieces[random() % pieces.size()];
    const absl::StatusOr<CanonicalNumber> once = Canonicalise(rule, text);
    if (!once.ok()) continue;
    ++accepted;
    const std::string form(once->Reveal());
    ASSERT_EQ(form.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), std::string::npos);
    ASSERT_GE(form.size(), rule.pad_digits_to());
    const absl::StatusOr<CanonicalNumber> twice = Canonicalise(rule, form);
    ASSERT_THAT(twice, IsOk());
    ASSERT_EQ(twice->Reveal(), form);
  }
  EXPECT_GT(accepted, 10000u);  // the generator says something
}

TEST(CanonicaliseTest, DifferentNumbersHaveDifferentForms) {
  std::map<std::string, int> forms;
  for (int i = 0; i < 10000; ++i) ++forms[Form(Rule(0, 0, 1, 6, 6), absl::StrCat(i))];
  EXPECT_EQ(forms.size(), 10000u);
  EXPECT_EQ(forms.count(""), 0u);
  // Without padding zeros in front tell numbers apart.
  EXPECT_NE(Form(Rule(0, 0, 1, 6), "42"), Form(Rule(0, 0, 1, 6), "042"));
}

TEST(DescribeRuleTest, SaysWhatIsExpected) {
  EXPECT_EQ(DescribeRule(MetPay()), "1 letter and 6 digits");
  EXPECT_EQ(DescribeRule(Digits()), "4 to 6 digits");
  EXPECT_EQ(DescribeRule(Rule(0, 2, 1, 1)), "up to 2 letters and 1 digit");
}

TEST(OprfInputTest, JoinsTheParts) {
  EXPECT_EQ(OprfInput("met", "pay", CanonicalNumber("A123456")).Reveal(), "exposure/v1/met/pay/A123456");
  const std::string longest(32, 'z');
  const std::string number(32, '9');
  const OprfInput input(longest, longest, CanonicalNumber(number));
  EXPECT_EQ(input.Reveal(), absl::StrCat("exposure/v1/", longest, "/", longest, "/", number));
  EXPECT_LE(input.Reveal().size(), kMaxInput);
  EXPECT_FALSE(input == OprfInput(longest, longest, CanonicalNumber("9")));
}

}  // namespace
}  // namespace exposure
