// The cells of a sheet, and of what a workbook copied from the sheets of a linked one.
#ifndef EXPOSURE_CLIENT_SOURCE_SHEET_READER_H_
#define EXPOSURE_CLIENT_SOURCE_SHEET_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/source/archive.h"
#include "client/source/serial_date.h"
#include "client/source/shared_strings.h"
#include "client/source/sheet_texts.h"
#include "client/source/source_file.h"
#include "client/source/styles.h"

namespace exposure {

// What the cells of all sheets refer to.
struct CellContext {
  SharedStrings strings;
  Styles styles;
  DateSystem dates = DateSystem::k1900;
};

// What a sheet shows, once it was read, besides its rows.
struct SheetFacts {
  std::vector<size_t> hidden_columns;  // from 0
  SheetTexts texts;
};

// Reads the sheet in `part`; the shared texts that its cells use are marked. Returns BAD_SOURCE, with part and cell:
// not a sheet; more rows or columns than a spreadsheet has, or not in order; a text, style or type that does not exist;
// a number that is none; more text than the limits.
absl::Status ReadSheet(const Archive& archive, std::string_view part, CellContext& context, SheetFacts& facts,
                       TableRowSink row);

// A sheet of which an external link holds a copy of cells.
struct ExternalSheet {
  uint64_t id = 0;
  std::string name;
};

inline constexpr size_t kMaxExternalSheets = 256;  // of one link; each is read on its own

// Returns BAD_SOURCE.
absl::StatusOr<std::vector<ExternalSheet>> ExternalSheets(const Archive& archive, std::string_view part);

// As ReadSheet, of the sheet `id` in the external link `part`.
absl::Status ReadExternalSheet(const Archive& archive, std::string_view part, CellContext& context, uint64_t id,
                               TableRowSink row);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_SHEET_READER_H_
