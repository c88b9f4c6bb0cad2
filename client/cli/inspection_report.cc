#include "client/cli/inspection_report.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/words.h"

namespace exposure::cli {
namespace {

constexpr std::array<const char*, 7> kKinds = {"blank", "text", "number", "date", "boolean", "error", "no_value"};
constexpr char kNotByNumber[] =
    "Names and dates, no officer number: publish a notice, this cannot be checked by number (exposure notice new).";

const char* KindWord(TableKind kind) {
  constexpr std::array<const char*, 4> kWords = {"values", "sheet", "pivot_cache", "external_cache"};
  return kWords[static_cast<size_t>(kind)];
}

const char* VisibilityWord(Visibility visibility) {
  constexpr std::array<const char*, 3> kWords = {"visible", "hidden", "very_hidden"};
  return kWords[static_cast<size_t>(visibility)];
}

// "the key" and names: what a table is recognised by.
std::string PeopleText(const TableProfile& profile) {
  if (!profile.HasPeople()) return "none recognised as people: you decide";
  std::vector<std::string> names;
  for (const ColumnProfile& column : profile.columns) {
    if (!column.scheme.empty() || column.category == v1::CATEGORY_NAME) names.push_back(ColumnName(column));
  }
  return absl::StrCat("<- PEOPLE", names.empty() ? "" : ": ", absl::StrJoin(names, ", "));
}

// "2  Sheet "Data"  HIDDEN  9,483 rows  32 columns  <- PEOPLE: …".
std::string Headline(size_t number, const InspectedTable& table) {
  const std::string name = absl::StrCat(KindName(table.facts.kind), " \"", Printable(table.facts.name), "\"");
  const std::string start = absl::StrFormat("%2d  %-32s  %-12s", number, name, ShownAs(table.facts));
  if (!table.HasContent()) return absl::StrCat(start, "   empty\n");
  return absl::StrFormat("%s %9s %-4s %4d columns   %s\n", start, FormatCount(table.profile.rows),
                         table.profile.rows == 1 ? "row" : "rows", table.profile.columns.size(),
                         PeopleText(table.profile));
}

std::string HeaderText(const TableProfile& profile) {
  if (profile.header_row == 0) {
    return absl::StrCat("   Header: none recognised (", profile.header_reason,
                        "). Names of columns are not shown: they may be people.\n");
  }
  std::string text =
      profile.header_rows > 1
          ? absl::StrCat("   Header: rows ", profile.header_row - profile.header_rows + 1, " to ", profile.header_row)
          : absl::StrCat("   Header: row ", profile.header_row);
  absl::StrAppend(&text, " (", profile.header_reason, ")");
  if (profile.title_rows > 0) absl::StrAppend(&text, "; filled rows above it: ", profile.title_rows);
  return text + "\n";
}

std::string RowsText(const TableProfile& profile) {
  std::string text;
  if (profile.left_over_rows > 0) {
    absl::StrAppend(&text, "   LEFT OVER: the last ", FormatCount(profile.left_over_rows),
                    " rows are values that no record uses, perhaps of deleted rows. What stands beside each other in "
                    "them does not belong together.\n");
  }
  if (!profile.totals.empty()) {
    absl::StrAppend(&text, "   Perhaps no person but a total: row ", absl::StrJoin(profile.totals, ", "),
                    " (not_people in the mapping)\n");
  }
  return text;
}

std::string HiddenText(const TableProfile& profile) {
  std::vector<std::string> columns;
  for (const ColumnProfile& column : profile.columns) {
    if (column.hidden) columns.push_back(ColumnName(column));
  }
  std::string text;
  if (profile.hidden_rows > 0) absl::StrAppend(&text, "   HIDDEN rows: ", FormatCount(profile.hidden_rows), "\n");
  if (!columns.empty()) absl::StrAppend(&text, "   HIDDEN columns: ", absl::StrJoin(columns, ", "), "\n");
  return text;
}

// "number, text" with the most frequent first.
std::string KindsText(const ColumnProfile& column) {
  std::vector<size_t> kinds;
  for (size_t k = 0; k < kKinds.size(); ++k) {
    if (column.kinds[k] > 0) kinds.push_back(k);
  }
  std::stable_sort(kinds.begin(), kinds.end(), [&](size_t a, size_t b) { return column.kinds[a] > column.kinds[b]; });
  return absl::StrJoin(kinds, ", ", [](std::string* out, size_t k) { absl::StrAppend(out, kKinds[k]); });
}

std::string LikelyText(const ColumnProfile& column) {
  if (column.reason.empty()) return column.filled == 0 ? "empty" : "not recognised: you decide";
  std::vector<std::string> parts;
  if (!column.scheme.empty()) parts.push_back(absl::StrCat("key, scheme ", column.scheme));
  if (column.category != v1::CATEGORY_UNSPECIFIED) {
    parts.push_back(absl::StrCat("category ", CategoryKey(column.category)));
  }
  if (parts.empty()) parts.push_back("perhaps the key");
  return absl::StrCat(absl::StrJoin(parts, "; "), " (", column.reason, ")");
}

std::string ColumnText(const ColumnProfile& column, uint64_t rows) {
  const uint64_t percent = rows == 0 ? 0 : column.filled * 100 / rows;
  std::string text = absl::StrFormat("   %-24s %3d%%  %-12s %-28s  %s\n", ColumnName(column), percent,
                                     KindsText(column), absl::StrJoin(column.samples, " "), LikelyText(column));
  if (column.padded > 0) {
    absl::StrAppend(&text, "      ", FormatCount(column.padded), " numbers have leading zeros only in their format.\n");
  }
  if (column.twice > 0) {
    absl::StrAppend(&text, "      ", FormatCount(column.twice),
                    " cells look encoded twice (\"JosÃ©\"): get the file from its origin if you can.\n");
  }
  if (column.inexact > 0) {
    absl::StrAppend(&text, "      ", FormatCount(column.inexact),
                    " numbers have lost digits, which cannot be known from this file: get it from its origin.\n");
  }
  return text;
}

std::string TableText(size_t number, const InspectedTable& table) {
  const TableProfile& profile = table.profile;
  std::string text = absl::StrCat("\n", number, "  \"", Printable(table.facts.name), "\"\n");
  if (table.NotByNumber()) absl::StrAppend(&text, "   ", kNotByNumber, "\n");
  absl::StrAppend(&text, HeaderText(profile), HiddenText(profile), RowsText(profile));
  absl::StrAppend(&text, absl::StrFormat("   %-24s %4s  %-12s %-28s  %s\n", "Column", "full", "kinds", "looks like",
                                         "it would become"));
  for (const ColumnProfile& column : profile.columns) absl::StrAppend(&text, ColumnText(column, profile.rows));
  return text;
}

nlohmann::ordered_json ColumnJson(const ColumnProfile& column) {
  nlohmann::ordered_json kinds = nlohmann::ordered_json::object();
  for (size_t k = 0; k < kKinds.size(); ++k) {
    if (column.kinds[k] > 0) kinds[kKinds[k]] = column.kinds[k];
  }
  return {{"column", column.index + 1},
          {"header", column.header},
          {"hidden", column.hidden},
          {"filled", column.filled},
          {"blank", column.blank},
          {"kinds", kinds},
          {"lost_digits", column.inexact},
          {"zeros_in_format", column.padded},
          {"encoded_twice", column.twice},
          {"shapes", column.samples},
          {"category", column.category == v1::CATEGORY_UNSPECIFIED ? "" : CategoryKey(column.category)},
          {"scheme", column.scheme},
          {"reason", column.reason}};
}

}  // namespace

std::string InspectionText(const Inspection& inspection) {
  std::string text;
  for (size_t i = 0; i < inspection.tables.size(); ++i) {
    absl::StrAppend(&text, Headline(i + 1, inspection.tables[i]));
  }
  for (size_t i = 0; i < inspection.tables.size(); ++i) {
    if (inspection.tables[i].HasContent()) absl::StrAppend(&text, TableText(i + 1, inspection.tables[i]));
  }
  if (!inspection.remarks.empty())
    absl::StrAppend(&text, "\nAlso in it, and not read. Look whether they name anybody:\n");
  for (const Remark& remark : inspection.remarks) {
    absl::StrAppend(&text, "   ", Printable(remark.part), ": ", Printable(remark.what), " (", FormatCount(remark.count),
                    ")\n");
  }
  const size_t parts = inspection.CountParts();
  absl::StrAppend(&text, "\n", parts, parts == 1 ? " part has" : " parts have",
                  " content. `seal` stops until each is used or left out by name.\n",
                  "What is not recognised may be people all the same: you decide.\n",
                  "Next: exposure inspect FILE --mapping > mapping.txtpb, read it, then exposure seal.\n");
  return text;
}

std::string InspectionJson(const Inspection& inspection) {
  nlohmann::ordered_json tables = nlohmann::ordered_json::array();
  for (size_t i = 0; i < inspection.tables.size(); ++i) {
    const InspectedTable& table = inspection.tables[i];
    nlohmann::ordered_json columns = nlohmann::ordered_json::array();
    for (const ColumnProfile& column : table.profile.columns) columns.push_back(ColumnJson(column));
    tables.push_back({{"table", i + 1},
                      {"name", table.facts.name},
                      {"kind", KindWord(table.facts.kind)},
                      {"visibility", VisibilityWord(table.facts.visibility)},
                      {"part", table.facts.part},
                      {"form", table.facts.form},
                      {"header_row", table.profile.header_row},
                      {"no_header", table.profile.no_header},
                      {"header_reason", table.profile.header_reason},
                      {"title_rows", table.profile.title_rows},
                      {"rows", table.profile.rows},
                      {"header_rows", table.profile.header_rows},
                      {"hidden_rows", table.profile.hidden_rows},
                      {"left_over_rows", table.profile.left_over_rows},
                      {"totals", table.profile.totals},
                      {"recognised_as_people", table.profile.HasPeople()},
                      {"not_by_number", table.NotByNumber()},
                      {"columns", columns}});
  }
  nlohmann::ordered_json remarks = nlohmann::ordered_json::array();
  for (const Remark& remark : inspection.remarks) {
    remarks.push_back({{"part", remark.part}, {"what", remark.what}, {"count", remark.count}});
  }
  const nlohmann::ordered_json out = {{"files", inspection.files}, {"tables", tables}, {"remarks", remarks}};
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace exposure::cli
