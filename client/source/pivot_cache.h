// What a pivot table was made from. A workbook keeps a copy of it, also when the sheet that it came from is gone, and
// in it values that no row holds any more.
#ifndef EXPOSURE_CLIENT_SOURCE_PIVOT_CACHE_H_
#define EXPOSURE_CLIENT_SOURCE_PIVOT_CACHE_H_

#include <string_view>

#include "absl/status/status.h"
#include "client/source/archive.h"
#include "client/source/sheet_reader.h"
#include "client/source/source_file.h"

namespace exposure {

// Reads the cache with the definition in `part`: row 1 are the names of its fields, then come its records, and then, in
// rows of their own, what its fields list but no record holds. Returns BAD_SOURCE, with part and row.
absl::Status ReadPivotCache(const Archive& archive, std::string_view part, const CellContext& context,
                            TableRowSink row);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_PIVOT_CACHE_H_
