// Words of a mapping for what stands in cells: "N/A", "Met". Case and spaces around them make no difference.
#ifndef EXPOSURE_CLIENT_SEAL_CELL_WORD_H_
#define EXPOSURE_CLIENT_SEAL_CELL_WORD_H_

#include <google/protobuf/repeated_field.h>

#include <string>
#include <string_view>

namespace exposure {

bool IsSameWord(std::string_view cell, std::string_view word);

bool IsOneOf(std::string_view cell, const google::protobuf::RepeatedPtrField<std::string>& words);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_CELL_WORD_H_
