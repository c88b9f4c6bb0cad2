#include "client/seal/table_plan.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/blank.h"

namespace exposure {
namespace {

bool HasContent(const TableRow& row) {
  return std::any_of(row.cells.begin(), row.cells.end(),
                     [](const Cell& cell) { return cell.kind == CellKind::kNoValue || !IsBlank(cell.text); });
}

absl::StatusOr<bool> HasContent(SourceFile& file, size_t table) {
  const absl::Status status =
      file.Read(table, [](const TableRow& row) { return HasContent(row) ? absl::CancelledError() : absl::OkStatus(); });
  if (absl::IsCancelled(status)) return true;
  RETURN_IF_ERROR(status);
  return false;
}

std::string Describe(const TableFacts& table) {
  switch (table.kind) {
    case TableKind::kValues:
      return "a file of values";
    case TableKind::kPivotCache:
      return "what a pivot table was made from";
    case TableKind::kExternalCache:
      return "copied from a linked workbook";
    case TableKind::kSheet:
      break;
  }
  return table.visibility == Visibility::kVisible  ? "a sheet"
         : table.visibility == Visibility::kHidden ? "a HIDDEN sheet"
                                                   : "a HIDDEN sheet that no menu shows";
}

// In protobuf text, and safe on a terminal, whatever the name is.
std::string Quoted(const std::string& name) { return absl::StrCat("\"", absl::Utf8SafeCEscape(name), "\""); }

const v1::TableMapping* FindMapping(const v1::Mapping& mapping, const std::string& table) {
  const auto it = std::find_if(mapping.tables().begin(), mapping.tables().end(),
                               [&](const v1::TableMapping& one) { return one.table() == table; });
  return it == mapping.tables().end() ? nullptr : &*it;
}

// Notes what the mapping does not speak of, and what the source has not.
class Planner {
 public:
  Planner(const v1::Mapping& mapping, SourceFile& file) : mapping_(mapping), file_(file) {}

  absl::StatusOr<std::vector<PlannedTable>> Plan();
  absl::Status CheckParts();

 private:
  absl::Status FindTables();
  absl::StatusOr<std::vector<PlannedTable>> TheOnlyOne() const;
  void NoteTables();
  absl::Status NoteParts();
  void NoteAbsent(const std::string& what, const std::string& name) {
    absl::StrAppend(&absent_, "\n  ", what, " ", Quoted(name));
  }
  bool AllSaid() const { return open_ == 0 && absent_.empty(); }
  absl::Status Refusal() const;

  const v1::Mapping& mapping_;
  SourceFile& file_;
  std::vector<size_t> with_content_;
  size_t open_ = 0;     // tables and parts that are neither used nor ignored
  std::string write_;   // a line for each of them
  std::string absent_;  // a line for each that is not there
};

absl::Status Planner::FindTables() {
  for (size_t i = 0; i < file_.tables().size(); ++i) {
    ASSIGN_OR_RETURN(const bool content, HasContent(file_, i));
    if (content) with_content_.push_back(i);
  }
  if (!with_content_.empty()) return absl::OkStatus();
  return Error(Reason::kBadSource, "no table of the source has anything in it.");
}

void Planner::NoteTables() {
  for (const size_t i : with_content_) {
    const TableFacts& facts = file_.tables()[i];
    if (FindMapping(mapping_, facts.name) != nullptr) continue;
    ++open_;
    absl::StrAppend(&write_, "\n  tables { table: ", Quoted(facts.name), " }  # ", Describe(facts));
  }
  for (const v1::TableMapping& table : mapping_.tables()) {
    const std::vector<TableFacts>& tables = file_.tables();
    if (std::none_of(tables.begin(), tables.end(), [&](const auto& facts) { return facts.name == table.table(); })) {
      NoteAbsent("table", table.table());
    }
  }
}

absl::Status Planner::NoteParts() {
  ASSIGN_OR_RETURN(const std::vector<Remark> remarks, file_.Remarks());
  std::set<std::string> ignored(mapping_.ignored_parts().begin(), mapping_.ignored_parts().end());
  std::set<std::string> there;
  for (const Remark& remark : remarks) {
    if (!there.insert(remark.part).second || ignored.contains(remark.part)) continue;
    ++open_;
    absl::StrAppend(&write_, "\n  ignored_parts: ", Quoted(remark.part), "  # ", remark.what);
  }
  for (const std::string& part : mapping_.ignored_parts()) {
    if (!there.contains(part)) NoteAbsent("part", part);
  }
  return absl::OkStatus();
}

absl::Status Planner::CheckParts() {
  RETURN_IF_ERROR(NoteParts());
  return AllSaid() ? absl::OkStatus() : Refusal();
}

absl::Status Planner::Refusal() const {
  std::string text = absl::StrCat(open_, open_ == 1 ? " part of the source is" : " parts of the source are",
                                  " neither used nor ignored by the mapping. Look at each with `exposure inspect`, ",
                                  "and write; a table is read as the mapping says, or add ignore: true:", write_);
  if (open_ == 0) text.clear();
  if (!absent_.empty()) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", "The mapping names what is not in the source:", absent_);
  }
  return Error(Reason::kBadSource, text);
}

absl::StatusOr<std::vector<PlannedTable>> Planner::TheOnlyOne() const {
  std::vector<PlannedTable> planned(1);
  planned[0].index = with_content_[0];
  planned[0].mapping.set_table(file_.tables()[with_content_[0]].name);
  return planned;
}

absl::StatusOr<std::vector<PlannedTable>> Planner::Plan() {
  RETURN_IF_ERROR(FindTables());
  const bool only_one = mapping_.tables().empty() && with_content_.size() == 1;
  if (!only_one) NoteTables();
  if (!AllSaid()) {
    RETURN_IF_ERROR(NoteParts());
    return Refusal();
  }
  if (only_one) return TheOnlyOne();
  std::vector<PlannedTable> planned;
  for (size_t i = 0; i < file_.tables().size(); ++i) {
    const v1::TableMapping* table = FindMapping(mapping_, file_.tables()[i].name);
    if (table != nullptr && !table->ignore()) planned.push_back({.index = i, .mapping = *table});
  }
  return planned;
}

}  // namespace

absl::StatusOr<std::vector<PlannedTable>> PlanTables(const v1::Mapping& mapping, SourceFile& file) {
  return Planner(mapping, file).Plan();
}

absl::Status CheckParts(const v1::Mapping& mapping, SourceFile& file) { return Planner(mapping, file).CheckParts(); }

}  // namespace exposure
