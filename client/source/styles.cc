#include "client/source/styles.h"

#include <string>

#include "base/status_macros.h"
#include "client/source/xml.h"

namespace exposure {
namespace {

uint64_t FormatId(const XmlAttributes& attributes) { return WholeNumber(attributes.Get("numFmtId")).value_or(0); }

class StylesSink : public XmlSink {
 public:
  explicit StylesSink(std::map<uint64_t, NumberFormat>& formats) : formats_(formats) {}

  absl::Status OnStart(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "cellXfs") in_cells_ = true;
    if (name == "xf" && in_cells_) ids.push_back(FormatId(attributes));
    if (name == "numFmt" && !in_differences_) {
      formats_.insert_or_assign(FormatId(attributes), NumberFormat(attributes.Get("formatCode")));
    }
    if (name == "dxfs") in_differences_ = true;  // of conditional formatting
    return absl::OkStatus();
  }
  absl::Status OnEnd(std::string_view name) override {
    if (name == "cellXfs") in_cells_ = false;
    if (name == "dxfs") in_differences_ = false;
    return absl::OkStatus();
  }

  std::vector<uint64_t> ids;

 private:
  std::map<uint64_t, NumberFormat>& formats_;
  bool in_cells_ = false;
  bool in_differences_ = false;
};

}  // namespace

absl::Status Styles::Read(const Archive& archive, std::string_view part) {
  StylesSink sink(written_);
  RETURN_IF_ERROR(ReadKeptXml(archive, part, sink));
  for (const uint64_t id : sink.ids) styles_.push_back(&OfId(id));
  return absl::OkStatus();
}

const NumberFormat* Styles::OfStyle(size_t style) const {
  if (style < styles_.size()) return styles_[style];
  return style == 0 ? &OfId(0) : nullptr;
}

const NumberFormat& Styles::OfId(uint64_t id) const {
  if (const auto found = written_.find(id); found != written_.end()) return found->second;
  return built_in_.try_emplace(id, BuiltInFormat(id)).first->second;
}

}  // namespace exposure
