// A file of separated values as a source: .csv, .tsv, and what else programs call it.
#ifndef EXPOSURE_CLIENT_SOURCE_VALUES_FILE_H_
#define EXPOSURE_CLIENT_SOURCE_VALUES_FILE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/source/source_file.h"

namespace exposure {

// Holds `bytes` in memory, as UTF-8, and wipes them when it goes. One table; its encoding (encoding.h) and separator
// are in its facts' `form`. The separator is the one of comma, semicolon, tab and vertical bar that splits the first
// rows, after title rows that have fewer cells, into the same number; a later row with another number is refused when
// it is read. Rows are those of csv_reader.h. A number in which a spreadsheet has lost digits ("1.23457E+11") is not
// exact;
// ="001234", in quotation marks or not, is shown as 001234. Returns BAD_SOURCE: an encoding that is not known, a row
// that cannot be read, or a separator that is not clear (the message says which rows, and what was tried).
absl::StatusOr<std::unique_ptr<SourceFile>> OpenValues(std::string name, std::string bytes);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_VALUES_FILE_H_
