#include "client/seal/corrections.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/seal/mapping.h"
#include "client/seal/number_file.h"
#include "client/source/blank.h"
#include "client/words.h"
#include "exposure/v1/category.pb.h"

namespace exposure {
namespace {

// The category of a word like "rank_or_grade"; nothing if there is none.
std::optional<int> CategoryOf(const std::string& word) {
  static const auto* const words = [] {
    auto* made = new std::map<std::string, int>;
    for (int number = 1; number < v1::Category_ARRAYSIZE; ++number) {
      if (v1::Category_IsValid(number)) {
        const auto category = static_cast<v1::Category>(number);
        made->emplace(CategoryKey(category), CategoryIndex(category));
      }
    }
    return made;
  }();
  const auto it = words->find(word);
  return it == words->end() ? std::nullopt : std::optional(it->second);
}

}  // namespace

absl::Status Corrections::Add(const v1::CanonicalRule& rule, const crypto::Categories& constants, const CsvRow& row) {
  const std::string_view action = row.cells[0], categories = row.cells[2];
  const auto bad = [&](std::string_view what) { return LineError(name_, row.number, what); };
  if (action != "add" && action != "remove") return bad("the action is not add or remove.");
  ASSIGN_OR_RETURN(const CanonicalNumber number, NumberAt(name_, row.number, rule, row.cells[1]));
  Correction correction{.number = number, .line = row.number, .add = action == "add"};
  if (IsBlank(categories) == correction.add) {
    return bad("one who is added has categories, like name rank_or_grade; one who is removed has none.");
  }
  if (correction.add) correction.categories = constants;
  for (const absl::string_view word : absl::StrSplit(absl::string_view(categories.data(), categories.size()),
                                                     absl::ByAnyChar(" \t"), absl::SkipWhitespace())) {
    const std::optional<int> category = CategoryOf(std::string(word));
    if (!category) return bad("one of the categories is not known. docs/json.md lists their words.");
    correction.categories.Set(*category, crypto::State::kExposed);
  }
  list_.push_back(correction);
  return absl::OkStatus();
}

absl::Status Corrections::Sort() {
  std::sort(list_.begin(), list_.end(), [](const Correction& a, const Correction& b) {
    const int order = a.number.Reveal().compare(b.number.Reveal());
    return order != 0 ? order < 0 : a.line < b.line;
  });
  const auto twice = std::adjacent_find(list_.begin(), list_.end(),
                                        [](const Correction& a, const Correction& b) { return a.number == b.number; });
  if (twice == list_.end()) return absl::OkStatus();
  return LineError(name_, (twice + 1)->line, absl::StrCat("the number is in line ", twice->line, " already."));
}

absl::StatusOr<Corrections> Corrections::Parse(std::string_view name, std::string_view text,
                                               const v1::CanonicalRule& rule, const crypto::Categories& constants) {
  Corrections corrections;
  corrections.name_ = std::string(name);
  RETURN_IF_ERROR(ForEachLine(name, text, kCorrectionsHeader,
                              [&](const CsvRow& row) { return corrections.Add(rule, constants, row); }));
  RETURN_IF_ERROR(corrections.Sort());
  return corrections;
}

bool Corrections::TakesOut(const CanonicalNumber& number) {
  const auto it =
      std::lower_bound(list_.begin(), list_.end(), number,
                       [](const Correction& a, const CanonicalNumber& b) { return a.number.Reveal() < b.Reveal(); });
  if (it == list_.end() || !(it->number == number)) return false;
  it->found = true;
  return !it->add;
}

absl::Status Corrections::CheckAgainstSource() const {
  const Correction* first = nullptr;
  for (const Correction& correction : list_) {
    if (correction.found == correction.add && (first == nullptr || correction.line < first->line)) first = &correction;
  }
  if (first == nullptr) return absl::OkStatus();
  return LineError(name_, first->line,
                   first->add ? "who is to be added is in the source already." : "who is to be removed is not in it.");
}

}  // namespace exposure
