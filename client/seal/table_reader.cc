#include "client/seal/table_reader.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/seal/mapping.h"
#include "client/source/blank.h"

namespace exposure {
namespace {

bool HoldsNothing(const TableRow& row) {
  return std::all_of(row.filled.begin(), row.filled.end(), [&row](size_t column) {
    const Cell& cell = row.cells[column];
    return cell.kind != CellKind::kNoValue && IsBlank(cell.text);
  });
}

class TableReader {
 public:
  TableReader(const v1::TableMapping& table, SourceWork& work)
      : table_(table),
        work_(work),
        not_people_(table.not_people().begin(), table.not_people().end()),
        index_(work.people.AddTable(table.table())) {}

  absl::Status OnRow(const TableRow& row);
  absl::Status Finish();
  // After that, on a second reading of the rows down to the header: none of them may be a person.
  absl::Status CheckAbove(const TableRow& row) const;

 private:
  absl::Status Bad(std::string_view what) const {
    return Error(Reason::kBadSource, absl::StrCat(table_.table(), ": ", std::string(what)));
  }
  void AddHeaderRow(const TableRow& row);
  absl::Status EndHeader();
  absl::Status Take(const TableRow& row);
  absl::Status TakeNumber(const RowId& id, const CanonicalNumber& number, const crypto::Categories& categories);

  const v1::TableMapping& table_;
  SourceWork& work_;
  std::set<uint64_t> not_people_;  // that did not come yet
  const uint32_t index_;
  std::vector<std::string> headers_;
  std::optional<ColumnPlan> plan_;  // once the header is read
};

// A column's header is the lowest that is filled.
void TableReader::AddHeaderRow(const TableRow& row) {
  headers_.resize(std::max(headers_.size(), row.cells.size()));
  for (const size_t i : row.filled) {
    if (!IsBlank(row.cells[i].text)) headers_[i] = std::string(row.cells[i].text);
  }
}

absl::Status TableReader::EndHeader() {
  if (headers_.empty() && !table_.no_header()) {
    return Bad(absl::StrCat("row ", HeaderRowOf(table_),
                            " must be the header, and is blank. The mapping says where it ",
                            "is: tables { table: … header_row: … }, or that there is none: no_header: true."));
  }
  ASSIGN_OR_RETURN(plan_, ColumnPlan::Create(work_.mapping, table_, headers_));
  return absl::OkStatus();
}

absl::Status TableReader::TakeNumber(const RowId& id, const CanonicalNumber& number,
                                     const crypto::Categories& categories) {
  if (!work_.corrections.TakesOut(number)) return work_.people.Add(id, number, categories);
  work_.people.LeaveOut(id.table);
  return absl::OkStatus();
}

absl::Status TableReader::Take(const TableRow& row) {
  plan_->NoteFilled(row);
  const RowReading reading = plan_->Read(row);
  if (reading.elsewhere) {
    work_.people.LeaveOut(index_);
    return absl::OkStatus();
  }
  const RowId id{.table = index_, .row = row.number};
  std::string reason(reading.reason);
  if (reason.empty()) {
    const absl::StatusOr<CanonicalNumber> number = Canonicalise(work_.rule, reading.number);
    if (number.ok()) return TakeNumber(id, *number, reading.categories);
    if (ReasonOf(number.status()) != Reason::kBadNumber) return number.status();  // the rule itself
    reason = std::string(number.status().message());
  }
  const CanonicalNumber* repaired = work_.repairs.Find(table_.table(), row.number);
  if (repaired != nullptr) return TakeNumber(id, *repaired, reading.categories);
  work_.people.Quarantine(id, reading.column, reason);
  return absl::OkStatus();
}

absl::Status TableReader::OnRow(const TableRow& row) {
  if (row.number <= HeaderRowOf(table_)) {
    if (row.number >= FirstHeaderRowOf(table_)) AddHeaderRow(row);
    not_people_.erase(row.number);
    return absl::OkStatus();
  }
  if (!plan_) RETURN_IF_ERROR(EndHeader());
  if (HoldsNothing(row)) return absl::OkStatus();
  work_.row_done();
  if (not_people_.erase(row.number) == 0) return Take(row);
  work_.people.LeaveOut(index_);
  return absl::OkStatus();
}

absl::Status TableReader::Finish() {
  if (!plan_) RETURN_IF_ERROR(EndHeader());
  plan_->NoteColumns(work_.unsaid);
  if (not_people_.empty()) return absl::OkStatus();
  return Bad(absl::StrCat("row ", *not_people_.begin(), " is blank or not there; the mapping names it in not_people."));
}

absl::Status TableReader::CheckAbove(const TableRow& row) const {
  const auto& named = table_.not_people();
  if (std::find(named.begin(), named.end(), row.number) != named.end()) return absl::OkStatus();
  const RowReading reading = plan_->Read(row);
  if (!reading.reason.empty() || !Canonicalise(work_.rule, reading.number).ok()) return absl::OkStatus();
  return Bad(absl::StrCat("row ", row.number, " counts as header or title, but has a number that can be used: it may ",
                          "be a person, who would be missed. Say where the header is (header_row), or that there is ",
                          "none (no_header: true); if it is no person, name it in not_people."));
}

}  // namespace

absl::Status ReadTable(SourceFile& file, const PlannedTable& table, SourceWork& work) {
  TableReader reader(table.mapping, work);
  RETURN_IF_ERROR(file.Read(table.index, [&reader](const TableRow& row) { return reader.OnRow(row); }));
  RETURN_IF_ERROR(reader.Finish());
  const absl::Status above = file.Read(table.index, [&](const TableRow& row) {
    return row.number > HeaderRowOf(table.mapping) ? absl::CancelledError() : reader.CheckAbove(row);
  });
  return absl::IsCancelled(above) ? absl::OkStatus() : above;
}

}  // namespace exposure
