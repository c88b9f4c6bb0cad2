#include "proto/rules/canonical_rule.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure {
namespace {

constexpr size_t kMaxPrefixWord = 32;  // letters
constexpr uint32_t kMaxMod11 = 10;     // digits: the weight of an eleventh would be 11, which checks nothing

absl::Status BadRule(std::string_view what) {
  return Error(Reason::kBadEpoch, "The canonical rule does not add up: " + std::string(what));
}

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

absl::Status CheckCounts(const v1::CanonicalRule& rule) {
  if (rule.min_letters() > rule.max_letters() || rule.max_letters() > 8) {
    return BadRule("min_letters and max_letters are 0 to 8, in this order.");
  }
  if (rule.min_digits() < 1 || rule.min_digits() > rule.max_digits() || rule.max_digits() > 20) {
    return BadRule("min_digits and max_digits are 1 to 20, in this order.");
  }
  if (rule.pad_digits_to() > rule.max_digits()) return BadRule("pad_digits_to is more than max_digits.");
  return absl::OkStatus();
}

absl::Status CheckLetters(const v1::CanonicalRule& rule) {
  const std::string_view letters = rule.letters();
  if (!letters.empty() && rule.max_letters() == 0) return BadRule("letters are given, but max_letters is 0.");
  for (size_t i = 0; i < letters.size(); ++i) {
    if (!IsUpper(letters[i]) || letters.substr(0, i).find(letters[i]) != std::string_view::npos) {
      return BadRule("letters are of A to Z, each once.");
    }
  }
  return absl::OkStatus();
}

// Where a number may have fewer letters, the others must not be a word that is dropped: P12 would be 12.
absl::Status CheckPrefixWord(const v1::CanonicalRule& rule, std::string_view word) {
  if (word.empty() || word.size() > kMaxPrefixWord || !std::all_of(word.begin(), word.end(), absl::ascii_isalpha)) {
    return BadRule("prefix_words are 1 to 32 letters A to Z each, without spaces and marks.");
  }
  const auto may_begin = [&](char c) {
    return rule.letters().empty() || rule.letters().find(absl::ascii_toupper(c)) != std::string::npos;
  };
  if (word.size() > rule.max_letters() - rule.min_letters() || !std::all_of(word.begin(), word.end(), may_begin)) {
    return absl::OkStatus();
  }
  return BadRule(absl::StrCat("a number may begin with the prefix word \"", std::string(word),
                              "\" as its own letters. Give as letters those that numbers do begin with."));
}

absl::Status CheckCheck(const v1::CanonicalRule& rule) {
  switch (rule.check()) {
    case v1::CHECK_RULE_UNSPECIFIED:
      return absl::OkStatus();
    case v1::CHECK_RULE_LUHN:
      break;
    case v1::CHECK_RULE_MOD_11:
      if (rule.max_digits() > kMaxMod11) return BadRule("a check modulo 11 is for at most 10 digits.");
      break;
    default:
      return Error(Reason::kUnknownRule,
                   "Numbers are checked by a rule that this version does not know. Update this program.");
  }
  if (rule.min_digits() < 2) return BadRule("with a check digit min_digits is at least 2.");
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckCanonicalRule(const v1::CanonicalRule& rule) {
  if (!rule.GetReflection()->GetUnknownFields(rule).empty()) {
    return Error(Reason::kUnknownRule,
                 "Numbers follow a rule that this version knows in part only. Update this program.");
  }
  RETURN_IF_ERROR(CheckCounts(rule));
  RETURN_IF_ERROR(CheckLetters(rule));
  for (const std::string& word : rule.prefix_words()) RETURN_IF_ERROR(CheckPrefixWord(rule, word));
  return CheckCheck(rule);
}

}  // namespace exposure
