// The bytes of a source, in memory only.
#ifndef EXPOSURE_CLIENT_SOURCE_SOURCE_BYTES_H_
#define EXPOSURE_CLIENT_SOURCE_SOURCE_BYTES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace exposure {

inline constexpr uint64_t kMaxSource = uint64_t{1} << 30;  // bytes

// Reads a regular file, or standard input for "-", whatever that is. The caller wipes what it gets; no copy is left
// behind. Returns FILE_ERROR with the system's reason, also for a pipe or device, which is not waited for, and for more
// than `max_bytes`.
absl::StatusOr<std::string> ReadSourceBytes(const std::string& path, uint64_t max_bytes = kMaxSource);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_SOURCE_BYTES_H_
