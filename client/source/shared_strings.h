// The texts that the cells of a workbook point at.
#ifndef EXPOSURE_CLIENT_SOURCE_SHARED_STRINGS_H_
#define EXPOSURE_CLIENT_SOURCE_SHARED_STRINGS_H_

#include <deque>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "client/source/archive.h"
#include "client/source/text_store.h"

namespace exposure {

// Rich text is its letters; how they are spoken (phonetic runs) is left out. Wiped when it goes.
class SharedStrings {
 public:
  // Adds those of `part`. Returns BAD_SOURCE.
  absl::Status Read(const Archive& archive, std::string_view part);

  // Nothing where there are not so many. As long-lived as this.
  std::optional<std::string_view> At(size_t index) const {
    if (index >= texts_.size()) return std::nullopt;
    return texts_[index];
  }

 private:
  TextStore store_;
  std::deque<std::string_view> texts_;  // grows without a copy of itself
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_SHARED_STRINGS_H_
