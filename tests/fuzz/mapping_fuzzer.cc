// Any text as a mapping, after a NUL byte a header of one name a line: an error with a reason, or a plan that holds.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "client/seal/column_plan.h"
#include "client/seal/mapping.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return lines;
}

// The table joined to the header, which is read as a row, too.
void Plan(const exposure::v1::Mapping& mapping, const exposure::v1::TableMapping& table,
          const std::vector<std::string>& header) {
  Require((exposure::FirstHeaderRowOf(table) >= 1) == !table.no_header() &&
          exposure::FirstHeaderRowOf(table) <= exposure::HeaderRowOf(table));
  absl::StatusOr<exposure::ColumnPlan> plan = exposure::ColumnPlan::Create(mapping, table, header);
  if (!plan.ok()) {
    Require(exposure::ReasonOf(plan.status()) == exposure::Reason::kBadSource);
    return;
  }
  std::vector<exposure::Cell> cells;
  std::vector<size_t> filled;
  for (const std::string& name : header) {
    if (!name.empty()) filled.push_back(cells.size());
    cells.push_back({.text = name, .kind = exposure::CellKind::kText});
  }
  const exposure::TableRow row{.number = 1, .cells = cells, .filled = filled};
  plan->Read(row);
  plan->NoteFilled(row);
  exposure::Unsaid unsaid;
  plan->NoteColumns(unsaid);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = exposure::AsChars({data, size});
  const size_t end = input.find('\0');
  const absl::StatusOr<exposure::v1::Mapping> mapping = exposure::ParseMapping("fuzz.txtpb", input.substr(0, end));
  if (!mapping.ok()) {
    Require(exposure::ReasonOf(mapping.status()) == exposure::Reason::kBadMapping);
    return 0;
  }
  Require(exposure::CheckMapping(*mapping).ok());
  const std::vector<std::string> header = Lines(end == input.npos ? std::string_view() : input.substr(end + 1));
  if (mapping->tables().empty()) Plan(*mapping, {}, header);
  for (const exposure::v1::TableMapping& table : mapping->tables()) {
    if (!table.ignore()) Plan(*mapping, table, header);
  }
  return 0;
}
