#include "client/cli/mapping_draft.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "client/source/csv_reader.h"
#include "client/words.h"

namespace exposure::cli {
namespace {

constexpr char kIntro[] =
    "# How a source is read: suggestions of `exposure inspect`. Read every line. seal refuses it until the force is "
    "said,\n"
    "# and every table, column and part is used or left out by name. Categories: exposure/v1/category.proto.\n"
    "# Which force, like \"met\"?\n"
    "force: \"\"\n";
constexpr char kNoKey[] =
    "# No column was recognised as an officer's number: say its kind, and its column. If there is none, this cannot "
    "be\n"
    "# checked by number: publish a notice (exposure notice new).\n"
    "scheme: \"\"\n";
constexpr char kNoHeader[] = "not recognised: which row is it? If row 1 is a person: no_header: true";
constexpr char kOutro[] =
    "\n# What the source says was not held, if it does:\n"
    "# constants { category: CATEGORY_HOME_ADDRESS state: CATEGORY_STATE_NOT_HELD }\n"
    "# What stands in a cell that is as good as blank:\n"
    "# blank_words: \"N/A\"\n"
    "# People that the responsible body declared; 0: not declared.\n"
    "declared_people: 0\n";

std::string Quoted(const std::string& text) { return absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\""); }

// One line, whatever is in it.
std::string Comment(std::string_view text) { return absl::StrCat("  # ", Printable(text), "\n"); }

// The first column of `scheme`, or of any, by which people can be found.
const ColumnProfile* FindKey(const TableProfile& profile, std::string_view scheme) {
  const auto key = std::find_if(profile.columns.begin(), profile.columns.end(), [&](const ColumnProfile& column) {
    return !column.scheme.empty() && (scheme.empty() || column.scheme == scheme);
  });
  return key == profile.columns.end() ? nullptr : &*key;
}

// By its cells alone.
const ColumnProfile* FindLikelyKey(const TableProfile& profile) {
  const auto key = std::find_if(profile.columns.begin(), profile.columns.end(), [](const ColumnProfile& column) {
    return column.may_be_number && column.category == v1::CATEGORY_UNSPECIFIED;
  });
  return key == profile.columns.end() ? nullptr : &*key;
}

// Of the table with most people.
const ColumnProfile* ChooseKey(const std::vector<const InspectedTable*>& tables) {
  const ColumnProfile* chosen = nullptr;
  uint64_t most = 0;
  for (const InspectedTable* table : tables) {
    const ColumnProfile* key = FindKey(table->profile, "");
    if (key == nullptr || (chosen != nullptr && table->profile.rows <= most)) continue;
    chosen = key;
    most = table->profile.rows;
  }
  return chosen;
}

class TableDraft {
 public:
  // `key` of the whole mapping; may be null.
  TableDraft(const InspectedTable& table, const ColumnProfile* key) : table_(table), profile_(table.profile) {
    for (const ColumnProfile& column : profile_.columns) ++headers_[column.header];
    if (key != nullptr) {
      key_category_ = key->category;
      key_ = FindKey(profile_, key->scheme);
    }
    if (key_ == nullptr) likely_key_ = FindLikelyKey(profile_);
  }

  bool FitsShortForm() const {
    return profile_.header_row == 1 && profile_.header_rows == 1 && profile_.totals.empty();
  }
  // Lines of the key and of the other columns, each after `start`.
  std::string ShortForm(const std::string& start) const;
  std::string Block() const;

 private:
  std::string NameOf(const ColumnProfile& column) const {
    const bool by_header = !column.header.empty() && headers_.at(column.header) == 1;
    return Quoted(by_header ? column.header : DescribeColumn(column.index));
  }
  std::string KeyLine() const;
  std::string ColumnLine(const ColumnProfile& column) const;
  std::string HeaderLines(const std::string& start) const;

