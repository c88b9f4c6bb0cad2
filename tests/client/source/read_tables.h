// Reads a workbook's tables for a test.
#ifndef EXPOSURE_TESTS_CLIENT_SOURCE_READ_TABLES_H_
#define EXPOSURE_TESTS_CLIENT_SOURCE_READ_TABLES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/source/workbook.h"
#include "tests/client/source/zip_writer.h"

namespace exposure::testing {

// "7: 000042 | text" for row 7; an inexact cell ends with '?', a formula without value is "=", a date begins with '@'.
inline absl::StatusOr<std::vector<std::string>> ReadRows(SourceFile& file, size_t table) {
  std::vector<std::string> rows;
  RETURN_IF_ERROR(file.Read(table, [&](const TableRow& row) {
    std::string line = absl::StrCat(row.number, row.hidden ? " hidden:" : ":");
    for (const Cell& cell : row.cells) {
      absl::StrAppend(&line, &cell == row.cells.data() ? " " : " | ", cell.kind == CellKind::kDate ? "@" : "",
                      cell.kind == CellKind::kNoValue ? "=" : std::string(cell.text), cell.exact ? "" : "?");
    }
    rows.push_back(std::move(line));
    return absl::OkStatus();
  }));
  return rows;
}

// The rows of table `table` of a workbook of `parts`.
inline absl::StatusOr<std::vector<std::string>> ReadRows(const Parts& parts, size_t table = 0) {
  ASSIGN_OR_RETURN(const std::unique_ptr<SourceFile> file, OpenWorkbook("people.xlsx", MakeZip(parts)));
  return ReadRows(*file, table);
}

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_CLIENT_SOURCE_READ_TABLES_H_
