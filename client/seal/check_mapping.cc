#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/seal/cell_word.h"
#include "client/seal/mapping.h"
#include "client/source/blank.h"
#include "proto/rules/notice_rules.h"

namespace exposure {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

absl::Status Bad(const std::string& field, std::string_view what) {
  return FieldError(Reason::kBadMapping, field, what);
}

std::string Item(std::string_view list, int i) { return absl::StrCat(std::string(list), "[", i, "]"); }

bool IsCategory(v1::Category category) {
  return category != v1::CATEGORY_UNSPECIFIED && v1::Category_IsValid(category);
}

// `at` is the path of the column, like "columns[1]".
absl::Status CheckColumn(const v1::ColumnMapping& column, const std::string& at) {
  if (column.ignore()) {
    if (column.category() != v1::CATEGORY_UNSPECIFIED || column.filled() != 0 || column.blank() != 0) {
      return Bad(at + ".ignore", "a column is either used or ignored: take out ignore, or everything else.");
    }
    return absl::OkStatus();
  }
  if (!IsCategory(column.category())) {
    return Bad(at + ".category", "say which category the column exposes, or ignore: true.");
  }
  if (column.filled() != v1::CATEGORY_STATE_UNSPECIFIED && column.filled() != v1::CATEGORY_STATE_EXPOSED &&
      column.filled() != v1::CATEGORY_STATE_POSSIBLY_EXPOSED) {
    return Bad(at + ".filled", "a filled cell is CATEGORY_STATE_EXPOSED or CATEGORY_STATE_POSSIBLY_EXPOSED.");
  }
  if (column.blank() != v1::CATEGORY_STATE_UNSPECIFIED && column.blank() != v1::CATEGORY_STATE_UNKNOWN &&
      column.blank() != v1::CATEGORY_STATE_NOT_HELD) {
    return Bad(at + ".blank", "a blank cell is CATEGORY_STATE_UNKNOWN or CATEGORY_STATE_NOT_HELD.");
  }
  return absl::OkStatus();
}

class Checker {
 public:
  explicit Checker(const v1::Mapping& mapping) : mapping_(mapping) {}

  absl::Status Check();

 private:
  absl::Status CheckColumns(const google::protobuf::RepeatedPtrField<v1::ColumnMapping>& columns,
                            const std::string& key_column, const std::string& list);
  absl::Status CheckTables();
  absl::Status CheckTable(const v1::TableMapping& table, const std::string& at);
  absl::Status CheckRows(const v1::TableMapping& table, const std::string& at) const;
  absl::Status CheckConstants();
  absl::Status CheckForceColumn() const;
  absl::Status CheckNames(const Texts& names, const std::string& list, std::string_view what) const;

