// A ZIP archive in memory, of untrusted origin. Its parts are read as a stream, as often as one likes; nothing is
// unpacked to disk.
#ifndef EXPOSURE_CLIENT_SOURCE_ARCHIVE_H_
#define EXPOSURE_CLIENT_SOURCE_ARCHIVE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct zip;

namespace exposure {

inline constexpr uint64_t kMaxArchiveParts = 10'000;
inline constexpr uint64_t kMaxInflated = uint64_t{4} << 30;  // bytes of all parts
// A part that inflates beyond the first must not be compressed better than the second: nothing but a bomb is.
inline constexpr uint64_t kFreeInflated = 16 << 20;
inline constexpr uint64_t kMaxRatio = 250;

// The next bytes of a part; an error of it ends the reading and is returned.
using PieceSink = absl::FunctionRef<absl::Status(std::string_view piece)>;

// Not thread-safe.
class Archive {
 public:
  // `name` stands in front of messages; `bytes` are wiped when the archive goes. Returns BAD_SOURCE, with the part: not
  // a ZIP archive or a truncated one, more than the limits above, a name that leads elsewhere ("../", "/", "C:") or is
  // there twice, an encrypted part, a compression that is not known.
  static absl::StatusOr<std::unique_ptr<Archive>> Open(std::string name, std::string bytes);
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  const std::string& name() const { return name_; }
  // In the archive's order; folders are left out.
  const std::vector<std::string>& parts() const { return parts_; }
  // As the archive writes it, whatever the case of `part`; empty where it is not there.
  std::string_view Find(std::string_view part) const;

  // Bytes of `part` when it is inflated; 0 where it is not there.
  uint64_t SizeOf(std::string_view part) const;

  // Inflates `part` piece by piece, 64 KiB at most. Returns BAD_SOURCE if it is not there, is damaged, or holds more
  // than the archive says.
  absl::Status Read(std::string_view part, PieceSink sink) const;

  // BAD_SOURCE at `where` ("xl/workbook.xml").
  absl::Status ErrorAt(std::string_view where, std::string_view what) const;

 private:
  struct Entry {
    uint64_t index = 0;
    uint64_t size = 0;  // inflated
    std::string name;
  };

  Archive(std::string name, std::string bytes) : name_(std::move(name)), bytes_(std::move(bytes)) {}
  absl::Status OpenZip();
  absl::Status AddEntry(uint64_t index);

  const std::string name_;
  std::string bytes_;
  zip* zip_ = nullptr;
  std::vector<std::string> parts_;
  std::map<std::string, Entry, std::less<>> entries_;  // by name in lower case
  uint64_t packed_ = 0;                                // bytes of all parts as they are in the archive
  uint64_t inflated_ = 0;                              // and unpacked
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_ARCHIVE_H_
