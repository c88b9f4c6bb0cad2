// The number formats of a workbook's cells.
#ifndef EXPOSURE_CLIENT_SOURCE_STYLES_H_
#define EXPOSURE_CLIENT_SOURCE_STYLES_H_

#include <cstdint>
#include <map>
#include <vector>

#include "absl/status/status.h"
#include "client/source/archive.h"
#include "client/source/number_format.h"

namespace exposure {

class Styles {
 public:
  // Returns BAD_SOURCE.
  absl::Status Read(const Archive& archive, std::string_view part);

  // The format of a cell's style; null where there is no such style. Style 0 is always there.
  const NumberFormat* OfStyle(size_t style) const;
  // Of a format's number.
  const NumberFormat& OfId(uint64_t id) const;

 private:
  std::map<uint64_t, NumberFormat> written_;  // in the file
  mutable std::map<uint64_t, NumberFormat> built_in_;
  std::vector<const NumberFormat*> styles_;
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_STYLES_H_
