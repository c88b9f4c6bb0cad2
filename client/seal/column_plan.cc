#include "client/seal/column_plan.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/seal/cell_word.h"
#include "client/seal/mapping.h"
#include "client/source/blank.h"
#include "client/source/csv_reader.h"
#include "client/source/row_builder.h"

namespace exposure {
namespace {

// The column, from 0, of a name like "column 3 (C)"; nothing if it is none.
std::optional<size_t> PlaceOf(absl::string_view name) {
  absl::string_view rest = name;
  size_t number = 0;
  if (!absl::ConsumePrefix(&rest, "column ") || !absl::SimpleAtoi(rest.substr(0, rest.find(' ')), &number) ||
      number == 0 || number > kMaxColumns || DescribeColumn(number - 1) != name) {
    return std::nullopt;
  }
  return number - 1;
}

const Cell& CellAt(std::span<const Cell> cells, size_t column) {
  static constexpr Cell kNone;
  return column < cells.size() ? cells[column] : kNone;
}

// A formula without a value may have shown something.
bool IsNothing(const Cell& cell) { return cell.kind != CellKind::kNoValue && IsBlank(cell.text); }

}  // namespace

absl::Status ColumnPlan::Bad(std::string_view what) const {
  return Error(Reason::kBadSource, absl::StrCat(table_->table(), ": ", std::string(what)));
}

// What the mapping names comes first: if it is not there, the row may be a person, and no cell of it is repeated.
absl::StatusOr<size_t> ColumnPlan::Find(const std::string& name) {
  const auto first = std::find(headers_.begin(), headers_.end(), name);
  if (first != headers_.end()) {
    header_known_ = true;
    const auto second = std::find(first + 1, headers_.end(), name);
    if (second == headers_.end()) return first - headers_.begin();
    return Bad(absl::StrCat("has the header \"", absl::Utf8SafeCEscape(name), "\" twice. Name each by its place, \"",
                            DescribeColumn(first - headers_.begin()), "\" and \"",
                            DescribeColumn(second - headers_.begin()), "\"."));
  }
  if (const std::optional<size_t> place = PlaceOf(name)) return *place;
  if (table_->no_header()) {
    return Bad(absl::StrCat("has no header, by the mapping, so that \"", absl::Utf8SafeCEscape(name),
                            "\" cannot be found. Name each column by its place, like \"", DescribeColumn(0), "\"."));
  }
  return Bad(absl::StrCat("has no column \"", absl::Utf8SafeCEscape(name), "\", which the mapping names. Row ",
                          HeaderRowOf(*table_), " must be the header (header_row says otherwise); names must be the ",
                          "same to the letter."));
}

absl::StatusOr<size_t> ColumnPlan::Claim(const std::string& name) {
  ASSIGN_OR_RETURN(const size_t column, Find(name));
  if (column >= named_.size()) named_.resize(column + 1);
  if (named_[column]) return Bad(absl::StrCat(DescribeColumn(column), " is named twice, by its header and its place."));
  named_[column] = true;
  return column;
}

absl::Status ColumnPlan::UseColumns() {
  ASSIGN_OR_RETURN(key_column_, Claim(KeyColumnOf(*mapping_, *table_)));
  for (const v1::ColumnMapping& column : ColumnsOf(*mapping_, *table_)) {
    ASSIGN_OR_RETURN(const size_t index, Claim(column.column()));
    if (column.ignore()) continue;
    uses_.push_back({.column = index,
                     .category = CategoryIndex(column.category()),
                     .filled = column.filled() == 0 ? crypto::State::kExposed : ToState(column.filled()),
                     .blank = column.blank() == 0 ? crypto::State::kUnknown : ToState(column.blank())});
  }
  if (!mapping_->has_force_column()) return absl::OkStatus();
  // It may be a category's column as well.
  ASSIGN_OR_RETURN(force_column_, Find(mapping_->force_column().column()));
  if (*force_column_ == key_column_) return Bad("its column of the force is the key column.");
  if (*force_column_ >= named_.size()) named_.resize(*force_column_ + 1);
  named_[*force_column_] = true;
  return absl::OkStatus();
}

void ColumnPlan::NoteFilled(const TableRow& row) {
  for (const size_t i : row.filled) {
    if (IsNamed(i) || (i < headers_.size() && !headers_[i].empty()) || IsNothing(row.cells[i])) continue;
    filled_.emplace(i, row.number);
  }
}

void ColumnPlan::NoteColumns(Unsaid& unsaid) const {
  const std::string table = Quoted(table_->table());
  for (size_t i = 0; i < headers_.size(); ++i) {
    if (IsNamed(i) || headers_[i].empty()) continue;
    const bool by_header = header_known_ && std::count(headers_.begin(), headers_.end(), headers_[i]) == 1;
    unsaid.AddColumn(by_header ? headers_[i] : DescribeColumn(i),
                     by_header ? absl::StrCat(DescribeColumn(i), " of ", table) : absl::StrCat("of ", table));
  }
  for (const auto& [column, row] : filled_) {
    unsaid.AddColumn(DescribeColumn(column),
                     absl::StrCat("of ", table, ": no header, but row ", row, " has something"));
  }
}

absl::StatusOr<ColumnPlan> ColumnPlan::Create(const v1::Mapping& mapping, const v1::TableMapping& table,
                                              std::span<const std::string> headers) {
  ColumnPlan plan(mapping, table, headers);
  plan.named_.resize(headers.size());
  RETURN_IF_ERROR(plan.UseColumns());
  plan.constants_ = ConstantsOf(mapping);
  if (mapping.key_category() != 0) {
    plan.constants_.Set(CategoryIndex(mapping.key_category()), crypto::State::kExposed);
  }
  return plan;
}

// A formula without a value showed something to whoever opened the file, and so does an error.
bool ColumnPlan::IsBlankCell(const Cell& cell) const {
  if (cell.kind == CellKind::kNoValue) return false;
  return IsBlank(cell.text) || IsOneOf(cell.text, mapping_->blank_words());
}

crypto::Categories ColumnPlan::CategoriesOf(std::span<const Cell> cells) const {
  crypto::Categories categories = constants_;
  uint64_t seen = 0;
  for (const Use& use : uses_) {
    const crypto::State state = IsBlankCell(CellAt(cells, use.column)) ? use.blank : use.filled;
    const bool first = (seen >> use.category & 1) == 0;
    seen |= uint64_t{1} << use.category;
    categories.Set(use.category, first ? state : crypto::Merge(categories.Get(use.category), state));
  }
  return categories;
}

std::string_view ColumnPlan::ReasonAgainst(const Cell& key) const {
  if (IsBlankCell(key)) return "the number is blank";
  if (!key.exact) return "digits were lost: it is a rounded number, like 1.23457E+11";
  switch (key.kind) {
    case CellKind::kNoValue:
      return "it is a formula without a value: open the file in its program and save it";
    case CellKind::kError:
      return "it is an error of the spreadsheet, like #N/A";
    case CellKind::kDate:
      return "it is a date: a spreadsheet may have made it of a number";
    case CellKind::kBoolean:
      return "it is TRUE or FALSE";
    default:
      return "";
  }
}

RowReading ColumnPlan::Read(const TableRow& row) const {
  const Cell& key = CellAt(row.cells, key_column_);
  RowReading reading{.number = key.text,
                     .reason = ReasonAgainst(key),
                     .column = KeyColumnOf(*mapping_, *table_),
                     .categories = CategoriesOf(row.cells)};
  if (!force_column_) return reading;
  const v1::ForceColumn& force = mapping_->force_column();
  const Cell& said = CellAt(row.cells, *force_column_);
  const bool blank = IsBlankCell(said);
  if (!blank && IsOneOf(said.text, force.here())) return reading;
  reading.elsewhere = !blank && IsOneOf(said.text, force.elsewhere());
  reading.reason = blank ? "which force it is of is blank" : "it is of a force that the mapping does not name";
  reading.column = force.column();
  return reading;
}

crypto::Categories ConstantsOf(const v1::Mapping& mapping) {
  crypto::Categories constants;
  for (const v1::ConstantCategory& constant : mapping.constants()) {
    constants.Set(CategoryIndex(constant.category()), ToState(constant.state()));
  }
  return constants;
}

}  // namespace exposure
