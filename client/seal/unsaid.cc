#include "client/seal/unsaid.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace exposure {

std::string Quoted(std::string_view name) {
  return absl::StrCat("\"", absl::Utf8SafeCEscape(absl::string_view(name.data(), name.size())), "\"");
}

void Unsaid::Add(std::string_view line, std::string_view what) {
  ++count_;
  absl::StrAppend(&write_, "\n  ", std::string(line), "  # ", std::string(what));
}

void Unsaid::AddTable(std::string_view table, std::string_view what) {
  Add(absl::StrCat("tables { table: ", Quoted(table), " }"), what);
}

void Unsaid::AddColumn(std::string_view column, std::string_view what) {
  Add(absl::StrCat("columns { column: ", Quoted(column), " }"), what);
}

void Unsaid::AddPart(std::string_view part, std::string_view what) {
  Add(absl::StrCat("ignored_parts: ", Quoted(part)), what);
}

void Unsaid::AddAbsent(std::string_view kind, std::string_view name) {
  absl::StrAppend(&absent_, "\n  ", std::string(kind), " ", Quoted(name));
}

absl::Status Unsaid::Check() const {
  std::string text;
  if (count_ > 0) {
    text = absl::StrCat(count_, count_ == 1 ? " part of the source is" : " parts of the source are",
                        " neither used nor ignored by the mapping. Look at each with `exposure inspect`, and write. A ",
                        "table is read as the mapping says, or add ignore: true; give a column a category, or ",
                        "ignore: true:", write_);
  }
  if (!absent_.empty()) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", "The mapping names what is not in the source:", absent_);
  }
  return text.empty() ? absl::OkStatus() : Error(Reason::kBadSource, text);
}

}  // namespace exposure
