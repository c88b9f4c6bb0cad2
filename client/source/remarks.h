// What a workbook holds besides tables.
#ifndef EXPOSURE_CLIENT_SOURCE_REMARKS_H_
#define EXPOSURE_CLIENT_SOURCE_REMARKS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "client/source/archive.h"
#include "client/source/package.h"
#include "client/source/source_file.h"

namespace exposure {

// One remark for each part that may hold data and is no table; "not recognised" for one whose type is not known, for
// nothing is passed over in silence. Returns BAD_SOURCE.
absl::StatusOr<std::vector<Remark>> FindRemarks(const Archive& archive, const ContentTypes& types);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_REMARKS_H_
