// Any text as a custodian's file with numbers: repairs, or, without their header, corrections. An error with a reason
// that is not long enough to repeat the file, or what fits together.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "client/seal/corrections.h"
#include "client/seal/repairs.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void RequireGood(const absl::Status& status) {
  Require(status.ok() ||
          (exposure::ReasonOf(status) == exposure::Reason::kBadSource && status.message().size() < 1000));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = exposure::AsChars({data, size});
  exposure::v1::CanonicalRule rule;
  rule.set_max_letters(1);
  rule.set_min_digits(1);
  rule.set_max_digits(6);
  rule.set_pad_digits_to(6);
  if (text.starts_with("table")) {
    absl::StatusOr<exposure::Repairs> repairs = exposure::Repairs::Parse("fuzz.csv", text, rule);
    RequireGood(repairs.status());
    if (!repairs.ok()) return 0;
    repairs->Find("Data", 7);
    RequireGood(repairs->CheckAllFound());
    return 0;
  }
  absl::StatusOr<exposure::Corrections> corrections = exposure::Corrections::Parse("fuzz.csv", text, rule, {});
  RequireGood(corrections.status());
  if (!corrections.ok()) return 0;
  for (const exposure::Correction& one : corrections->list()) Require(corrections->TakesOut(one.number) == !one.add);
  RequireGood(corrections->CheckAgainstSource());
  return 0;
}