  const v1::Mapping& mapping_;
  std::set<int> used_;  // categories of the key and of columns, then of constants, too
};

absl::Status Checker::CheckColumns(const google::protobuf::RepeatedPtrField<v1::ColumnMapping>& columns,
                                   const std::string& key_column, const std::string& list) {
  std::set<std::string> names;
  for (int i = 0; i < columns.size(); ++i) {
    const v1::ColumnMapping& column = columns[i];
    const std::string at = Item(list, i);
    if (column.column().empty()) return Bad(at + ".column", "is missing: the column's header, exactly.");
    if (!names.insert(column.column()).second) return Bad(at + ".column", "is named twice.");
    if (column.column() == key_column) return Bad(at + ".column", "is the key column: take this line out.");
    RETURN_IF_ERROR(CheckColumn(column, at));
    if (column.ignore()) continue;
    if (column.category() == mapping_.key_category()) {
      return Bad(at + ".category", "is the key's category: the key alone decides it.");
    }
    used_.insert(column.category());
  }
  return absl::OkStatus();
}

absl::Status Checker::CheckRows(const v1::TableMapping& table, const std::string& at) const {
  if (table.no_header() && (table.header_row() != 0 || table.header_rows() != 0)) {
    return Bad(at + ".no_header", "a table either has a header or not: take out no_header, or where the header is.");
  }
  if (!table.no_header() && (table.header_rows() > kMaxHeaderRows || table.header_rows() > HeaderRowOf(table))) {
    return Bad(at + ".header_rows",
               absl::StrCat("a header has at most ", kMaxHeaderRows, " rows, the last of which is header_row."));
  }
  std::set<uint64_t> rows;
  for (int i = 0; i < table.not_people_size(); ++i) {
    if (table.not_people(i) == 0) {
      return Bad(Item(at + ".not_people", i), "is no row: they count from 1, as a spreadsheet does.");
    }
    if (!rows.insert(table.not_people(i)).second) return Bad(Item(at + ".not_people", i), "is named twice.");
  }
  return absl::OkStatus();
}

absl::Status Checker::CheckTable(const v1::TableMapping& table, const std::string& at) {
  if (table.ignore()) {
    v1::TableMapping only;
    only.set_table(table.table());
    only.set_ignore(true);
    if (table.ByteSizeLong() == only.ByteSizeLong()) return absl::OkStatus();
    return Bad(at + ".ignore", "a table is either used or ignored: take out ignore, or everything else.");
  }
  if (KeyColumnOf(mapping_, table).empty()) {
    return Bad(at + ".key_column",
               "is missing: the header of its column with the number, here or for all tables. A table without people: "
               "ignore: true.");
  }
  RETURN_IF_ERROR(CheckRows(table, at));
  const bool own = !table.columns().empty();
  return CheckColumns(ColumnsOf(mapping_, table), KeyColumnOf(mapping_, table), own ? at + ".columns" : "columns");
}

absl::Status Checker::CheckTables() {
  std::set<std::string> names;
  bool any_used = false;
  for (int i = 0; i < mapping_.tables_size(); ++i) {
    const v1::TableMapping& table = mapping_.tables(i);
    const std::string at = Item("tables", i);
    if (table.table().empty()) return Bad(at + ".table", "is missing: its name as `exposure inspect` shows it.");
    if (!names.insert(table.table()).second) return Bad(at + ".table", "is named twice.");
    RETURN_IF_ERROR(CheckTable(table, at));
    any_used = any_used || !table.ignore();
  }
  if (any_used || mapping_.tables().empty()) return absl::OkStatus();
  return Bad("tables", "all are ignored: nobody would be found. Use at least one.");
}

absl::Status Checker::CheckConstants() {
  for (int i = 0; i < mapping_.constants_size(); ++i) {
    const v1::ConstantCategory& constant = mapping_.constants(i);
    const std::string at = Item("constants", i);
    if (!IsCategory(constant.category())) return Bad(at + ".category", "is missing.");
    if (constant.state() == v1::CATEGORY_STATE_UNSPECIFIED || !v1::CategoryState_IsValid(constant.state())) {
      return Bad(at + ".state", "is missing.");
    }
    if (!used_.insert(constant.category()).second) {
      return Bad(at + ".category", "is already that of a column, the key or another constant.");
    }
  }
  return absl::OkStatus();
}

// Names of parts, or words: none blank, none twice.
absl::Status Checker::CheckNames(const Texts& names, const std::string& list, std::string_view what) const {
  for (int i = 0; i < names.size(); ++i) {
    if (IsBlank(names[i])) return Bad(Item(list, i), absl::StrCat("is blank: ", std::string(what)));
    const auto here = names.begin() + i;
    if (std::any_of(names.begin(), here, [&](const std::string& before) { return IsSameWord(before, *here); })) {
      return Bad(Item(list, i), "is named twice; case and spaces around make no difference.");
    }
  }
  return absl::OkStatus();
}

absl::Status Checker::CheckForceColumn() const {
  if (!mapping_.has_force_column()) return absl::OkStatus();
  const v1::ForceColumn& force = mapping_.force_column();
  constexpr char kWord[] = "what stands in cells of rows.";
  if (force.column().empty()) return Bad("force_column.column", "is missing: the column's header, exactly.");
  if (force.here().empty()) return Bad("force_column.here", "is missing: what the column says of this force.");
  RETURN_IF_ERROR(CheckNames(force.here(), "force_column.here", kWord));
  RETURN_IF_ERROR(CheckNames(force.elsewhere(), "force_column.elsewhere", kWord));
  for (int i = 0; i < force.elsewhere_size(); ++i) {
    if (IsOneOf(force.elsewhere(i), force.here())) {
      return Bad(Item("force_column.elsewhere", i), "is also in force_column.here.");
    }
  }
  if (force.column() == mapping_.key_column() ||
      std::any_of(mapping_.tables().begin(), mapping_.tables().end(),
                  [&](const v1::TableMapping& table) { return force.column() == table.key_column(); })) {
    return Bad("force_column.column", "is the key column.");
  }
  return absl::OkStatus();
}

absl::Status Checker::Check() {
  if (!IsToken(mapping_.force())) return Bad("force", "is missing or malformed: say which force, like \"met\".");
  if (!IsToken(mapping_.scheme())) {
    return Bad("scheme", "is missing or malformed: say which kind of number, like \"pay\".");
  }
  if (mapping_.key_column().empty() && mapping_.tables().empty()) {
    return Bad("key_column", "is missing: the header of the column with the number.");
  }
  if (mapping_.key_category() != v1::CATEGORY_UNSPECIFIED) {
    if (!IsCategory(mapping_.key_category())) return Bad("key_category", "is not a category.");
    used_.insert(mapping_.key_category());
  }
  RETURN_IF_ERROR(CheckColumns(mapping_.columns(), mapping_.key_column(), "columns"));
  RETURN_IF_ERROR(CheckTables());
  RETURN_IF_ERROR(CheckConstants());
  RETURN_IF_ERROR(CheckNames(mapping_.ignored_parts(), "ignored_parts", "name the part."));
  RETURN_IF_ERROR(CheckForceColumn());
  return CheckNames(mapping_.blank_words(), "blank_words", "a blank cell is blank already.");
}

}  // namespace

absl::Status CheckMapping(const v1::Mapping& mapping) { return Checker(mapping).Check(); }

}  // namespace exposure
