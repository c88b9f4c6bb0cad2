// The texts that the cells of a workbook point at.
#ifndef EXPOSURE_CLIENT_SOURCE_SHARED_STRINGS_H_
#define EXPOSURE_CLIENT_SOURCE_SHARED_STRINGS_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "client/source/archive.h"
#include "client/source/text_store.h"

namespace exposure {

// Rich text is its letters; how they are spoken (phonetic runs) is left out. Wiped when it goes.
class SharedStrings {
 public:
  // Adds those of `part`. Returns BAD_SOURCE.
  absl::Status Read(const Archive& archive, std::string_view part);

  // Of a cell; nothing where there are not so many. As long-lived as this.
  std::optional<std::string_view> Use(size_t index) {
    if (index >= texts_.size()) return std::nullopt;
    used_[index] = true;
    return texts_[index];
  }

  // Texts that nothing of the same text was used for: left in the file when cells were deleted.
  uint64_t CountUnused() const;

 private:
  TextStore store_;
  std::deque<std::string_view> texts_;  // grows without a copy of itself
  std::vector<bool> used_;              // of each
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_SHARED_STRINGS_H_
