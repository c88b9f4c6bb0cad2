// A source file read whole: its people, and the hash by which a resumed sealing knows it again.
#ifndef EXPOSURE_CLIENT_SEAL_SOURCE_H_
#define EXPOSURE_CLIENT_SEAL_SOURCE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "client/seal/people.h"

namespace exposure {

struct Source {
  People people;       // finished
  ByteArray<32> hash;  // SHA-256 of the file's bytes
};

// `mapping` has passed CheckMapping; `progress` gets the rows read so far and may be null. Returns FILE_ERROR, and
// BAD_SOURCE as ReadCsv, ColumnPlan and People.
absl::StatusOr<Source> ReadSource(const std::string& path, const v1::Mapping& mapping, const v1::CanonicalRule& rule,
                                  const std::function<void(uint64_t rows)>& progress);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_SOURCE_H_
