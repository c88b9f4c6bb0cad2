#include "client/source/row_builder.h"

#include "absl/strings/str_cat.h"

namespace exposure {

RowBuilder::RowBuilder() { text_.reserve(64 << 10); }

bool RowBuilder::Add(size_t column, std::string_view text, CellKind kind, bool exact) {
  if (text.empty() && kind != CellKind::kNoValue) return true;
  if (text.size() > kMaxRowText - text_.size()) return false;
  if (column >= cells_.size()) cells_.resize(column + 1);
  cells_[column] = {.kind = kind, .exact = exact};
  filled_.push_back(column);
  places_.push_back({.begin = text_.size(), .size = text.size()});
  text_.append(text);
  return true;
}

absl::Status RowBuilder::Finish(TableRow row, TableRowSink sink) {
  absl::Status status;
  if (!filled_.empty()) {
    for (size_t i = 0; i < filled_.size(); ++i) {
      cells_[filled_[i]].text = std::string_view(text_).substr(places_[i].begin, places_[i].size);
    }
    row.cells = std::span(cells_).first(filled_.back() + 1);
    row.filled = filled_;
    status = sink(row);
  }
  for (const size_t column : filled_) cells_[column] = {};
  filled_.clear();
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
