#include "client/cli/inspection.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/source/csv_reader.h"

namespace exposure::cli {

absl::StatusOr<Inspection> InspectSource(std::vector<NamedBytes> files) {
  Inspection inspection;
  for (const NamedBytes& file : files) inspection.files.push_back(file.name);
  ASSIGN_OR_RETURN(const std::unique_ptr<SourceFile> source, OpenSources(std::move(files)));
  for (size_t i = 0; i < source->tables().size(); ++i) {
    InspectedTable table{.facts = source->tables()[i]};
    ASSIGN_OR_RETURN(table.profile, ProfileTable(*source, i));
    inspection.tables.push_back(std::move(table));
  }
  ASSIGN_OR_RETURN(inspection.remarks, source->Remarks());
  return inspection;
}

size_t Inspection::CountParts() const {
  std::set<std::string> parts;
  for (const Remark& remark : remarks) parts.insert(remark.part);
  return parts.size() +
         std::count_if(tables.begin(), tables.end(), [](const InspectedTable& table) { return table.HasContent(); });
}

std::string ColumnName(const ColumnProfile& column) {
  return column.header.empty() ? DescribeColumn(column.index) : absl::StrCat("\"", Printable(column.header), "\"");
}

const char* KindName(TableKind kind) {
  constexpr std::array<const char*, 4> kNames = {"Values", "Sheet", "Pivot cache", "Copy of a linked workbook"};
  return kNames[static_cast<size_t>(kind)];
}

std::string ShownAs(const TableFacts& facts) {
  constexpr std::array<const char*, 3> kVisible = {"visible", "HIDDEN", "VERY HIDDEN"};
  return facts.form.empty() ? kVisible[static_cast<size_t>(facts.visibility)] : facts.form;
}

std::string Printable(std::string_view text) {
  std::string shown;
  std::copy_if(text.begin(), text.end(), std::back_inserter(shown),
               [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
  return shown;
}

}  // namespace exposure::cli
