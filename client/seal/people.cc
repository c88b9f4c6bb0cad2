#include "client/seal/people.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure {

uint32_t People::AddTable(std::string name) {
  tables_.emplace_back().set_table(std::move(name));
  return static_cast<uint32_t>(tables_.size() - 1);
}

absl::Status People::Add(const RowId& row, const CanonicalNumber& number, const crypto::Categories& categories) {
  v1::TableCount& table = tables_[row.table];
  table.set_read(table.read() + 1);
  people_.push_back(
      {.number = number, .content = {.categories = categories}, .first_table = row.table, .first_row = row.row});
  return people_.size() >= most_ + most_ / 4 + 1 ? Merge() : absl::OkStatus();
}

void People::Quarantine(const RowId& row, std::string_view column, std::string_view reason) {
  v1::TableCount& table = tables_[row.table];
  table.set_read(table.read() + 1);
  table.set_quarantined(table.quarantined() + 1);
  quarantine_.push_back(
      {.table = table.table(), .row = row.row, .column = std::string(column), .reason = std::string(reason)});
}

void People::LeaveOut(uint32_t table) { tables_[table].set_left_out(tables_[table].left_out() + 1); }

absl::Status People::Merge() {
  std::sort(people_.begin(), people_.end(), [](const Person& a, const Person& b) {
    const int order = a.number.Reveal().compare(b.number.Reveal());
    return order != 0 ? order < 0 : std::tie(a.first_table, a.first_row) < std::tie(b.first_table, b.first_row);
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
  for (const Person& person : people_) {
    v1::TableCount& table = tables_[person.first_table];
    table.set_indexed(table.indexed() + 1);
  }
  for (v1::TableCount& table : tables_) table.set_merged(table.read() - table.indexed() - table.quarantined());
  if (!people_.empty()) return absl::OkStatus();
  if (quarantine_.empty()) return Error(Reason::kBadSource, "the source has a header but no rows of this force.");
  const QuarantinedRow& first = quarantine_[0];
  return Error(
      Reason::kBadSource,
      absl::StrCat("none of the ", quarantine_.size(), " rows has a number that can be used (row ", first.row, " of ",
                   first.table, ": ", first.reason, "). Is the key column of the mapping the right one?"));
}

std::string People::PlaceOf(const Person& person) const {
  return absl::StrCat("row ", person.first_row, " of ", tables_[person.first_table].table());
}

Reconciliation People::Reconcile() const {
  Reconciliation result;
  for (const v1::TableCount& table : tables_) {
    result.read += table.read();
    result.indexed += table.indexed();
    result.merged += table.merged();
    result.quarantined += table.quarantined();
  }
  result.tables = tables_;
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
