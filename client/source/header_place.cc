#include "client/source/header_place.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "client/source/cell_shape.h"
#include "client/source/known_headers.h"

namespace exposure {
namespace {

constexpr size_t kRowsForHeader = 50;

struct HeaderLook {
  size_t known = 0;  // known headers
  size_t filled = 0;
  bool data = false;         // something that no header is
  std::vector<bool> blanks;  // of each cell
};

HeaderLook LookAt(const TableRow& row) {
  HeaderLook look;
  for (const Cell& cell : row.cells) {
    look.blanks.push_back(cell.kind == CellKind::kBlank);
    if (cell.kind == CellKind::kBlank) continue;
    ++look.filled;
    look.data = look.data || cell.kind != CellKind::kText || ShapeOf(cell.text) != CellShape::kOther;
    if (MeaningOf(cell.text) != nullptr) ++look.known;
  }
  return look;
}

// Whether `below` names parts of what `above` names: "Name", and under it "Surname" and "Forename". Nothing but known
// headers, some of them under a cell that was merged with its neighbour and so is blank.
bool IsSecondRow(const HeaderLook& above, const HeaderLook& below) {
  if (below.known == 0 || below.known != below.filled || below.data) return false;
  for (size_t i = 0; i < below.blanks.size(); ++i) {
    if (!below.blanks[i] && (i >= above.blanks.size() || above.blanks[i])) return true;
  }
  return false;
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
      header.reason = absl::StrCat(look.known, " of its ", look.filled, " cells are known headers");
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
