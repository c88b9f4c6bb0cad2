// Numbers that a custodian found for rows that could not be used: the quarantine list, its last column filled in. The
// source itself stays as it was leaked.
#ifndef EXPOSURE_CLIENT_SEAL_REPAIRS_H_
#define EXPOSURE_CLIENT_SEAL_REPAIRS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/core/number.h"
#include "client/source/csv_reader.h"

namespace exposure {

inline constexpr std::string_view kQuarantineHeader = "table,row,column,reason,number";

// Not thread-safe.
class Repairs {
 public:
  // Without a file: none.
  Repairs() = default;

  // `name` stands in front of messages; numbers are of `rule`. Returns BAD_SOURCE as ForEachLine, and for a row that is
  // none or is there twice, and a number without canonical form, with the line.
  static absl::StatusOr<Repairs> Parse(std::string_view name, std::string_view text, const v1::CanonicalRule& rule);

  // The number for a row that cannot be used; null where none was filled in.
  const CanonicalNumber* Find(const std::string& table, uint64_t row);

  // After the last row: BAD_SOURCE, with the line, if one is of a row that could be used or does not exist.
  absl::Status CheckAllFound() const;

 private:
  struct Line {
    uint64_t line = 0;
    std::optional<CanonicalNumber> number;
    bool found = false;
  };

  absl::Status Add(const v1::CanonicalRule& rule, const CsvRow& row);

  std::string name_;
  std::map<std::pair<std::string, uint64_t>, Line> lines_;  // by table and row
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_REPAIRS_H_
