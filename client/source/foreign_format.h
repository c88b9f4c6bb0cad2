// What a custodian may have and no reader here knows: refused as a whole, with how to convert it.
#ifndef EXPOSURE_CLIENT_SOURCE_FOREIGN_FORMAT_H_
#define EXPOSURE_CLIENT_SOURCE_FOREIGN_FORMAT_H_

#include <string_view>

#include "absl/status/status.h"

namespace exposure {

// By what is in the file, not by its name, which stands in front of messages. OK says no more than that `bytes` are
// none of the formats known to be foreign. Returns BAD_SOURCE.
absl::Status CheckFormat(std::string_view name, std::string_view bytes);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_FOREIGN_FORMAT_H_
