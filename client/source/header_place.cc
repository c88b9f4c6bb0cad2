#include "client/source/header_place.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/source/cell_shape.h"
#include "client/source/known_headers.h"

namespace exposure {
namespace {

constexpr size_t kRowsForHeader = 50;

struct HeaderLook {
  size_t known = 0;            // known headers
  bool data = false;           // something that no header is
  std::vector<size_t> filled;  // columns, in order
};

HeaderLook LookAt(const TableRow& row) {
  HeaderLook look;
  look.filled.assign(row.filled.begin(), row.filled.end());
  for (const size_t column : row.filled) {
    const Cell& cell = row.cells[column];
    look.data = look.data || cell.kind != CellKind::kText || ShapeOf(cell.text) != CellShape::kOther;
    if (MeaningOf(cell.text) != nullptr) ++look.known;
  }
  return look;
}

// Whether `below` names parts of what `above` names: "Name", and under it "Surname" and "Forename". Nothing but known
// headers, some of them under a cell that was merged with its neighbour and so is blank.
bool IsSecondRow(const HeaderLook& above, const HeaderLook& below) {
  if (below.known == 0 || below.known != below.filled.size() || below.data) return false;
  return !std::includes(above.filled.begin(), above.filled.end(), below.filled.begin(), below.filled.end());
}

}  // namespace

absl::StatusOr<HeaderPlace> FindHeader(SourceFile& file, size_t table) {
  HeaderPlace header;
  HeaderLook above;
  size_t rows = 0;
  const absl::Status status = file.Read(table, [&](const TableRow& row) -> absl::Status {
    const HeaderLook look = LookAt(row);
    if (header.row > 0) {
      if (row.number == header.row + 1 && IsSecondRow(above, look)) {
        header.row = row.number;
        header.rows = 2;
      }
      return absl::CancelledError();
    }
    if (!look.data && (look.known >= 2 || (look.known == 1 && row.cells.size() == 1))) {
      header.row = row.number;
      header.rows = 1;
      header.reason = absl::StrCat(look.known, " of its ", look.filled.size(), " cells are known headers");
      above = look;
      return absl::OkStatus();
    }
    return ++rows < kRowsForHeader ? absl::OkStatus() : absl::CancelledError();
  });
  if (!status.ok() && !absl::IsCancelled(status)) return status;
  if (header.row == 0) header.reason = absl::StrCat("none of the first ", kRowsForHeader, " rows has known headers");
  return header;
}

}  // namespace exposure
