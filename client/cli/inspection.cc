#include "client/cli/inspection.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/status_macros.h"
#include "client/source/csv_reader.h"
#include "client/source/open_source.h"
#include "client/words.h"

namespace exposure::cli {
namespace {

constexpr char kSaveCsv[] = "save it as \"CSV UTF-8 (comma delimited)\"";

// What seal's own reader says of the bytes as they are.
absl::Status ReadAsSealDoes(const std::string& name, std::string_view bytes) {
  BytesView rest = AsBytes(bytes);
  return ReadCsv(
      name,
      [&rest](std::span<uint8_t> buffer) -> absl::StatusOr<size_t> {
        const size_t n = std::min(rest.size(), buffer.size());
        std::copy_n(rest.begin(), n, buffer.begin());
        rest = rest.subspan(n);
        return n;
      },
      ',', [](std::span<const std::string>) { return absl::OkStatus(); },
      [](const CsvRow&) { return absl::OkStatus(); });
}

// Row 1 is the header, and all of it may be shown, as messages do.
bool MayQuoteHeader(const TableProfile& profile) {
  return profile.header_row == 1 && std::none_of(profile.columns.begin(), profile.columns.end(),
                                                 [](const ColumnProfile& column) { return column.header.empty(); });
}

std::string AdviceForValues(const InspectedTable& table, const absl::Status& seal) {
  const std::string why = seal.ok()                       ? ""
                          : MayQuoteHeader(table.profile) ? absl::StrCat(" (", seal.message(), ")")
                          : table.profile.header_row != 1 ? " (row 1 is not its header)"
                                                          : "";
  return absl::StrCat("seal does not read it yet", why,
                      ". Open it in a spreadsheet, take out what is above the header, ",
                      "give each column a name of its own, and ", kSaveCsv,
                      ". Columns of numbers must be opened as text: ", "leading zeros would be lost.");
}

std::string AdviceForSheet(const TableFacts& facts) {
  switch (facts.visibility) {
    case Visibility::kVisible:
      return absl::StrCat("seal does not read workbooks yet: open this sheet and ", kSaveCsv, ".");
    case Visibility::kHidden:
      return absl::StrCat("seal does not read workbooks yet: right-click a tab, Unhide, open this sheet and ", kSaveCsv,
                          ".");
    case Visibility::kVeryHidden:
      break;
  }
  return absl::StrCat("seal does not read workbooks yet, and no menu shows this sheet: in the Visual Basic editor ",
                      "(Alt+F11) set its property Visible to -1, then open it and ", kSaveCsv, ".");
}

std::string AdviceFor(const InspectedTable& table, const absl::Status& seal) {
  switch (table.facts.kind) {
    case TableKind::kValues:
      return table.seal_reads ? "" : AdviceForValues(table, seal);
    case TableKind::kSheet:
      return AdviceForSheet(table.facts);
    case TableKind::kPivotCache:
      return absl::StrCat("seal does not read it yet: double-click the grand total of its pivot table, which makes a ",
                          "sheet of it, and ", kSaveCsv, ". Where no pivot table is left, somebody must take part ",
                          Printable(table.facts.part), " out of the file.");
    case TableKind::kExternalCache:
      break;
  }
  return absl::StrCat("seal does not read it yet: it was copied from another workbook. Ask for that one, or have part ",
                      Printable(table.facts.part), " taken out of the file.");
}

}  // namespace

absl::StatusOr<Inspection> InspectSource(const std::string& name, std::string bytes) {
  const absl::Status seal = ReadAsSealDoes(name, bytes);
  std::vector<NamedBytes> files;
  files.push_back({.name = name, .bytes = std::move(bytes)});
  ASSIGN_OR_RETURN(const std::unique_ptr<SourceFile> file, OpenSources(std::move(files)));
  Inspection inspection{.name = name, .remarks = file->remarks()};
  for (size_t i = 0; i < file->tables().size(); ++i) {
    InspectedTable table{.facts = file->tables()[i]};
    ASSIGN_OR_RETURN(table.profile, ProfileTable(*file, i));
    table.seal_reads = table.facts.kind == TableKind::kValues && seal.ok() && table.profile.header_row <= 1;
    table.advice = AdviceFor(table, seal);
    inspection.tables.push_back(std::move(table));
  }
  return inspection;
}

std::string ColumnName(const ColumnProfile& column) {
  return column.header.empty() ? DescribeColumn(column.index) : absl::StrCat("\"", Printable(column.header), "\"");
}

std::string Printable(std::string_view text) {
  std::string shown;
  std::copy_if(text.begin(), text.end(), std::back_inserter(shown),
               [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
  return shown;
}

}  // namespace exposure::cli
