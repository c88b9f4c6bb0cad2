// Numbers: from what a person typed or a spreadsheet holds to the canonical form that is hashed (protocol.md §1). The
// only place besides client/seal where a number is ever in the clear.
#ifndef EXPOSURE_CLIENT_CORE_NUMBER_H_
#define EXPOSURE_CLIENT_CORE_NUMBER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/secret.h"
#include "exposure/v1/catalogue.pb.h"

namespace exposure {

// A number as a person wrote it.
struct Number {
  std::string force;
  std::string scheme;
  crypto::Secret number;
};

inline constexpr size_t kMaxNumber = 32;  // characters of a canonical number
inline constexpr size_t kMaxInput = 112;  // "exposure/v1/" force "/" scheme "/" number

// `[A-Z0-9]{1,32}` in place, wiped when it goes.
class CanonicalNumber {
 public:
  // `text` has at most kMaxNumber characters.
  explicit CanonicalNumber(std::string_view text);
  std::string_view Reveal() const { return {reinterpret_cast<const char*>(text_.Reveal().data()), size_}; }
  friend bool operator==(const CanonicalNumber& a, const CanonicalNumber& b) { return a.Reveal() == b.Reveal(); }

 private:
  crypto::WipedArray<kMaxNumber> text_;
  size_t size_;
};

// The canonical form by a scheme's rule, for ever (a changed rule is a new scheme):
//  1. Strict UTF-8. Letters are A–Z and a–z; digits are category Nd of one script, by value. Default-ignorables are
//     dropped, and so are spaces, dashes between two of those, and `. : # '` before the first digit.
//  2. Anything else is refused: categories No, Nl and So, letters of other scripts, line breaks, 1234.0, 1/2, and the
//     right-to-left override, which shows digits in another order than they are in.
//  3. Upper case. Prefix words, and then the number's own letters, as many and of those that the rule says. Refused
//     where that can be read in two ways.
//  4. Digits, as many as the rule says. A space or dash between digits is refused where there are enough digits for two
//     numbers.
//  5. Zeros in front of the digits up to pad_digits_to, and the last of them fits the check rule.
// Idempotent, and no two numbers have one form. Never guesses: O is not 0. What is refused today may be accepted later;
// what is accepted never changes.
// Returns BAD_NUMBER, which says what the scheme expects and never repeats any of `text`; and as CheckCanonicalRule.
absl::StatusOr<CanonicalNumber> Canonicalise(const v1::CanonicalRule& rule, std::string_view text);

// What the rule accepts, in words: "1 letter of ABC and 6 digits, the last of them a check digit".
std::string DescribeRule(const v1::CanonicalRule& rule);

// "exposure/v1/" force "/" scheme "/" number, in place, wiped when it goes: the OPRF's input.
class OprfInput {
 public:
  OprfInput(std::string_view force, std::string_view scheme, const CanonicalNumber& number);
  std::string_view Reveal() const { return {reinterpret_cast<const char*>(text_.Reveal().data()), size_}; }
  BytesView RevealBytes() const { return AsBytes(Reveal()); }
  friend bool operator==(const OprfInput& a, const OprfInput& b) { return a.Reveal() == b.Reveal(); }

 private:
  crypto::WipedArray<kMaxInput> text_;
  size_t size_;
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_NUMBER_H_
