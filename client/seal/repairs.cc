#include "client/seal/repairs.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/seal/number_file.h"
#include "client/source/blank.h"

namespace exposure {

absl::Status Repairs::Add(const v1::CanonicalRule& rule, const CsvRow& row) {
  const std::string_view table = row.cells[0], at = row.cells[1], number = row.cells[4];
  Line line{.line = row.number};
  uint64_t source_row = 0;
  if (!absl::SimpleAtoi(absl::string_view(at.data(), at.size()), &source_row) || source_row == 0) {
    return LineError(name_, line.line, "the row is not a number from 1 on.");
  }
  if (!IsBlank(number)) {
    ASSIGN_OR_RETURN(line.number, NumberAt(name_, line.line, rule, number));
  }
  const auto [first, fresh] = lines_.emplace(std::pair(std::string(table), source_row), line);
  if (fresh) return absl::OkStatus();
  return LineError(name_, line.line, absl::StrCat("the row is in line ", first->second.line, " already."));
}

absl::StatusOr<Repairs> Repairs::Parse(std::string_view name, std::string_view text, const v1::CanonicalRule& rule) {
  Repairs repairs;
  repairs.name_ = std::string(name);
  RETURN_IF_ERROR(
      ForEachLine(name, text, kQuarantineHeader, [&](const CsvRow& row) { return repairs.Add(rule, row); }));
  return repairs;
}

const CanonicalNumber* Repairs::Find(const std::string& table, uint64_t row) {
  const auto it = lines_.find({table, row});
  if (it == lines_.end()) return nullptr;
  it->second.found = true;
  return it->second.number ? &*it->second.number : nullptr;
}

absl::Status Repairs::CheckAllFound() const {
  const Line* first = nullptr;
  for (const auto& [place, line] : lines_) {
    if (!line.found && (first == nullptr || line.line < first->line)) first = &line;
  }
  if (first == nullptr) return absl::OkStatus();
  return LineError(name_, first->line,
                   "the source has no such row, or the row can be used as it is. Take the line out.");
}

}  // namespace exposure
