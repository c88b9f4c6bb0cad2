#include "client/core/number.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/core/check_digit.h"
#include "proto/rules/canonical_rule.h"

namespace exposure {
namespace {

constexpr size_t kMaxText = 200;  // bytes of what was typed: a cell with more is no number
// Default-ignorable, but the digits after it are shown in another order than they are in.
constexpr UChar32 kRightToLeftOverride = 0x202e;

absl::Status BadNumber(const v1::CanonicalRule& rule, std::string_view what) {
  return Error(Reason::kBadNumber,
               absl::StrCat(std::string(what), " A number of this kind has ", DescribeRule(rule), "."));
}

bool IsLetter(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// What one character of the text is.
enum class Kind { kLetter, kDigit, kIgnored, kSpace, kDash, kMark, kRefused };

Kind KindOf(UChar32 c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return Kind::kLetter;
  if (u_charType(c) == U_DECIMAL_DIGIT_NUMBER) return Kind::kDigit;
  if (c == kRightToLeftOverride) return Kind::kRefused;
  if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return Kind::kIgnored;
  if (c == '\t' || u_charType(c) == U_SPACE_SEPARATOR) return Kind::kSpace;
  if (u_charType(c) == U_DASH_PUNCTUATION) return Kind::kDash;
  if (c == '.' || c == ':' || c == '#' || c == '\'') return Kind::kMark;
  // Categories No, Nl and So, letters of other scripts, line breaks, and whatever else.
  return Kind::kRefused;
}

// Collects letters and digits from the text, and refuses what cannot be read in one way only.
class Reader {
 public:
  explicit Reader(const v1::CanonicalRule& rule) : rule_(rule) {}

  absl::Status Read(std::string_view text) {
    const auto length = static_cast<int32_t>(text.size());
    for (int32_t i = 0; i < length;) {
      UChar32 c;
      U8_NEXT(text.data(), i, length, c);
      if (c < 0) return BadNumber(rule_, "It is not valid UTF-8.");
      if (absl::Status status = Take(c); !status.ok()) return status;
    }
    if (last_ == Kind::kDash) return BadNumber(rule_, "It ends with a dash.");
    return absl::OkStatus();
  }

  // Letters, then digits, and whatever followed, in upper case.
  std::string_view Reveal() const { return {reinterpret_cast<const char*>(kept_.Reveal().data()), size_}; }
  // Something stood between two digits, so that they could be two numbers.
  bool split() const { return split_; }

 private:
  absl::Status Take(UChar32 c) {
    const Kind kind = KindOf(c);
    switch (kind) {
      case Kind::kIgnored:
        return absl::OkStatus();
      case Kind::kLetter:
        Keep(static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c), kind);
        return absl::OkStatus();
      case Kind::kDigit:
        return TakeDigit(c);
      case Kind::kSpace:
        gap_ = true;
        return absl::OkStatus();
      case Kind::kDash:
        if (size_ == 0) return BadNumber(rule_, "It begins with a dash.");
        gap_ = true;
        last_ = kind;
        return absl::OkStatus();
      case Kind::kMark:  // "No. 1234", "'001234"; but 1234.0 is not 12340
        if (digits_) return BadNumber(rule_, "It has a mark among or after its digits.");
        return absl::OkStatus();
      case Kind::kRefused:
        break;
    }
    return BadNumber(rule_, "It has something in it besides letters A to Z, digits, spaces and dashes.");
  }

  absl::Status TakeDigit(UChar32 c) {
    const int32_t value = u_charDigitValue(c);
    const UChar32 zero = c - value;  // says which set of digits it is of
    if (digits_ && zero != zero_) return BadNumber(rule_, "Its digits are of different scripts.");
    zero_ = zero;
    digits_ = true;
    split_ = split_ || (gap_ && last_kept_ == Kind::kDigit);
    Keep(static_cast<char>('0' + value), Kind::kDigit);
    return absl::OkStatus();
  }

  // Every character of the text gives at most one here, so that there is room.
  void Keep(char c, Kind kind) {
    kept_.RevealMutable()[size_++] = static_cast<uint8_t>(c);
    last_ = last_kept_ = kind;
    gap_ = false;
  }

  const v1::CanonicalRule& rule_;
  crypto::WipedArray<kMaxText> kept_;
  size_t size_ = 0;
  bool digits_ = false;
  UChar32 zero_ = 0;
  bool gap_ = false;  // a space or dash since the last character kept
  bool split_ = false;
  Kind last_ = Kind::kIgnored;  // kept or dash
  Kind last_kept_ = Kind::kIgnored;
};

// Whether a number may begin with `letters`, as many and as the rule says.
bool CountFits(const v1::CanonicalRule& rule, std::string_view letters) {
  return letters.size() >= rule.min_letters() && letters.size() <= rule.max_letters();
}
bool AlphabetFits(const v1::CanonicalRule& rule, std::string_view letters) {
  return rule.letters().empty() || letters.find_first_not_of(rule.letters()) == std::string_view::npos;
}

// What is left of `letters`, of which there are at most kMaxText, after prefix words: the number's own. Refused where
// that can be more than one thing.
absl::StatusOr<std::string_view> OwnLetters(const v1::CanonicalRule& rule, std::string_view letters) {
  std::array<bool, kMaxText + 1> words_end = {true};  // [i]: the first i letters are prefix words
  std::optional<std::string_view> own;
  bool others = false;
  for (size_t i = 0; i <= letters.size(); ++i) {
    if (!words_end[i]) continue;
    const std::string_view rest = letters.substr(i);
    for (const std::string& word : rule.prefix_words()) {
      if (absl::StartsWithIgnoreCase(absl::string_view(rest.data(), rest.size()), word))
        words_end[i + word.size()] = true;
    }
    if (!CountFits(rule, rest)) continue;
    if (!AlphabetFits(rule, rest)) {
      others = true;
    } else if (own) {
      return BadNumber(rule, "It can be read in two ways: leave out the word in front of it.");
    } else {
      own = rest;
    }
  }
  if (own) return *own;
  return BadNumber(rule, others ? "Its letters are not those of such a number." : "It does not look like one.");
}

std::string Count(uint32_t fewest, uint32_t most, std::string_view one, std::string_view many) {
  const std::string_view word = most == 1 ? one : many;
  if (fewest == most) return absl::StrCat(most, " ", std::string(word));
  if (fewest == 0) return absl::StrCat("up to ", most, " ", std::string(word));
  return absl::StrCat(fewest, " to ", most, " ", std::string(word));
}

}  // namespace

CanonicalNumber::CanonicalNumber(std::string_view text) : size_(std::min(text.size(), kMaxNumber)) {
  std::copy_n(text.begin(), size_, text_.RevealMutable().begin());
}

std::string DescribeRule(const v1::CanonicalRule& rule) {
  const std::string digits = Count(rule.min_digits(), rule.max_digits(), "digit", "digits");
  const std::string check = rule.check() == v1::CHECK_RULE_UNSPECIFIED ? "" : ", the last of them a check digit";
  if (rule.max_letters() == 0) return digits + check;
  return absl::StrCat(Count(rule.min_letters(), rule.max_letters(), "letter", "letters"),
                      rule.letters().empty() ? "" : " of " + rule.letters(), " and ", digits, check);
}

absl::StatusOr<CanonicalNumber> Canonicalise(const v1::CanonicalRule& rule, std::string_view text) {
  RETURN_IF_ERROR(CheckCanonicalRule(rule));
  // A line as it was read ends with a line break; one in the middle would part two numbers.
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (text.size() > kMaxText) return BadNumber(rule, "It is too long.");
  Reader reader(rule);
  if (absl::Status status = reader.Read(text); !status.ok()) return status;

  const std::string_view kept = reader.Reveal();
  const auto end_of_letters = std::find_if_not(kept.begin(), kept.end(), IsLetter);
  const std::string_view digits(end_of_letters, kept.end());
  ASSIGN_OR_RETURN(const std::string_view letters, OwnLetters(rule, {kept.begin(), end_of_letters}));
  if (!std::all_of(digits.begin(), digits.end(), IsDigit) || digits.size() < rule.min_digits() ||
      digits.size() > rule.max_digits()) {
    return BadNumber(rule, "It does not look like one.");
  }
  // "12 34" could be two numbers unless that many digits are too few for two.
  if (reader.split() && digits.size() >= size_t{2} * rule.min_digits()) {
    return BadNumber(rule, "It could be two numbers: write each by itself, without spaces or dashes.");
  }
  if (!CheckDigitFits(rule.check(), digits)) {
    return BadNumber(rule, "Its check digit does not fit: a digit is wrong, or two have changed places.");
  }

  crypto::WipedArray<kMaxNumber> out;
  size_t size = 0;
  const auto append = [&](std::string_view part) {
    std::copy(part.begin(), part.end(), out.RevealMutable().begin() + static_cast<ptrdiff_t>(size));
    size += part.size();
  };
  append(letters);
  for (size_t have = digits.size(); have < rule.pad_digits_to(); ++have) append("0");
  append(digits);
  return CanonicalNumber({reinterpret_cast<const char*>(out.Reveal().data()), size});
}

OprfInput::OprfInput(std::string_view force, std::string_view scheme, const CanonicalNumber& number) : size_(0) {
  for (const std::string_view part : {std::string_view("exposure/v1/"), force, std::string_view("/"), scheme,
                                      std::string_view("/"), number.Reveal()}) {
    const size_t length = std::min(part.size(), kMaxInput - size_);
    std::copy_n(part.begin(), length, text_.RevealMutable().begin() + static_cast<ptrdiff_t>(size_));
    size_ += length;
  }
}

}  // namespace exposure
