#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/layout.h"
#include "client/seal/report.h"
#include "client/sealer.h"
#include "client/words.h"

namespace exposure {
namespace {

// "Exposed: name 46,871 · photo 44,120", of the categories where `count` is not 0; empty where there is none.
std::string CountLine(const Reconciliation& r, const char* heading, uint64_t (v1::CategoryCount::*count)() const) {
  std::vector<std::string> parts;
  for (const v1::CategoryCount& c : r.counts) {
    if ((c.*count)() == 0) continue;
    parts.push_back(absl::StrCat(CategoryName(c.category(), Language::kEnglish), " ", FormatCount((c.*count)())));
  }
  return parts.empty() ? "" : absl::StrCat(heading, ": ", absl::StrJoin(parts, " · "), "\n");
}

std::string SumLine(uint64_t read, uint64_t indexed, uint64_t merged, uint64_t quarantined) {
  return absl::StrCat(FormatCount(read), " rows = indexed ", FormatCount(indexed), " + merged ", FormatCount(merged),
                      " + quarantined ", FormatCount(quarantined));
}

// A line for each table, where there are several.
std::string TableLines(const Reconciliation& r) {
  if (r.tables.size() < 2) return "";
  size_t widest = 0;
  for (const v1::TableCount& table : r.tables) widest = std::max(widest, TextWidth(OneLine(table.table())));
  std::string lines;
  for (const v1::TableCount& table : r.tables) {
    const std::string name = OneLine(table.table());
    absl::StrAppend(&lines, "  ", name, std::string(widest - TextWidth(name), ' '), "  ",
                    SumLine(table.read(), table.indexed(), table.merged(), table.quarantined()),
                    table.left_out() == 0 ? "" : absl::StrCat("; left out ", FormatCount(table.left_out())), "\n");
  }
  return lines;
}

std::string LeftOutLine(const Reconciliation& r) {
  const uint64_t rows = RowsLeftOut(r);
  return rows == 0 ? "" : absl::StrCat("Left out on purpose, in none of these sums: ", FormatCount(rows), " rows.\n");
}

std::string QuarantineLines(const Reconciliation& r) {
  std::string lines;
  for (const auto& [reason, rows] : QuarantineReasons(r)) {
    absl::StrAppend(&lines, "  ", FormatCount(rows), rows == 1 ? " row: " : " rows: ", OneLine(reason), "\n");
  }
  if (lines.empty() || r.quarantine_file.empty()) return lines;
  return absl::StrCat(lines,
                      "  A number that you find elsewhere: write it into that file, and seal again with --repairs ",
                      r.quarantine_file, "\n");
}

// "Declared 47,000 people. Indexed 46,871 numbers. Difference 129: …"
std::string DifferenceLine(const Reconciliation& r, uint64_t declared, const char* declared_what, uint64_t found,
                           const char* found_what) {
  if (declared == 0) return "";
  const uint64_t difference = std::max(declared, found) - std::min(declared, found);
  const std::string line =
      absl::StrCat("Declared ", FormatCount(declared), declared_what, FormatCount(found), found_what);
  if (difference == 0) return absl::StrCat(line, "\n");
  return absl::StrCat(line, " Difference ", FormatCount(difference),
                      r.difference_explained.empty()
                          ? ": explain before publishing (--difference-explained \"…\").\n"
                          : absl::StrCat(", explained: \"", OneLine(r.difference_explained), "\".\n"));
}

nlohmann::ordered_json TablesJson(const Reconciliation& r) {
  nlohmann::ordered_json tables = nlohmann::ordered_json::array();
  for (const v1::TableCount& table : r.tables) {
    tables.push_back({{"table", table.table()},
                      {"rows_read", table.read()},
                      {"rows_indexed", table.indexed()},
                      {"rows_merged", table.merged()},
                      {"rows_quarantined", table.quarantined()},
                      {"rows_left_out", table.left_out()}});
  }
  return tables;
}

nlohmann::ordered_json ReasonsJson(const Reconciliation& r) {
  nlohmann::ordered_json reasons = nlohmann::ordered_json::array();
  for (const auto& [reason, rows] : QuarantineReasons(r)) reasons.push_back({{"reason", reason}, {"rows", rows}});
  return reasons;
}

nlohmann::ordered_json CategoriesJson(const Reconciliation& r) {
  nlohmann::ordered_json categories = nlohmann::ordered_json::object();
  for (const v1::CategoryCount& c : r.counts) {
    nlohmann::ordered_json& states = categories[CategoryKey(c.category())];
    for (const CountedState& state : kCountedStates) states[state.key] = (c.*state.count)();
  }
  return categories;
}

}  // namespace

std::vector<std::pair<std::string, uint64_t>> QuarantineReasons(const Reconciliation& r) {
  std::map<std::string, uint64_t> rows;
  for (const QuarantinedRow& row : r.quarantine) ++rows[row.reason];
  std::vector<std::pair<std::string, uint64_t>> reasons(rows.begin(), rows.end());
  std::stable_sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return reasons;
}

uint64_t RowsLeftOut(const Reconciliation& r) {
  return std::accumulate(r.tables.begin(), r.tables.end(), uint64_t{0},
                         [](uint64_t sum, const v1::TableCount& table) { return sum + table.left_out(); });
}

std::string ToText(const Reconciliation& r) {
  return absl::StrCat(
      TableLines(r), "Read ", SumLine(r.read, r.indexed, r.merged, r.quarantined),
      r.quarantined == 0 || r.quarantine_file.empty()
          ? "\n"
          : absl::StrCat("     (", r.quarantine_file, ": contact these people directly)\n"),
      QuarantineLines(r), LeftOutLine(r),
      r.declared_people == 0 ? "People declared: none. Say how many in the mapping: declared_people.\n" : "",
      DifferenceLine(r, r.declared_people, " people. Indexed ", r.indexed, " numbers."),
      DifferenceLine(r, r.declared_rows, " rows. Read ", r.read, " rows."),
      CountLine(r, "Exposed", &v1::CategoryCount::exposed),
      CountLine(r, "Possibly exposed", &v1::CategoryCount::possibly_exposed),
      CountLine(r, "Unknown", &v1::CategoryCount::unknown), CountLine(r, "Not held", &v1::CategoryCount::not_held));
}

std::string ToJson(const Reconciliation& r) {
  const nlohmann::ordered_json json = {{"rows_read", r.read},
                                       {"rows_indexed", r.indexed},
                                       {"rows_merged", r.merged},
                                       {"rows_quarantined", r.quarantined},
                                       {"rows_left_out", RowsLeftOut(r)},
                                       {"tables", TablesJson(r)},
                                       {"people_declared", r.declared_people},
                                       {"rows_declared", r.declared_rows},
                                       {"difference_explained", r.difference_explained},
                                       {"quarantine_file", r.quarantine_file},
                                       {"quarantine_reasons", ReasonsJson(r)},
                                       {"categories", CategoriesJson(r)}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace exposure
