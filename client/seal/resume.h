// What lets a sealing that was interrupted end in the same bytes: DATASET.resume, mode 0600, with the seed, the time
// and the source's hash. No F, no identifier: elements are evaluated again (protocol.md §4).
#ifndef EXPOSURE_CLIENT_SEAL_RESUME_H_
#define EXPOSURE_CLIENT_SEAL_RESUME_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "crypto/secret.h"

namespace exposure {

struct Resume {
  crypto::Secret seed;     // 32 bytes
  uint64_t sealed_at = 0;  // Unix seconds
};

// The resume file of the dataset at `dataset_path`; makes it, with a new seed and `now`, where there is none. Returns
// BAD_USAGE, with what to do, if there is one of another source; KEY_FILE if it is damaged or others can read it;
// FILE_ERROR or DISK_FULL.
absl::StatusOr<Resume> OpenResume(const std::string& dataset_path, const ByteArray<32>& source_hash, uint64_t now);

// Overwrites and removes it: after publication nobody needs the seed, and without it dummies cannot be told from
// records. Not an error where there is none. Returns FILE_ERROR.
absl::Status EraseResume(const std::string& dataset_path);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_RESUME_H_
