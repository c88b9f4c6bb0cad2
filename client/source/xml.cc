#include "client/source/xml.h"

#include <expat.h>

#include <cstring>
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/wiped.h"

namespace exposure {
namespace {

std::string_view LocalName(const char* name) {
  const char* colon = strchr(name, ':');
  return colon == nullptr ? name : colon + 1;
}

class XmlReader {
 public:
  XmlReader(const Archive& archive, std::string_view part, XmlSink& sink)
      : archive_(archive), part_(part), sink_(sink), parser_(nullptr, XML_ParserFree) {
    static const XML_Memory_Handling_Suite memory = {malloc, WipingRealloc, WipingFree};
    parser_.reset(XML_ParserCreate_MM(nullptr, &memory, nullptr));
    if (parser_ == nullptr) return;
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), OnStart, OnEnd);
    XML_SetCharacterDataHandler(parser_.get(), OnText);
    XML_SetStartDoctypeDeclHandler(parser_.get(), OnDoctype);
  }

  absl::Status Read() {
    if (parser_ == nullptr) return archive_.ErrorAt(part_, "not enough memory to read it.");
    RETURN_IF_ERROR(archive_.Read(part_, [this](std::string_view piece) { return Parse(piece, false); }));
    return Parse("", true);
  }

 private:
  absl::Status Parse(std::string_view piece, bool last) {
    const XML_Status parsed = XML_Parse(parser_.get(), piece.data(), static_cast<int>(piece.size()), last ? 1 : 0);
    RETURN_IF_ERROR(failure_);
    if (parsed != XML_STATUS_OK) {
      return Here(absl::StrCat("is not well-formed XML (", XML_ErrorString(XML_GetErrorCode(parser_.get())),
                               "). Copy the file again from its origin."));
    }
    fed_ += static_cast<int64_t>(piece.size());
    if (!last && fed_ - XML_GetCurrentByteIndex(parser_.get()) > kMaxXmlTag) return Here("holds too long a tag.");
    return absl::OkStatus();
  }

  absl::Status Here(std::string_view what) const {
    return archive_.ErrorAt(absl::StrCat(std::string(part_), ", line ", XML_GetCurrentLineNumber(parser_.get())), what);
  }

  // An error cannot stop expat at once: what still comes is left out.
  void Keep(absl::Status status) {
    if (status.ok()) return;
    failure_ = std::move(status);
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  static void OnStart(void* self, const char* name, const char** attributes) {
    auto& reader = *static_cast<XmlReader*>(self);
    if (!reader.failure_.ok()) return;
    if (++reader.depth_ > kMaxXmlDepth) return reader.Keep(reader.Here("is nested too deeply."));
    reader.Keep(reader.sink_.OnStart(LocalName(name), XmlAttributes(attributes)));
  }
  static void OnEnd(void* self, const char* name) {
    auto& reader = *static_cast<XmlReader*>(self);
    if (!reader.failure_.ok()) return;
    --reader.depth_;
    reader.Keep(reader.sink_.OnEnd(LocalName(name)));
  }
  static void OnText(void* self, const char* text, int size) {
    auto& reader = *static_cast<XmlReader*>(self);
    if (!reader.failure_.ok()) return;
    reader.Keep(reader.sink_.OnText(std::string_view(text, static_cast<size_t>(size))));
  }
  static void OnDoctype(void* self, const char*, const char*, const char*, int) {
    auto& reader = *static_cast<XmlReader*>(self);
    reader.Keep(reader.Here("holds a DTD, and could define entities. No program that makes workbooks writes one."));
  }

  const Archive& archive_;
  const std::string_view part_;
  XmlSink& sink_;
  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser_;
  int64_t fed_ = 0;
  int depth_ = 0;
  absl::Status failure_;
};

}  // namespace

std::optional<std::string_view> XmlAttributes::Find(std::string_view name) const {
  std::optional<std::string_view> prefixed;
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    const std::string_view written = *pair;
    if (written == name) return pair[1];
    if (!prefixed && written.ends_with(name) && !written.starts_with("xmlns:") && name == LocalName(*pair)) {
      prefixed = pair[1];
    }
  }
  return prefixed;
}

bool XmlAttributes::IsTrue(std::string_view name) const {
  const std::string_view value = Get(name);
  return value == "1" || value == "true";
}

std::optional<uint64_t> WholeNumber(std::string_view text) {
  uint64_t number = 0;
  if (!absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &number)) return std::nullopt;
  return number;
}

absl::Status ReadXml(const Archive& archive, std::string_view part, XmlSink& sink) {
  return XmlReader(archive, part, sink).Read();
}

absl::Status ReadKeptXml(const Archive& archive, std::string_view part, XmlSink& sink) {
  if (archive.SizeOf(part) > kMaxKeptXml) {
    return archive.ErrorAt(part, absl::StrCat("is larger than ", kMaxKeptXml >> 20, " MiB: no such part is."));
  }
  return ReadXml(archive, part, sink);
}

}  // namespace exposure
