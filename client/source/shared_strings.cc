#include "client/source/shared_strings.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "client/source/blank.h"
#include "client/source/xml.h"

namespace exposure {
namespace {

class StringsSink : public XmlSink {
 public:
  StringsSink(const Archive& archive, std::string_view part, TextStore& store, std::deque<std::string_view>& texts)
      : archive_(archive), part_(part), store_(store), texts_(texts) {
    text_.reserve(4096);
  }

  absl::Status OnStart(std::string_view name, const XmlAttributes&) override {
    if (name == "rPh") in_phonetic_ = true;
    if (name == "t") in_text_ = !in_phonetic_;
    return absl::OkStatus();
  }
  absl::Status OnEnd(std::string_view name) override {
    if (name == "t") in_text_ = false;
    if (name == "rPh") in_phonetic_ = false;
    if (name != "si") return absl::OkStatus();
    Unescape(text_, 0);
    texts_.push_back(store_.Add(text_));
    text_.clear();
    return store_.IsTooLarge() ? archive_.ErrorAt(part_, "holds more texts than can be kept in memory.")
                               : absl::OkStatus();
  }
  absl::Status OnText(std::string_view text) override {
    if (!in_text_) return absl::OkStatus();
    if (text_.size() + text.size() > kMaxCellText) {
      return archive_.ErrorAt(part_, absl::StrCat("text ", texts_.size(), " is longer than a cell can hold."));
    }
    text_.append(text);
    return absl::OkStatus();
  }

 private:
  const Archive& archive_;
  const std::string_view part_;
  TextStore& store_;
  std::deque<std::string_view>& texts_;
  WipedText text_;
  bool in_text_ = false;
  bool in_phonetic_ = false;
};

}  // namespace

absl::Status SharedStrings::Read(const Archive& archive, std::string_view part) {
  StringsSink sink(archive, part, store_, texts_);
  const absl::Status status = ReadXml(archive, part, sink);
  used_.resize(texts_.size());
  return status;
}

uint64_t SharedStrings::CountUnused() const {
  std::set<std::string_view> unused;
  for (size_t i = 0; i < texts_.size(); ++i) {
    if (!used_[i] && !IsBlank(texts_[i])) unused.insert(texts_[i]);
  }
  for (size_t i = 0; i < texts_.size() && !unused.empty(); ++i) {
    if (used_[i]) unused.erase(texts_[i]);
  }
  return unused.size();
}

}  // namespace exposure
