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

// The canonical form by a scheme's rule: strict UTF-8; categories No, Nl, So and mixed scripts are refused; decimal
// digits of any script count by value; default-ignorables, spaces and separators are dropped; upper case; prefix words
// are stripped; digits are padded; then it must fit the rule. Idempotent. Never guesses: O is not 0. Returns
// BAD_NUMBER, which says what the scheme expects and never repeats any of `text`.
absl::StatusOr<CanonicalNumber> Canonicalise(const v1::CanonicalRule& rule, std::string_view text);

// What the rule accepts, in words: "1 letter and 6 digits".
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
