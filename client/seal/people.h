// From rows to people: merged by number, counted table by table. Every row ends indexed, merged or quarantined, and the
// three add up to the rows read. The only place that holds a whole source in the clear; wiped when it goes.
#ifndef EXPOSURE_CLIENT_SEAL_PEOPLE_H_
#define EXPOSURE_CLIENT_SEAL_PEOPLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "client/core/number.h"
#include "client/sealer.h"
#include "crypto/record.h"

namespace exposure {

inline constexpr size_t kMaxPeople = 2'000'000;  // of one source: all are held in memory

// Where a row is.
struct RowId {
  uint32_t table = 0;  // as AddTable counts
  uint64_t row = 0;    // as a spreadsheet counts, from 1
};

// One person of a source.
struct Person {
  CanonicalNumber number;
  crypto::RecordContent content;
  uint32_t first_table = 0;  // the first row of those merged
  uint64_t first_row = 0;
};

// Not thread-safe.
class People {
 public:
  explicit People(size_t most = kMaxPeople) : most_(most) {}

  // A table whose rows follow; returns what counts as its `table`: 0, 1, …
  uint32_t AddTable(std::string name);

  // Takes a row. Returns BAD_SOURCE for more people than `most`.
  absl::Status Add(const RowId& row, const CanonicalNumber& number, const crypto::Categories& categories);
  // A row that cannot be used, and why.
  void Quarantine(const RowId& row, std::string_view column, std::string_view reason);
  // A row that is no person's of this force's, or was taken out.
  void LeaveOut(uint32_t table);

  // After the last row: merges. Returns BAD_SOURCE if nobody is left.
  absl::Status Finish();

  // After Finish: in ascending order of distinct numbers, hence of inputs too, as all share force and scheme.
  const std::vector<Person>& list() const { return people_; }
  // "row 7 of Data", of somebody's first row.
  std::string PlaceOf(const Person& person) const;
  // After Finish; without what was declared.
  Reconciliation Reconcile() const;

 private:
  absl::Status Merge();

  const size_t most_;
  std::vector<Person> people_;
  std::vector<QuarantinedRow> quarantine_;
  std::vector<v1::TableCount> tables_;
};

// Sums of `people` for every category that is not unknown for all.
std::vector<v1::CategoryCount> CountCategories(const std::vector<Person>& people);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_PEOPLE_H_
