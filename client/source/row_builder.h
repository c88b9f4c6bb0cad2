// Puts a row together cell by cell, in memory that is used again for the next and wiped at the end. The work is that of
// the cells that are filled, not of the columns before them.
#ifndef EXPOSURE_CLIENT_SOURCE_ROW_BUILDER_H_
#define EXPOSURE_CLIENT_SOURCE_ROW_BUILDER_H_

#include <string>
#include <string_view>
#include <vector>

#include "client/source/source_file.h"
#include "client/source/wiped.h"

namespace exposure {

inline constexpr size_t kMaxColumns = 16'384;
inline constexpr uint64_t kMaxRows = 1'048'576;
inline constexpr size_t kMaxRowText = 16 << 20;  // bytes of all cells

class RowBuilder {
 public:
  RowBuilder();

  // `column` from 0, below kMaxColumns and after the last; what lies between is blank. A text that is empty is a blank
  // cell, unless it is a formula without a value. Copies the text. False if the row would be longer than kMaxRowText.
  [[nodiscard]] bool Add(size_t column, std::string_view text, CellKind kind, bool exact = true);

  // Gives `row` with these cells to `sink`, unless there are none, and begins the next.
  absl::Status Finish(TableRow row, TableRowSink sink);

 private:
  struct Place {
    size_t begin = 0, size = 0;  // in text_
  };

  WipedText text_;              // of the row's cells, one after the other
  std::vector<Cell> cells_;     // as many as the widest row had; blank but for those that are filled
  std::vector<size_t> filled_;  // their columns
  std::vector<Place> places_;   // of each that is filled
};

// "B7", both from 1 as spreadsheets count, the column from 0.
std::string CellName(size_t column, uint64_t row);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_ROW_BUILDER_H_
