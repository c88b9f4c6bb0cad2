// What a custodian has, as one source: a file or several, each opened by what is in it, not by its name.
#ifndef EXPOSURE_CLIENT_SOURCE_OPEN_SOURCE_H_
#define EXPOSURE_CLIENT_SOURCE_OPEN_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/source/source_file.h"

namespace exposure {

inline constexpr size_t kMaxSourceFiles = 256;
inline constexpr uint64_t kMaxSourceBytes = uint64_t{2} << 30;  // of all files, those of archives unpacked

// A file by its path, or how else messages shall call it.
struct NamedBytes {
  std::string name;
  std::string bytes;
};

// Each file is a workbook (workbook.h), a file of values (values_file.h), or a ZIP archive of such. All of it is held
// in memory, and wiped: `files` too, whatever becomes of them.
//
// No two tables share a name. One file: a sheet has its own name, a file of values the file's without folders. Several,
// or an archive: "people.xlsx: Data"; parts have the file in front as well. Where two files would be called the same,
// folders and archive are part of it ("2023.zip/a/people.csv"); where two tables would, the later one is called by its
// part. What an archive holds beside files of the custodian (a Mac's notes) is a remark.
//
// Returns BAD_SOURCE, for all of it if one file cannot be read whole: it is named. Also for a format that is not read
// (foreign_format.h), an archive in an archive, the same file twice, more than the limits above.
absl::StatusOr<std::unique_ptr<SourceFile>> OpenSources(std::vector<NamedBytes> files);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_OPEN_SOURCE_H_
