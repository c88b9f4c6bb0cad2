// From the bytes of a text file to UTF-8, strictly: an encoding is read from its mark, or the bytes can be nothing
// else.
#ifndef EXPOSURE_CLIENT_SOURCE_ENCODING_H_
#define EXPOSURE_CLIENT_SOURCE_ENCODING_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace exposure {

// Whether all of it is well-formed.
bool IsUtf8(std::string_view text);

// Turns `bytes` into UTF-8 and returns what they were: "UTF-8", "UTF-16LE", "UTF-16BE" or "Windows-1252". UTF-8 stays
// as it is; of others the old bytes are wiped. UTF-16 needs its mark. Windows-1252 is taken only for what is not UTF-8,
// and whose other characters stand as they do in names: beside letters, no more than two in a row. Returns BAD_SOURCE,
// with how to save it as UTF-8.
absl::StatusOr<std::string> DecodeToUtf8(std::string_view name, std::string& bytes);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_ENCODING_H_
