#include "client/seal/table_plan.h"

#include <algorithm>
#include <set>
#include <string>

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

const v1::TableMapping* FindMapping(const v1::Mapping& mapping, const std::string& table) {
  const auto it = std::find_if(mapping.tables().begin(), mapping.tables().end(),
                               [&](const v1::TableMapping& one) { return one.table() == table; });
  return it == mapping.tables().end() ? nullptr : &*it;
}

absl::StatusOr<std::vector<size_t>> TablesWithContent(SourceFile& file) {
  std::vector<size_t> tables;
  for (size_t i = 0; i < file.tables().size(); ++i) {
    ASSIGN_OR_RETURN(const bool content, HasContent(file, i));
    if (content) tables.push_back(i);
  }
  if (!tables.empty()) return tables;
  return Error(Reason::kBadSource, "no table of the source has anything in it.");
}

void NoteTables(const v1::Mapping& mapping, const std::vector<TableFacts>& tables,
                const std::vector<size_t>& with_content, Unsaid& unsaid) {
  for (const size_t i : with_content) {
    if (FindMapping(mapping, tables[i].name) == nullptr) unsaid.AddTable(tables[i].name, Describe(tables[i]));
  }
  for (const v1::TableMapping& table : mapping.tables()) {
    if (std::none_of(tables.begin(), tables.end(), [&](const auto& facts) { return facts.name == table.table(); })) {
      unsaid.AddAbsent("table", table.table());
    }
  }
}

}  // namespace

absl::StatusOr<std::vector<PlannedTable>> PlanTables(const v1::Mapping& mapping, SourceFile& file, Unsaid& unsaid) {
  ASSIGN_OR_RETURN(const std::vector<size_t> with_content, TablesWithContent(file));
  const std::vector<TableFacts>& tables = file.tables();
  std::vector<PlannedTable> planned;
  if (mapping.tables().empty() && with_content.size() == 1) {
    planned.emplace_back().index = with_content[0];
    planned[0].mapping.set_table(tables[with_content[0]].name);
    return planned;
  }
  NoteTables(mapping, tables, with_content, unsaid);
  for (size_t i = 0; i < tables.size(); ++i) {
    const v1::TableMapping* table = FindMapping(mapping, tables[i].name);
    if (table != nullptr && !table->ignore()) planned.push_back({.index = i, .mapping = *table});
  }
  return planned;
}

absl::Status NoteParts(const v1::Mapping& mapping, SourceFile& file, Unsaid& unsaid) {
  ASSIGN_OR_RETURN(const std::vector<Remark> remarks, file.Remarks());
  const std::set<std::string> ignored(mapping.ignored_parts().begin(), mapping.ignored_parts().end());
  std::set<std::string> there;
  for (const Remark& remark : remarks) {
    if (there.insert(remark.part).second && !ignored.contains(remark.part)) unsaid.AddPart(remark.part, remark.what);
  }
  for (const std::string& part : mapping.ignored_parts()) {
    if (!there.contains(part)) unsaid.AddAbsent("part", part);
  }
  return absl::OkStatus();
}

}  // namespace exposure
