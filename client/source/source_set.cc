#include "client/source/source_set.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace exposure {
namespace {

std::string WithoutFolders(const std::string& name) { return name.substr(name.rfind('/') + 1); }

}  // namespace

SourceSet::SourceSet(std::vector<SetMember> members, bool names_files, std::vector<Remark> remarks)
    : members_(std::move(members)), remarks_(std::move(remarks)) {
  std::map<std::string, int> short_names;
  for (const SetMember& member : members_) ++short_names[WithoutFolders(member.name)];
  for (SetMember& member : members_) {
    const std::string short_name = WithoutFolders(member.name);
    const std::string& label = short_names[short_name] == 1 ? short_name : member.name;
    if (names_files) member.before = absl::StrCat(label, ": ");
    Add(member, label);
  }
}

// The first of `wanted`, `part` and "part (2)" and so on that no table has yet.
std::string SourceSet::FreeName(const std::string& wanted, const std::string& part) {
  std::string name = wanted;
  for (int n = 1; !names_.insert(name).second; ++n) name = n == 1 ? part : absl::StrCat(part, " (", n, ")");
  return name;
}

// A file of values is its only table and its only part.
void SourceSet::Add(const SetMember& member, const std::string& label) {
  for (size_t i = 0; i < member.file->tables().size(); ++i) {
    TableFacts facts = member.file->tables()[i];
    const bool values = facts.kind == TableKind::kValues;
    facts.part = values ? label : absl::StrCat(member.before, facts.part);
    facts.name = FreeName(values ? label : absl::StrCat(member.before, facts.name), facts.part);
    facts_.push_back(std::move(facts));
    places_.push_back({.file = member.file.get(), .table = i});
  }
}

absl::Status SourceSet::Read(size_t table, TableRowSink row) {
  return places_[table].file->Read(places_[table].table, row);
}

std::vector<size_t> SourceSet::HiddenColumns(size_t table) const {
  return places_[table].file->HiddenColumns(places_[table].table);
}

absl::StatusOr<std::vector<Remark>> SourceSet::Remarks() {
  std::vector<Remark> all = remarks_;
  for (const SetMember& member : members_) {
    ASSIGN_OR_RETURN(const std::vector<Remark> remarks, member.file->Remarks());
    for (Remark remark : remarks) {
      remark.part = absl::StrCat(member.before, remark.part);
      all.push_back(std::move(remark));
    }
  }
  return all;
}

}  // namespace exposure
