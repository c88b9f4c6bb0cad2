// People who are added to a dataset, or taken out of it, by number after a dispute.
#ifndef EXPOSURE_CLIENT_SEAL_CORRECTIONS_H_
#define EXPOSURE_CLIENT_SEAL_CORRECTIONS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/core/number.h"
#include "client/source/csv_reader.h"
#include "crypto/record.h"

namespace exposure {

inline constexpr std::string_view kCorrectionsHeader = "action,number,categories";
// How people who are added are counted: no sheet can have a name with brackets.
inline constexpr char kCorrectionsTable[] = "[corrections]";

struct Correction {
  CanonicalNumber number;
  uint64_t line = 0;
  bool add = false;               // else: taken out
  crypto::Categories categories;  // of one who is added: those named are exposed
  bool found = false;             // a row of the source has the number
};

// Not thread-safe.
class Corrections {
 public:
  // Without a file: none.
  Corrections() = default;

  // "add" with categories as JSON names them ("name rank_or_grade"), or "remove" without. `name` stands in front of
  // messages; numbers are of `rule`; categories that an "add" does not name are as in `constants`. Returns BAD_SOURCE
  // as ForEachLine, and for another action, a number without canonical form or twice, a category that is none, with the
  // line.
  static absl::StatusOr<Corrections> Parse(std::string_view name, std::string_view text, const v1::CanonicalRule& rule,
                                           const crypto::Categories& constants);

  // Whether a row with the number is taken out. Notes that the source has it.
  bool TakesOut(const CanonicalNumber& number);

  // After the last row: BAD_SOURCE, with the line, if somebody to be added is in the source already, or somebody to be
  // taken out is not.
  absl::Status CheckAgainstSource() const;

  // In ascending order of numbers.
  const std::vector<Correction>& list() const { return list_; }

 private:
  absl::Status Add(const v1::CanonicalRule& rule, const crypto::Categories& constants, const CsvRow& row);
  absl::Status Sort();

  std::string name_;
  std::vector<Correction> list_;
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_CORRECTIONS_H_
