// What a source file holds: tables of cells, each a sheet, a cache or a file of values. A reader of a table sees it as
// a person at a spreadsheet does, and besides what no person would see. The file is held in memory; nothing of it is
// written to disk, and no message repeats a cell.
#ifndef EXPOSURE_CLIENT_SOURCE_SOURCE_FILE_H_
#define EXPOSURE_CLIENT_SOURCE_SOURCE_FILE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace exposure {

enum class TableKind : uint8_t {
  kValues,         // a file of comma- or otherwise separated values
  kSheet,          // of a workbook
  kPivotCache,     // what a pivot table was made from; its sheet may be gone
  kExternalCache,  // what was copied from a linked workbook
};

enum class Visibility : uint8_t {
  kVisible,
  kHidden,
  kVeryHidden,  // cannot be shown from the program's menus
};

struct TableFacts {
  std::string name;  // "People", as the program shows it
  TableKind kind = TableKind::kValues;
  Visibility visibility = Visibility::kVisible;
  std::string part;  // where it is, for messages: "xl/worksheets/sheet2.xml"
  std::string form;  // of a file of values, how it is written: "UTF-8, separated by commas"
};

enum class CellKind : uint8_t { kBlank, kText, kNumber, kDate, kBoolean, kError, kNoValue };  // kNoValue: a formula

struct Cell {
  std::string_view text;  // as it is shown: a number in its format, "000042"
  CellKind kind = CellKind::kBlank;
  bool exact = true;  // false: digits were lost before it was stored (1.23457E+11, or more than 15 of them)
};

// Valid during the call only: the memory is used again, and wiped at the end.
struct TableRow {
  uint64_t number = 0;  // as a spreadsheet counts, from 1; rows without a cell are left out
  bool hidden = false;
  bool left_over = false;          // of a pivot cache: values that no record uses, beside each other by chance
  std::span<const Cell> cells;     // from column A to the last that is filled
  std::span<const size_t> filled;  // which of them are not blank, in order: a wide row may have few
};

// A row's sink; an error of it ends the reading and is returned.
using TableRowSink = absl::FunctionRef<absl::Status(const TableRow& row)>;

// What is in the file besides tables, and may hold data: comments, defined names, document properties, links, texts
// that no cell uses any more.
struct Remark {
  std::string part;
  std::string what;    // "comments", "document properties"
  uint64_t count = 0;  // of them; what they say is not repeated
};

// Not thread-safe.
class SourceFile {
 public:
  virtual ~SourceFile() = default;

  virtual const std::vector<TableFacts>& tables() const = 0;

  // Reads `table`, an index of tables(), from its first row on. Returns BAD_SOURCE, with part, row and column.
  virtual absl::Status Read(size_t table, TableRowSink row) = 0;
  // Columns that are hidden, from 0, once `table` was read.
  virtual std::vector<size_t> HiddenColumns(size_t table) const = 0;

  // Of one part there may be several. Some show only once every table was read: those that were not are read here.
  // Returns BAD_SOURCE as Read.
  virtual absl::StatusOr<std::vector<Remark>> Remarks() = 0;
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_SOURCE_FILE_H_
