#include "client/cli/mapping_draft.h"

#include <algorithm>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/csv_reader.h"

namespace exposure::cli {
namespace {

absl::StatusOr<const InspectedTable*> ChooseTable(const Inspection& inspection, size_t number) {
  const std::vector<InspectedTable>& tables = inspection.tables;
  if (number > tables.size()) {
    return Error(Reason::kBadUsage, absl::StrCat("--table: there are ", tables.size(), " tables in the file."));
  }
  if (number > 0) return &tables[number - 1];
  const InspectedTable* chosen = nullptr;
  for (const InspectedTable& table : tables) {
    if (table.profile.columns.empty()) continue;
    if (chosen != nullptr) {
      return Error(
          Reason::kBadUsage,
          "More than one table has content: say which with --table N, as `exposure inspect` numbers them. Each "
          "has a mapping of its own.");
    }
    chosen = &table;
  }
  if (chosen == nullptr) return Error(Reason::kBadSource, absl::StrCat(inspection.name, ": no table has content."));
  return chosen;
}

// The first whose header says that people can be found by it.
const ColumnProfile* ChooseKey(const TableProfile& profile) {
  const auto key = std::find_if(profile.columns.begin(), profile.columns.end(), [](const ColumnProfile& column) {
    return !column.scheme.empty() && !column.header.empty();
  });
  return key == profile.columns.end() ? nullptr : &*key;
}

std::string Quoted(const std::string& text) { return absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\""); }

std::string KeyText(const ColumnProfile* key) {
  if (key == nullptr) {
    return "# No column was recognised as an officer's number: say its kind and its header. If there is none, this "
           "cannot\n# be checked by number: publish a notice (exposure notice new).\nscheme: \"\"\nkey_column: \"\"\n";
  }
  return absl::StrCat(
      "# Suggested by the header. People are found by this number and no other.\nscheme: ", Quoted(key->scheme),
      "\nkey_column: ", Quoted(key->header), "\nkey_category: ", v1::Category_Name(key->category), "\n");
}

std::string ColumnText(const ColumnProfile& column, const ColumnProfile* key, bool twice) {
  if (column.header.empty() || twice) {
    return absl::StrCat("# ", DescribeColumn(column.index),
                        twice ? " has the same header as another: rename it in the file, and name it here.\n"
                              : " has no header that can be shown: name it in the file, and here.\n");
  }
  const std::string name = absl::StrCat("columns { column: ", Quoted(column.header));
  if (column.category == v1::CATEGORY_UNSPECIFIED) {
    const std::string why = column.reason.empty() ? "not recognised" : column.reason;
    return absl::StrCat(name, " }  # ", why, ": give it a category, or ignore: true\n");
  }
  if (key != nullptr && column.category == key->category) {
    return absl::StrCat(name, " }  # of the key's category: ignore: true, or another category\n");
  }
  return absl::StrCat(name, " category: ", v1::Category_Name(column.category), " }  # ", column.reason, "\n");
}

}  // namespace

absl::StatusOr<std::string> DraftMapping(const Inspection& inspection, size_t number) {
  ASSIGN_OR_RETURN(const InspectedTable* table, ChooseTable(inspection, number));
  const TableProfile& profile = table->profile;
  if (profile.header_row == 0) {
    return Error(Reason::kBadSource,
                 absl::StrCat(inspection.name,
                              ": no header was recognised, and a mapping goes by headers. Put one into "
                              "row 1, with words like \"Pay No\" and \"Surname\"."));
  }
  const ColumnProfile* key = ChooseKey(profile);
  std::string text = absl::StrCat(
      "# How a source is read; suggestions of `exposure inspect`. Read every line: seal refuses it until the force is "
      "said\n# and every column is used or ignored by name. Categories: exposure/v1/category.proto.\n",
      "# Which force, like \"met\"?\nforce: \"\"\n", KeyText(key),
      "\n# A filled cell is exposed; a blank one is unknown, unless blank: CATEGORY_STATE_NOT_HELD is declared.\n");
  std::set<std::string> names;
  for (const ColumnProfile& column : profile.columns) {
    const bool twice = !column.header.empty() && !names.insert(column.header).second;
    if (&column != key) absl::StrAppend(&text, ColumnText(column, key, twice));
  }
  absl::StrAppend(&text,
                  "\n# What the source says was not held, if it does:\n# constants { category: CATEGORY_HOME_ADDRESS "
                  "state: CATEGORY_STATE_NOT_HELD }\n# People that the responsible body declared; 0: not declared.\n"
                  "declared_people: 0\n");
  return text;
}

}  // namespace exposure::cli