  const InspectedTable& table_;
  const TableProfile& profile_;
  std::map<std::string, int> headers_;
  v1::Category key_category_ = v1::CATEGORY_UNSPECIFIED;
  const ColumnProfile* key_ = nullptr;         // of this table
  const ColumnProfile* likely_key_ = nullptr;  // without that: to be looked at
};

std::string TableDraft::KeyLine() const {
  if (key_ != nullptr) return absl::StrCat("key_column: ", NameOf(*key_), "\n");
  if (likely_key_ == nullptr) {
    return absl::StrCat("key_column: \"\"", Comment("of which column? Take its own line out"));
  }
  return absl::StrCat("key_column: \"\"", Comment(absl::StrCat(NameOf(*likely_key_), "? ", likely_key_->reason)));
}

std::string TableDraft::ColumnLine(const ColumnProfile& column) const {
  const std::string name = absl::StrCat("columns { column: ", NameOf(column));
  if (column.category == v1::CATEGORY_UNSPECIFIED) {
    const std::string why = column.reason.empty() ? column.filled == 0 ? "empty" : "not recognised" : column.reason;
    return absl::StrCat(name, " }", Comment(absl::StrCat(why, ": give it a category, or ignore: true")));
  }
  if (column.category == key_category_) {
    return absl::StrCat(name, " }", Comment("of the key's category: ignore: true, or another category"));
  }
  return absl::StrCat(name, " category: ", v1::Category_Name(column.category), " }", Comment(column.reason));
}

std::string TableDraft::ShortForm(const std::string& start) const {
  std::string text = absl::StrCat(start, KeyLine());
  for (const ColumnProfile& column : profile_.columns) {
    if (&column != key_ && &column != likely_key_) absl::StrAppend(&text, start, ColumnLine(column));
  }
  return text;
}

std::string TableDraft::HeaderLines(const std::string& start) const {
  if (profile_.header_row == 0 && !profile_.no_header) {
    return absl::StrCat(start, "# header_row: 1", Comment(kNoHeader));
  }
  std::string text;
  if (profile_.no_header) {
    absl::StrAppend(&text, start, "no_header: true", Comment("the first row has a number, as a person would"));
  } else if (profile_.header_row != 1)
    absl::StrAppend(&text, start, "header_row: ", profile_.header_row, "\n");
  if (profile_.header_rows > 1) absl::StrAppend(&text, start, "header_rows: ", profile_.header_rows, "\n");
  for (const uint64_t row : profile_.totals) {
    absl::StrAppend(&text, start, "# not_people: ", row, Comment("a total? Look at it"));
  }
  return text;
}

std::string TableDraft::Block() const {
  const TableFacts& facts = table_.facts;
  std::string text =
      absl::StrCat("\ntables {",
                   Comment(absl::StrCat(KindName(facts.kind), ", ", ShownAs(facts), ", ", FormatCount(profile_.rows),
                                        profile_.rows == 1 ? " row" : " rows")),
                   "  table: ", Quoted(facts.name), "\n");
  if (profile_.HasPeople() || profile_.no_header) {
    return absl::StrCat(text, "  # To leave it out, this in place of all that follows:\n  # ignore: true\n",
                        HeaderLines("  "), ShortForm("  "), "}\n");
  }
  return absl::StrCat(
      text, "  # None recognised as people: you decide. Either this:\n  # ignore: true\n", "  # or all of this:\n",
      profile_.header_row > 0 ? HeaderLines("  # ") : absl::StrCat("  # header_row: 1", Comment(kNoHeader)),
      ShortForm("  # "), "}\n");
}

// One line for each part, whatever was found in it.
std::string PartLines(const std::vector<Remark>& remarks) {
  std::vector<std::string> order;
  std::map<std::string, std::string> parts;
  for (const Remark& remark : remarks) {
    std::string& what = parts[remark.part];
    if (what.empty()) order.push_back(remark.part);
    absl::StrAppend(&what, what.empty() ? "" : "; ", remark.what, ", ", FormatCount(remark.count));
  }
  std::string text;
  if (!order.empty()) text = "\n# Not read, and may name people. Look at each, then take the # away:\n";
  for (const std::string& part : order) {
    absl::StrAppend(&text, "# ignored_parts: ", Quoted(part), Comment(parts[part]));
  }
  return text;
}

}  // namespace

absl::StatusOr<std::string> DraftMapping(const Inspection& inspection) {
  std::vector<const InspectedTable*> tables;
  for (const InspectedTable& table : inspection.tables) {
    if (table.HasContent()) tables.push_back(&table);
  }
  if (tables.empty()) {
    return Error(Reason::kBadSource, absl::StrCat(absl::StrJoin(inspection.files, ", "), ": no table has content."));
  }
  const ColumnProfile* key = ChooseKey(tables);
  std::string text = kIntro;
  if (key == nullptr) {
    absl::StrAppend(&text, kNoKey);
  } else {
    absl::StrAppend(&text, "# Suggested by the header. People are found by this number and no other.\nscheme: ",
                    Quoted(key->scheme), "\nkey_category: ", v1::Category_Name(key->category), "\n");
  }
  absl::StrAppend(
      &text, "# A filled cell is exposed; a blank one unknown, unless blank: CATEGORY_STATE_NOT_HELD is declared.\n");
  if (tables.size() == 1 && TableDraft(*tables[0], key).FitsShortForm()) {
    absl::StrAppend(&text, TableDraft(*tables[0], key).ShortForm(""));
  } else {
    for (const InspectedTable* table : tables) absl::StrAppend(&text, TableDraft(*table, key).Block());
  }
  return absl::StrCat(text, PartLines(inspection.remarks), kOutro);
}

}  // namespace exposure::cli
