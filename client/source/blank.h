// What counts as an empty cell, for the profile of a column as for its sealing.
#ifndef EXPOSURE_CLIENT_SOURCE_BLANK_H_
#define EXPOSURE_CLIENT_SOURCE_BLANK_H_

#include <string_view>

namespace exposure {

// Nothing in it but white space and characters that do not show.
bool IsBlank(std::string_view cell);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_BLANK_H_
