// Values in UTF-8 with a delimiter between them, row by row, strictly: what is not well-formed is refused with its row
// and column, never guessed at and never repeated.
#ifndef EXPOSURE_CLIENT_SOURCE_CSV_READER_H_
#define EXPOSURE_CLIENT_SOURCE_CSV_READER_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace exposure {

inline constexpr size_t kMaxCsvColumns = 1024;
inline constexpr size_t kMaxCsvCell = 64 << 10;  // bytes
inline constexpr size_t kMaxCsvRow = 1 << 20;    // bytes of all cells

// Fills `buffer` from its beginning and returns how many bytes; 0 at the end.
using ByteSource = absl::FunctionRef<absl::StatusOr<size_t>(std::span<uint8_t> buffer)>;

// One row; valid during the call only: the memory is used again, and wiped at the end.
struct CsvRow {
  uint64_t number = 0;  // as a spreadsheet counts: the header is row 1; a line break inside quotes starts no row
  std::span<const std::string_view> cells;  // with a header: one for each column
};

using CsvHeaderSink = absl::FunctionRef<absl::Status(std::span<const std::string> columns)>;
using CsvRowSink = absl::FunctionRef<absl::Status(const CsvRow& row)>;

// Calls `header` once, then `row` for each row; an error of either ends the reading and is returned. Lines end with LF,
// CR or CRLF; a blank line counts as a row but holds none (with one column it is a blank cell). `name` stands in front
// of messages. Returns BAD_SOURCE, with row and column but never a cell: bytes that are not UTF-8, a NUL byte, a broken
// or unclosed quote, a row with too few or too many cells, a column without a name or two with the same, more than the
// limits above, no header.
absl::Status ReadCsv(std::string_view name, ByteSource source, char delimiter, CsvHeaderSink header, CsvRowSink row);

// The same without a header: every row as it is, from row 1 on, with as many cells as it has. Blank lines are left out.
absl::Status ReadCsvRows(std::string_view name, ByteSource source, char delimiter, CsvRowSink row);

// "column 28 (AB)", counted from 0 but said as spreadsheets do.
std::string DescribeColumn(size_t index);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_CSV_READER_H_
