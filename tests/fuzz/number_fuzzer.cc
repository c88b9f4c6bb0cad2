// What a person typed or a spreadsheet holds: the first two bytes choose a rule, the rest is the text. Whatever is
// accepted is its own canonical form, and nothing is by a rule that is not sound.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "client/core/number.h"
#include "proto/rules/canonical_rule.h"

namespace {

exposure::v1::CanonicalRule RuleOf(uint8_t choice, uint8_t more) {
  exposure::v1::CanonicalRule rule;
  rule.set_min_letters(choice & 1);
  rule.set_max_letters((choice & 1) + ((choice >> 1) & 3));
  rule.set_min_digits(1 + ((choice >> 3) & 3));
  rule.set_max_digits(6 + ((more >> 4) & 7));
  rule.set_pad_digits_to((choice & 32) != 0 ? 6 : 0);
  for (const char* word : {"PC", "P", "NO"}) {
    if ((choice & 64) != 0) rule.add_prefix_words(word);
  }
  if ((more & 1) != 0) rule.set_letters((more & 2) != 0 ? "PCX" : "XYZ");
  rule.set_check(static_cast<exposure::v1::CheckRule>((more >> 2) & 3));  // 3 is unknown
  return rule;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const exposure::v1::CanonicalRule rule = RuleOf(data[0], data[1]);
  const auto number = exposure::Canonicalise(rule, exposure::AsChars({data + 2, size - 2}));
  if (!number.ok()) return 0;
  if (!exposure::CheckCanonicalRule(rule).ok()) std::abort();
  const auto again = exposure::Canonicalise(rule, number->Reveal());
  if (!again.ok() || !(*again == *number) || number->Reveal().size() > exposure::kMaxNumber) std::abort();
  return 0;
}
