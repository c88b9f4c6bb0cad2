// What holds of every sound rule and every text, tried with made-up ones. Seeded: a failure is the same on every run.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/core/check_digit.h"
#include "client/core/number.h"
#include "proto/rules/canonical_rule.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::HasReason;
using testing::IsOk;

const std::vector<std::string> kSpaces = {" ", "\t", "\u00a0", "\u2003", "\u202f", "\u3000"};
const std::vector<std::string> kDashes = {"-", "\u2010", "\u2011", "\u2013", "\u2014", "\uff0d"};
const std::vector<std::string> kMarks = {".", ":", "#", "'"};
const std::vector<std::string> kIgnored = {"\u200b", "\u00ad", "\ufeff", "\u2060", "\u200e", "\ufe0f"};
const std::vector<std::string> kNoWord = {"x", "O", "l", "/", "\n", ",", "\u00b2", "\u0410", "\u2160", "1", "0", "E+"};
const std::vector<std::string> kZeros = {"0", "\u0660", "\u06f0", "\u0966", "\uff10", "\U0001d7ce"};

class Maker {
 public:
  uint32_t Below(uint32_t end) { return random_() % end; }
  bool Often() { return Below(3) != 0; }
  const std::string& OneOf(const std::vector<std::string>& list) { return list[Below(list.size())]; }
  std::string Letters(std::string_view alphabet, size_t count) {
    std::string out;
    while (out.size() < count) out.push_back(alphabet[Below(alphabet.size())]);
    return out;
  }

  // Mostly sound; of few letters, so that words, numbers and each other's beginnings meet.
  v1::CanonicalRule Rule() {
    v1::CanonicalRule rule;
    rule.set_max_letters(Below(4));
    rule.set_min_letters(Below(rule.max_letters() + 1));
    rule.set_max_digits(1 + Below(9));
    rule.set_min_digits(1 + Below(rule.max_digits()));
    if (Below(2) == 0) rule.set_pad_digits_to(Below(rule.max_digits() + 1));
    for (uint32_t i = Below(4); i > 0; --i) rule.add_prefix_words(Letters("NOPC", 1 + Below(4)));
    if (rule.max_letters() > 0 && Below(2) == 0) rule.set_letters(Below(2) == 0 ? "PCX" : "XYZ");
    rule.set_check(static_cast<v1::CheckRule>(Below(3)));
    return rule;
  }

  v1::CanonicalRule SoundRule() {
    for (;;) {
      v1::CanonicalRule rule = Rule();
      if (CheckCanonicalRule(rule).ok()) return rule;
    }
  }

  // A number of the rule, as it is hashed.
  std::string NumberOf(const v1::CanonicalRule& rule) {
    const std::string alphabet = rule.letters().empty() ? std::string("ABCNOPXYZ") : rule.letters();
    const std::string letters =
        Letters(alphabet, rule.min_letters() + Below(rule.max_letters() - rule.min_letters() + 1));
    const uint32_t fewest = std::max(rule.min_digits(), rule.pad_digits_to());
    for (;;) {
      const std::string digits = Letters("0123456789", fewest + Below(rule.max_digits() - fewest + 1));
      if (CheckDigitFits(rule.check(), digits)) return letters + digits;
    }
  }

  // `number` as somebody may write it. What is `risky` is read as that number or refused.
  std::string Noisy(const v1::CanonicalRule& rule, const std::string& number, bool risky) {
    std::string text = Filler(true);
    if (risky) {
      for (uint32_t i = Below(3); i > 0 && rule.prefix_words_size() > 0; --i) {
        absl::StrAppend(&text, rule.prefix_words(Below(rule.prefix_words_size())), Filler(true));
        if (Below(2) == 0) text += OneOf(kDashes);
      }
    }
    const std::string& zero = OneOf(kZeros);
    bool digits = false;
    for (const char c : number) {
      const bool digit = c >= '0' && c <= '9';
      if (digits && risky && Below(8) == 0) text += Below(2) == 0 ? OneOf(kSpaces) : OneOf(kDashes);
      text += digit ? Digit(zero, c - '0') : std::string(1, Below(2) == 0 ? c : absl::ascii_tolower(c));
      digits = digits || digit;
      text += Below(6) != 0 ? "" : digits ? OneOf(kIgnored) : Filler(true);
    }
    return text + Filler(false) + (Below(4) == 0 ? "\r\n" : "");
  }

  // Anything at all, of the pieces that numbers and their noise are made of.
  std::string Anything(const v1::CanonicalRule& rule) {
    std::string text;
    for (uint32_t pieces = 1 + Below(5); pieces > 0; --pieces) {
      switch (Below(8)) {
        case 0:
          text += Filler(true);
          break;
        case 1:
          text += OneOf(kDashes);
          break;
        case 2:
          text += OneOf(kNoWord);
          break;
        case 3:
          if (rule.prefix_words_size() > 0) text += rule.prefix_words(Below(rule.prefix_words_size()));
          break;
        case 4:
          text += Letters("ABCNOPXYZ", 1);
          break;
        default:
          text += Letters("0123456789", 1 + Below(4));
      }
    }
    return text;
  }

