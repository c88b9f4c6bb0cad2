#include "client/source/package.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "client/source/xml.h"

namespace exposure {
namespace {

std::string FolderOf(std::string_view part) {
  const size_t slash = part.rfind('/');
  return slash == part.npos ? "" : std::string(part.substr(0, slash + 1));
}

// "xl/" and "../docProps/a.xml" are "docProps/a.xml"; what leads out of the package stays at its root.
std::string Resolve(std::string_view folder, std::string_view target) {
  const std::string path =
      target.starts_with('/') ? std::string(target.substr(1)) : absl::StrCat(std::string(folder), std::string(target));
  std::vector<std::string> steps;
  for (std::string& step : std::vector<std::string>(absl::StrSplit(path, '/'))) {
    if (step == "..") {
      if (!steps.empty()) steps.pop_back();
    } else if (step != "." && !step.empty()) {
      steps.push_back(std::move(step));
    }
  }
  return absl::StrJoin(steps, "/");
}

class RelationshipsSink : public XmlSink {
 public:
  RelationshipsSink(const Archive& archive, std::string folder) : archive_(archive), folder_(std::move(folder)) {}

  absl::Status OnStart(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "Relationship") return absl::OkStatus();
    const std::string_view type = attributes.Get("Type");
    Relationship found{.id = std::string(attributes.Get("Id")),
                       .type = std::string(type.substr(type.rfind('/') + 1)),
                       .target = std::string(attributes.Get("Target")),
                       .external = attributes.Get("TargetMode") == "External"};
    if (!found.external) {
      found.target = Resolve(folder_, found.target);
      if (const std::string_view part = archive_.Find(found.target); !part.empty()) found.target = part;
    }
    all.push_back(std::move(found));
    return absl::OkStatus();
  }
  absl::Status OnEnd(std::string_view) override { return absl::OkStatus(); }

  std::vector<Relationship> all;

 private:
  const Archive& archive_;
  const std::string folder_;
};

class TypesSink : public XmlSink {
 public:
  absl::Status OnStart(std::string_view name, const XmlAttributes& attributes) override {
    std::string type = absl::AsciiStrToLower(std::string(attributes.Get("ContentType")));
    if (name == "Override") {
      std::string_view part = attributes.Get("PartName");
      if (part.starts_with('/')) part.remove_prefix(1);
      by_part[absl::AsciiStrToLower(std::string(part))] = std::move(type);
    } else if (name == "Default") {
      by_extension[absl::AsciiStrToLower(std::string(attributes.Get("Extension")))] = std::move(type);
    }
    return absl::OkStatus();
  }
  absl::Status OnEnd(std::string_view) override { return absl::OkStatus(); }

  std::map<std::string, std::string, std::less<>> by_part, by_extension;
};

}  // namespace

absl::StatusOr<std::vector<Relationship>> ReadRelationships(const Archive& archive, std::string_view part) {
  std::string folder = FolderOf(part);
  const std::string name = absl::StrCat(folder, "_rels/", std::string(part.substr(folder.size())), ".rels");
  const std::string_view found = archive.Find(name);
  if (found.empty()) return std::vector<Relationship>();
  RelationshipsSink sink(archive, std::move(folder));
  RETURN_IF_ERROR(ReadKeptXml(archive, found, sink));
  return std::move(sink.all);
}

const Relationship* FindRelationship(const std::vector<Relationship>& all, std::string_view type) {
  for (const Relationship& one : all) {
    if (one.type == type && !one.external) return &one;
  }
  return nullptr;
}

absl::StatusOr<ContentTypes> ContentTypes::Read(const Archive& archive) {
  TypesSink sink;
  RETURN_IF_ERROR(ReadKeptXml(archive, kContentTypes, sink));
  ContentTypes types;
  types.by_part_ = std::move(sink.by_part);
  types.by_extension_ = std::move(sink.by_extension);
  return types;
}

std::string_view ContentTypes::Of(std::string_view part) const {
  const std::string lower = absl::AsciiStrToLower(std::string(part));
  if (const auto found = by_part_.find(lower); found != by_part_.end()) return found->second;
  const auto found = by_extension_.find(lower.substr(lower.rfind('.') + 1));
  return found == by_extension_.end() ? std::string_view() : found->second;
}

}  // namespace exposure
