// Prints what OpenSources reads from standard input, as JSON, for a test to compare with another program's reading.
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "client/source/open_source.h"

namespace {

using exposure::Cell;
using nlohmann::json;

constexpr const char* kCellKinds[] = {"blank", "text", "number", "date", "boolean", "error", "no value"};
constexpr const char* kTableKinds[] = {"values", "sheet", "pivot cache", "external cache"};
constexpr const char* kVisibilities[] = {"visible", "hidden", "very hidden"};

template <typename T, size_t N>
std::string Word(const char* const (&words)[N], T value) {
  return words[static_cast<size_t>(value)];
}

json RowOf(const exposure::TableRow& row) {
  json cells = json::array();
  for (const Cell& cell : row.cells) cells.push_back({std::string(cell.text), Word(kCellKinds, cell.kind), cell.exact});
  return {{"number", row.number}, {"hidden", row.hidden}, {"cells", cells}};
}

int Fail(const absl::Status& status) {
  std::cerr << status.message() << "\n";
  return 1;
}

}  // namespace

int main() {
  const std::string bytes{std::istreambuf_iterator<char>(std::cin), {}};
  const auto file = exposure::OpenSources({{"test.xlsx", bytes}});
  if (!file.ok()) return Fail(file.status());
  json out = {{"tables", json::array()}, {"remarks", json::object()}};
  const auto remarks = (*file)->Remarks();
  if (!remarks.ok()) return Fail(remarks.status());
  for (const exposure::Remark& remark : *remarks) {
    out["remarks"][remark.what] = out["remarks"].value(remark.what, uint64_t{0}) + remark.count;
  }
  for (size_t i = 0; i < (*file)->tables().size(); ++i) {
    const exposure::TableFacts& facts = (*file)->tables()[i];
    json rows = json::array();
    const absl::Status read = (*file)->Read(i, [&](const exposure::TableRow& row) {
      rows.push_back(RowOf(row));
      return absl::OkStatus();
    });
    if (!read.ok()) return Fail(read);
    out["tables"].push_back({{"name", facts.name},
                             {"kind", Word(kTableKinds, facts.kind)},
                             {"visibility", Word(kVisibilities, facts.visibility)},
                             {"part", facts.part},
                             {"hidden_columns", (*file)->HiddenColumns(i)},
                             {"rows", rows}});
  }
  std::cout << out.dump() << "\n";
  return 0;
}
