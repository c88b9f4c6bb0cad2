#include "server/problems.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"

namespace exposure::server {
namespace {

std::string Indexed(const std::string& field, int index) {
  return index < 0 ? field : absl::StrCat(field, "[", index, "]");
}

}  // namespace

void Problems::Add(int line, std::string_view field, std::string_view what, std::string_view fix) {
  std::string text =
      absl::StrCat(path_, ":", line, ": ", std::string(field), field.empty() ? "" : ": ", std::string(what));
  if (!fix.empty()) absl::StrAppend(&text, "\n  Fix: ", std::string(fix));
  lines_.push_back(std::move(text));
}

absl::Status Problems::ToStatus() const {
  return lines_.empty() ? absl::OkStatus() : Error(Reason::kBadConfig, absl::StrJoin(lines_, "\n"));
}

int Place::Line(const google::protobuf::FieldDescriptor* field, int index) const {
  if (tree_ == nullptr || field == nullptr || field->is_repeated() != (index >= 0)) return line_;
  const int line = tree_->GetLocation(field, index).line;  // from 0; -1: not there
  return line < 0 ? line_ : line + 1;
}

void Place::Report(const std::string& field, int index, std::string_view what, std::string_view fix) const {
  problems_.Add(Line(type_->FindFieldByName(field), index), prefix_ + Indexed(field, index), what, fix);
}

bool Place::Needs(const std::string& field, const std::string& value, std::string_view fix) const {
  if (value.empty()) Report(field, -1, "must be given.", fix);
  return !value.empty();
}

Place Place::Nested(const std::string& field, int index) const {
  const google::protobuf::FieldDescriptor* descriptor = type_->FindFieldByName(field);

  return Place(problems_, descriptor->message_type(),
               tree_ == nullptr ? nullptr : tree_->GetTreeForNested(descriptor, index), Line(descriptor, index),
               absl::StrCat(prefix_, Indexed(field, index), "."));
}

}  // namespace exposure::server
