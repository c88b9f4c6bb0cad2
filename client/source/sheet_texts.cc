#include "client/source/sheet_texts.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"

namespace exposure {

void SheetTexts::OnStart(std::string_view name, const XmlAttributes& attributes) {
  reading_ = kNone;
  if (name.ends_with("Header") || name.ends_with("Footer")) {  // of odd, even and first pages
    reading_ = kPage;
  } else if (name == "formula1" || name == "f") {  // extensions write the second inside the first
    reading_ = kValidation;
  } else if (name == "dataValidation") {
    for (const char* note : {"promptTitle", "prompt", "errorTitle", "error"}) {
      if (!attributes.Get(note).empty()) Count(kValidation);
    }
  } else if (name == "filter" || name == "customFilter") {
    if (!attributes.Get("val").empty()) Count(kFilter);
  } else if (name == "inputCells") {
    Count(kScenario);
  }
}

void SheetTexts::OnText(std::string_view text) {
  if (reading_ == kNone || std::all_of(text.begin(), text.end(), absl::ascii_isspace)) return;
  // A list that is written in the sheet is in quotation marks; another points at cells.
  if (reading_ == kPage || text.starts_with('"')) Count(reading_);
  reading_ = kNone;
}

std::vector<Remark> SheetTexts::Remarks(std::string_view part) const {
  constexpr std::array<const char*, kNone> kWhat = {
      "headers and footers of pages", "lists and notes of data validation", "values in filters", "values in scenarios"};
  std::vector<Remark> remarks;
  for (size_t kind = 0; kind < counts_.size(); ++kind) {
    if (counts_[kind] == 0) continue;
    remarks.push_back({.part = std::string(part), .what = kWhat[kind], .count = counts_[kind]});
  }
  return remarks;
}

}  // namespace exposure
