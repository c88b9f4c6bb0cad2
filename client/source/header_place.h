// Where in a table its header is.
#ifndef EXPOSURE_CLIENT_SOURCE_HEADER_PLACE_H_
#define EXPOSURE_CLIENT_SOURCE_HEADER_PLACE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "client/source/source_file.h"

namespace exposure {

struct HeaderPlace {
  uint64_t row = 0;    // the last, where the header takes several; 0: none was recognised
  uint64_t rows = 0;   // that it takes
  std::string reason;  // in words
};

// The first row in which two cells, or the only one, are known headers and none looks like data; and the row beneath,
// if it names parts of what was merged above. Nothing less: what is shown as a header must not be a person. Reads the
// first rows only. Returns BAD_SOURCE as SourceFile::Read.
absl::StatusOr<HeaderPlace> FindHeader(SourceFile& file, size_t table);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_HEADER_PLACE_H_
