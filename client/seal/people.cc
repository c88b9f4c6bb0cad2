#include "client/seal/people.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/blank.h"

namespace exposure {

absl::Status People::Add(uint64_t row, std::string_view number, const crypto::Categories& categories) {
  ++read_;
  if (IsBlank(number)) {
    quarantine_.push_back({.row = row, .reason = "the number is blank"});
    return absl::OkStatus();
  }
  const absl::StatusOr<CanonicalNumber> canonical = Canonicalise(rule_, number);
  if (!canonical.ok()) {
    quarantine_.push_back({.row = row, .reason = std::string(canonical.status().message())});
    return absl::OkStatus();
  }
  people_.push_back({.number = *canonical, .content = {.categories = categories}, .first_row = row});
  return people_.size() >= most_ + most_ / 4 + 1 ? Merge() : absl::OkStatus();
}

absl::Status People::Merge() {
  std::sort(people_.begin(), people_.end(), [](const Person& a, const Person& b) {
    const int order = a.number.Reveal().compare(b.number.Reveal());
    return order != 0 ? order < 0 : a.first_row < b.first_row;
  });
  size_t kept = 0;
  for (size_t i = 0; i < people_.size(); ++i) {
    if (kept > 0 && people_[kept - 1].number == people_[i].number) {
      people_[kept - 1].content.MergeWith(people_[i].content);
    } else if (kept++ != i) {
      people_[kept - 1] = people_[i];
    }
  }
  people_.erase(people_.begin() + static_cast<ptrdiff_t>(kept), people_.end());
  if (people_.size() <= most_) return absl::OkStatus();
  return Error(Reason::kBadSource, absl::StrCat("the source has more than ", most_,
                                                " people, all of whom would be held in memory. Split it, and seal each "
                                                "part as a dataset of the incident."));
}

absl::Status People::Finish() {
  RETURN_IF_ERROR(Merge());
  if (read_ == 0) return Error(Reason::kBadSource, "the source has a header but no rows.");
  if (!people_.empty()) return absl::OkStatus();
  return Error(Reason::kBadSource,
               absl::StrCat("none of the ", read_, " rows has a number that can be used (row ", quarantine_[0].row,
                            ": ", quarantine_[0].reason, "). Is the key column of the mapping the right one?"));
}

Reconciliation People::Reconcile() const {
  Reconciliation result;
  result.read = read_;
  result.indexed = people_.size();
  result.quarantined = quarantine_.size();
  result.merged = result.read - result.indexed - result.quarantined;
  result.quarantine = quarantine_;
  result.counts = CountCategories(people_);
  return result;
}

std::vector<v1::CategoryCount> CountCategories(const std::vector<Person>& people) {
  uint64_t sums[crypto::kCategoryCount][4] = {};
  for (const Person& person : people) {
    for (int c = 0; c < crypto::kCategoryCount; ++c) ++sums[c][static_cast<int>(person.content.categories.Get(c))];
  }
  std::vector<v1::CategoryCount> counts;
  for (int c = 0; c < crypto::kCategoryCount; ++c) {
    const uint64_t* states = sums[c];
    if (states[static_cast<int>(crypto::State::kUnknown)] == people.size()) continue;
    v1::CategoryCount& count = counts.emplace_back();
    count.set_category(static_cast<v1::Category>(c + 1));
    count.set_unknown(states[static_cast<int>(crypto::State::kUnknown)]);
    count.set_not_held(states[static_cast<int>(crypto::State::kNotHeld)]);
    count.set_possibly_exposed(states[static_cast<int>(crypto::State::kPossiblyExposed)]);
    count.set_exposed(states[static_cast<int>(crypto::State::kExposed)]);
  }
  return counts;
}

}  // namespace exposure
