#include "client/source/remarks.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "base/status_macros.h"
#include "client/source/wiped.h"
#include "client/source/xml.h"

namespace exposure {
namespace {

constexpr std::string_view kControls = "ObjectType";  // not the frames of comments

struct Known {
  std::string_view mark;     // in the content type or the name of the part, in lower case
  std::string_view what;     // empty: it holds nothing of people, or is read as a table
  std::string_view counted;  // the element that is counted; empty: the part counts as one; "*": those with a text
};

// The first that fits counts.
constexpr Known kKnown[] = {
    {"/embeddings/", "embedded objects", ""},
    {"oleobject", "embedded objects", ""},
    {"vbaproject", "macros", ""},
    {"vbadata", "macros", ""},
    {"threadedcomments+xml", "threaded comments", "threadedComment"},
    {"comments+xml", "comments", "comment"},
    {"person+xml", "names of who commented", "person"},
    {"core-properties+xml", "document properties", "*"},
    {"extended-properties+xml", "document properties", "*"},
    {"custom-properties+xml", "document properties", "*"},
    {"externallink+xml", "external links", ""},
    {"drawingml.chart+xml", "copies of values in charts", "pt"},
    {"chartex+xml", "copies of values in charts", "pt"},
    {"drawing+xml", "texts in drawings", "t"},
    {"drawingml.diagram", "texts in drawings", "t"},
    {"connections+xml", "connections to other data", "connection"},
    {"querytable+xml", "connections to other data", "queryTable"},
    {"revisionlog+xml", "change history", ""},
    {"revisionheaders+xml", "change history", ""},
    {"usernames+xml", "change history", ""},
    {"slicercache+xml", "slicers", ""},
    {"timelinecache+xml", "slicers", ""},
    {"/model/", "a data model", ""},
    {"customxml/", "custom XML", ""},
    {"image/", "pictures", ""},
    {"_rels/", "links to elsewhere", "Relationship"},
    {"[content_types].xml", "", ""},
    {"main+xml", "", ""},
    {"worksheet+xml", "", ""},
    {"chartsheet+xml", "", ""},
    {"dialogsheet+xml", "", ""},
    {"macrosheet+xml", "", ""},
    {"styles+xml", "", ""},
    {"sharedstrings+xml", "", ""},
    {"theme+xml", "", ""},
    {"themeoverride+xml", "", ""},
    {"calcchain+xml", "", ""},
    {"printersettings", "", ""},
    {"pivottable+xml", "", ""},
    {"pivotcachedefinition+xml", "", ""},
    {"pivotcacherecords+xml", "", ""},
    {"table+xml", "values in filters", "filter"},
    {"sheetmetadata+xml", "", ""},
    {"vmldrawing", "controls and text boxes", kControls},
    {"controlproperties+xml", "lists in controls", "item"},
    {"chartstyle+xml", "", ""},
    {"chartcolorstyle+xml", "", ""},
    {"slicer+xml", "", ""},
    {"timeline+xml", "", ""},
};

class CountingSink : public XmlSink {
 public:
  explicit CountingSink(std::string_view counted) : counted_(counted) {}

  absl::Status OnStart(std::string_view name, const XmlAttributes& attributes) override {
    has_text_ = false;
    if (counted_ == "Relationship") {
      if (attributes.Get("TargetMode") == "External") ++count;
    } else if (name == counted_) {
      ++count;
    }
    return absl::OkStatus();
  }
  absl::Status OnText(std::string_view text) override {
    if (!std::all_of(text.begin(), text.end(), absl::ascii_isspace)) has_text_ = true;
    return absl::OkStatus();
  }
  absl::Status OnEnd(std::string_view) override {
    if (counted_ == "*" && has_text_) ++count;
    has_text_ = false;
    return absl::OkStatus();
  }

  uint64_t count = 0;

 private:
  const std::string_view counted_;
  bool has_text_ = false;
};

// In VML, which programs write so that no XML parser takes it: by its letters.
absl::StatusOr<uint64_t> CountControls(const Archive& archive, std::string_view part) {
  if (archive.SizeOf(part) > kMaxKeptXml) return 1;  // whatever it is
  WipedText text;
  text.reserve(archive.SizeOf(part));
  RETURN_IF_ERROR(archive.Read(part, [&text](std::string_view piece) {
    text.append(piece);
    return absl::OkStatus();
  }));
  uint64_t count = 0;
  for (size_t at = text.find(kControls); at != text.npos; at = text.find(kControls, at + 1)) {
    const std::string_view rest = std::string_view(text).substr(at + kControls.size());
    const bool comment = rest.starts_with("=\"Note\"") || rest.starts_with("='Note'");
    if (!comment) ++count;
  }
  return count;
}

const Known* FindKnown(std::string_view part, std::string_view type) {
  const std::string name = absl::AsciiStrToLower(std::string(part));
  for (const Known& known : kKnown) {
    if (name.find(known.mark) != name.npos || type.find(known.mark) != type.npos) return &known;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::vector<Remark>> FindRemarks(const Archive& archive, const ContentTypes& types) {
  std::vector<Remark> remarks;
  for (const std::string& part : archive.parts()) {
    const Known* known = FindKnown(part, types.Of(part));
    Remark remark{.part = part, .what = "not recognised", .count = 1};
    if (known != nullptr) {
      if (known->what.empty()) continue;
      remark.what = known->what;
      if (known->counted == kControls) {
        ASSIGN_OR_RETURN(remark.count, CountControls(archive, part));
      } else if (!known->counted.empty()) {
        CountingSink sink(known->counted);
        RETURN_IF_ERROR(ReadXml(archive, part, sink));
        remark.count = sink.count;
      }
    }
    if (remark.count > 0) remarks.push_back(std::move(remark));
  }
  return remarks;
}

}  // namespace exposure