 private:
  // What may stand anywhere, or, with marks, before the digits.
  std::string Filler(bool marks) {
    std::string out;
    while (!Often()) out += Below(3) == 0 ? OneOf(kIgnored) : marks && Below(2) == 0 ? OneOf(kMarks) : OneOf(kSpaces);
    return out;
  }

  // Of a set of digits in a row, whose last bytes are in a row, too.
  static std::string Digit(std::string zero, int value) {
    zero.back() = static_cast<char>(zero.back() + value);
    return zero;
  }

  std::mt19937 random_{20261124};
};

// The canonical form, or "" where it is refused.
std::string FormOf(const v1::CanonicalRule& rule, std::string_view text) {
  const absl::StatusOr<CanonicalNumber> number = Canonicalise(rule, text);
  if (number.ok()) return std::string(number->Reveal());
  EXPECT_THAT(number, HasReason(Reason::kBadNumber));
  return "";
}

TEST(NumberPropertiesTest, EveryNumberOfARuleIsItsOwnForm) {
  Maker make;
  for (int i = 0; i < 20000; ++i) {
    const v1::CanonicalRule rule = make.SoundRule();
    const std::string number = make.NumberOf(rule);
    ASSERT_EQ(FormOf(rule, number), number) << rule.ShortDebugString();
  }
}

TEST(NumberPropertiesTest, SafeNoiseChangesNothing) {
  Maker make;
  for (int i = 0; i < 20000; ++i) {
    const v1::CanonicalRule rule = make.SoundRule();
    const std::string number = make.NumberOf(rule);
    const std::string text = make.Noisy(rule, number, false);
    ASSERT_EQ(FormOf(rule, text), number) << rule.ShortDebugString() << "\n" << text;
  }
}

// Words before it, and spaces and dashes among its digits: the same number or none, never another.
TEST(NumberPropertiesTest, NoNoiseMakesANumberIntoAnother) {
  Maker make;
  int accepted = 0;
  for (int i = 0; i < 40000; ++i) {
    const v1::CanonicalRule rule = make.SoundRule();
    const std::string number = make.NumberOf(rule);
    const std::string text = make.Noisy(rule, number, true);
    const std::string form = FormOf(rule, text);
    if (form.empty()) continue;
    ++accepted;
    ASSERT_EQ(form, number) << rule.ShortDebugString() << "\n" << text;
  }
  EXPECT_GT(accepted, 20000);
}

TEST(NumberPropertiesTest, WhateverIsAcceptedIsItsOwnFormAndFitsTheRule) {
  Maker make;
  int accepted = 0;
  for (int i = 0; i < 100000; ++i) {
    const v1::CanonicalRule rule = make.SoundRule();
    const std::string text = make.Anything(rule);
    const std::string form = FormOf(rule, text);
    if (form.empty()) continue;
    ++accepted;
    ASSERT_EQ(FormOf(rule, form), form) << rule.ShortDebugString() << "\n" << text;
    const size_t letters = std::min(form.find_first_of("0123456789"), form.size());
    ASSERT_TRUE(letters >= rule.min_letters() && letters <= rule.max_letters()) << form;
    ASSERT_TRUE(rule.letters().empty() || form.find_first_not_of(rule.letters()) == letters) << form;
    ASSERT_EQ(form.find_first_not_of("0123456789", letters), std::string::npos) << form;
    ASSERT_GE(form.size() - letters, std::max(rule.min_digits(), rule.pad_digits_to())) << form;
    ASSERT_LE(form.size() - letters, rule.max_digits()) << form;
    ASSERT_TRUE(CheckDigitFits(rule.check(), std::string_view(form).substr(letters))) << form;
  }
  EXPECT_GT(accepted, 1000);
}

// All numbers of a small scheme, each written in several ways: as many forms as numbers.
TEST(NumberPropertiesTest, NoTwoNumbersOfASchemeFallTogether) {
  Maker make;
  v1::CanonicalRule rule;
  rule.set_max_letters(1);
  rule.set_min_digits(1);
  rule.set_max_digits(3);
  rule.set_letters("XYZ");
  for (const char* word : {"P", "PX", "XP"}) rule.add_prefix_words(word);
  ASSERT_THAT(CheckCanonicalRule(rule), IsOk());
  std::map<std::string, std::string> number_of;
  for (const char* letters : {"", "X", "Y", "Z"}) {
    for (int width = 1, end = 10; width <= 3; ++width, end *= 10) {
      for (int value = 0; value < end; ++value) {
        const std::string digits = absl::StrCat(end + value).substr(1);
        const std::string number = absl::StrCat(letters, digits);
        for (int i = 0; i < 5; ++i) {
          const std::string form = FormOf(rule, make.Noisy(rule, number, i != 0));
          if (i != 0 && form.empty()) continue;
          ASSERT_EQ(number_of.emplace(form, number).first->second, number);
        }
      }
    }
  }
  EXPECT_EQ(number_of.size(), 4U * 1110U);
  EXPECT_EQ(number_of.count(""), 0U);
}

}  // namespace
}  // namespace exposure
