#include "client/seal/dataset_changes.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "client/seal/corrections.h"
#include "client/seal/report.h"
#include "client/words.h"

namespace exposure {
namespace {

// A category that is not counted is unknown for all.
std::map<v1::Category, v1::CategoryCount> CountsOf(const Reconciliation& r, const Reconciliation& other) {
  std::map<v1::Category, v1::CategoryCount> counts;
  for (const v1::CategoryCount& count : other.counts) counts[count.category()].set_unknown(r.indexed);
  for (const v1::CategoryCount& count : r.counts) counts[count.category()] = count;
  return counts;
}

std::vector<CountChange> CompareCategories(const Reconciliation& before, const Reconciliation& after) {
  const auto old_counts = CountsOf(before, after);
  const auto new_counts = CountsOf(after, before);
  std::vector<CountChange> changes;
  for (const auto& [category, old_count] : old_counts) {
    const v1::CategoryCount& new_count = new_counts.at(category);
    for (const CountedState& state : kCountedStates) {
      const CountChange change = {.key = absl::StrCat(CategoryKey(category), ".", state.key),
                                  .label = absl::StrCat(CategoryName(category, Language::kEnglish), ", ", state.label),
                                  .before = (old_count.*state.count)(),
                                  .after = (new_count.*state.count)()};
      if (change.before != 0 || change.after != 0) changes.push_back(change);
    }
  }
  return changes;
}

uint64_t Step(uint64_t before, uint64_t after) { return std::max(before, after) - std::min(before, after); }

// People added by number after a dispute.
uint64_t PeopleAdded(const Reconciliation& r) {
  const auto table = std::find_if(r.tables.begin(), r.tables.end(),
                                  [](const v1::TableCount& count) { return count.table() == kCorrectionsTable; });
  return table == r.tables.end() ? 0 : table->read();
}

}  // namespace

std::vector<CountChange> CompareCounts(const Reconciliation& before, const Reconciliation& after) {
  std::vector<CountChange> changes = {
      {"rows_read", "rows read", before.read, after.read},
      {"rows_indexed", "people indexed", before.indexed, after.indexed},
      {"rows_merged", "rows merged", before.merged, after.merged},
      {"rows_quarantined", "rows quarantined", before.quarantined, after.quarantined},
      {"rows_left_out", "rows left out", RowsLeftOut(before), RowsLeftOut(after)},
      {"corrections", "people added as corrections", PeopleAdded(before), PeopleAdded(after)},
      {"people_declared", "people declared", before.declared_people, after.declared_people},
      {"rows_declared", "rows declared", before.declared_rows, after.declared_rows}};
  const std::vector<CountChange> categories = CompareCategories(before, after);
  changes.insert(changes.end(), categories.begin(), categories.end());
  return changes;
}

uint64_t PeopleConcerned(const Reconciliation& before, const Reconciliation& after) {
  const uint64_t people =
      std::max({Step(before.indexed, after.indexed), Step(before.quarantined, after.quarantined),
                Step(RowsLeftOut(before), RowsLeftOut(after)), Step(PeopleAdded(before), PeopleAdded(after))});
  if (people > 0) return people;
  uint64_t most = 0;
  for (const CountChange& change : CompareCategories(before, after)) {
    most = std::max(most, Step(change.before, change.after));
  }
  return most;
}

}  // namespace exposure
