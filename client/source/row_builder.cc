#include "client/source/row_builder.h"

#include "absl/strings/str_cat.h"

namespace exposure {

RowBuilder::RowBuilder() { text_.reserve(64 << 10); }

bool RowBuilder::Add(size_t column, std::string_view text, CellKind kind, bool exact) {
  if (text.empty() && kind != CellKind::kNoValue) return true;
  if (text.size() > kMaxRowText - text_.size()) return false;
  if (column >= cells_.size()) {
    cells_.resize(column + 1);
    places_.resize(column + 1);
  }
  places_[column] = {.begin = text_.size(), .size = text.size()};
  cells_[column] = {.kind = kind, .exact = exact};
  text_.append(text);
  return true;
}

absl::Status RowBuilder::Finish(TableRow row, TableRowSink sink) {
  absl::Status status;
  if (!cells_.empty()) {
    for (size_t i = 0; i < cells_.size(); ++i) {
      cells_[i].text = std::string_view(text_).substr(places_[i].begin, places_[i].size);
    }
    row.cells = cells_;
    status = sink(row);
  }
  cells_.clear();
  places_.clear();
  text_.clear();
  return status;
}

std::string CellName(size_t column, uint64_t row) {
  std::string letters;
  for (size_t n = column + 1; n > 0; n = (n - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (n - 1) % 26));
  }
  return absl::StrCat(letters, row);
}

}  // namespace exposure
