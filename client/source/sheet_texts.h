// What a sheet says beside its cells, and may name people.
#ifndef EXPOSURE_CLIENT_SOURCE_SHEET_TEXTS_H_
#define EXPOSURE_CLIENT_SOURCE_SHEET_TEXTS_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "client/source/source_file.h"
#include "client/source/xml.h"

namespace exposure {

// Counts them and forgets what they say. It is told of every element outside the cells.
class SheetTexts {
 public:
  void OnStart(std::string_view name, const XmlAttributes& attributes);
  void OnText(std::string_view text);
  void OnEnd() { reading_ = kNone; }

  // One for each kind that is there, of the sheet in `part`.
  std::vector<Remark> Remarks(std::string_view part) const;

 private:
  enum Kind : uint8_t { kPage, kValidation, kFilter, kScenario, kNone };

  void Count(Kind kind) { ++counts_[kind]; }

  std::array<uint64_t, kNone> counts_ = {};
  Kind reading_ = kNone;  // of the element whose text comes next, until some was counted
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_SHEET_TEXTS_H_
