#include "client/core/number.h"

#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
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

// Why it is refused.
std::string Refusal(const v1::CanonicalRule& rule, std::string_view text) {
  const absl::StatusOr<CanonicalNumber> number = Canonicalise(rule, text);
  EXPECT_THAT(number, HasReason(Reason::kBadNumber));
  return std::string(number.status().message());
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

TEST(CanonicaliseTest, RefusesARuleThatDoesNotAddUpOrIsNotKnown) {
  EXPECT_THAT(Canonicalise(Rule(2, 1, 1, 6), "A1"), HasReason(Reason::kBadEpoch));
  v1::CanonicalRule unknown = Digits();
  unknown.set_check(static_cast<v1::CheckRule>(3));
  EXPECT_THAT(Canonicalise(unknown, "1234"), HasReason(Reason::kUnknownRule));
}

TEST(CanonicaliseTest, SaysWhatIsWrongWithLettersAndCheckDigits) {
  v1::CanonicalRule rule = Rule(1, 1, 6, 6, 0, {"PAY"});
  rule.set_letters("ABC");
  rule.set_check(v1::CHECK_RULE_LUHN);
  EXPECT_EQ(Form(rule, "pay b 000018"), "B000018");
  EXPECT_THAT(Refusal(rule, "X000018"), HasSubstr("Its letters are not"));
  EXPECT_THAT(Refusal(rule, "B000081"), HasSubstr("check digit does not fit"));
  EXPECT_THAT(Refusal(rule, "000018"), HasSubstr("does not look like one"));
}

TEST(CanonicaliseTest, SaysWhereAWordLeavesTwoReadings) {
  const v1::CanonicalRule rule = Rule(1, 2, 3, 3, 0, {"PAY", "PAYX"});
  EXPECT_EQ(Form(rule, "PAY Y123"), "Y123");
  EXPECT_EQ(Form(rule, "XY123"), "XY123");
  EXPECT_THAT(Refusal(rule, "PAY XY123"), HasSubstr("in two ways"));
}

TEST(CanonicaliseTest, LongestNumberFits) {
  const std::string longest = "ABCDEFGH12345678901234567890";
  EXPECT_EQ(Form(Rule(8, 8, 20, 20), longest), longest);
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
  v1::CanonicalRule rule = Rule(1, 2, 6, 6);
  rule.set_letters("ABC");
  rule.set_check(v1::CHECK_RULE_LUHN);
  EXPECT_EQ(DescribeRule(rule), "1 to 2 letters of ABC and 6 digits, the last of them a check digit");
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
