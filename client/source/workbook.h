// An .xlsx or .xlsm workbook: every sheet, whatever hides it, what pivot tables and links have copied, and a remark for
// all else that may hold data. Parts that the workbook itself does not mention are found as well.
#ifndef EXPOSURE_CLIENT_SOURCE_WORKBOOK_H_
#define EXPOSURE_CLIENT_SOURCE_WORKBOOK_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/source/archive.h"
#include "client/source/source_file.h"

namespace exposure {

// Holds `bytes` and the texts of the workbook in memory, and wipes them when it goes; sheets are read as a stream.
// `name` stands in front of messages. Tables come in this order: sheets as the workbook has them, sheets that it does
// not mention, pivot caches, external caches; all but the first are called very hidden. A sheet of charts is a table
// without rows. Returns BAD_SOURCE, with part and cell but never a cell's text: not a workbook, an encrypted one (the
// message says how to take the password off), a damaged one, one of more than the limits of archive.h, xml.h and
// row_builder.h.
absl::StatusOr<std::unique_ptr<SourceFile>> OpenWorkbook(std::string name, std::string bytes);

// The same of an archive that is open already.
absl::StatusOr<std::unique_ptr<SourceFile>> OpenWorkbook(std::unique_ptr<Archive> archive);

// Whether an archive is of an office program, not one of files: it says what its parts are.
bool IsPackage(const Archive& archive);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_WORKBOOK_H_
