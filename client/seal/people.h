// From rows to people: canonical numbers, merged by number. Every row ends indexed, merged or quarantined, and the
// three add up to the rows read. The only place that holds a whole source in the clear; wiped when it goes.
#ifndef EXPOSURE_CLIENT_SEAL_PEOPLE_H_
#define EXPOSURE_CLIENT_SEAL_PEOPLE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "client/core/number.h"
#include "client/sealer.h"
#include "crypto/record.h"

namespace exposure {

inline constexpr size_t kMaxPeople = 2'000'000;  // of one source: all are held in memory

// One person of a source.
struct Person {
  CanonicalNumber number;
  crypto::RecordContent content;
  uint64_t first_row = 0;  // of those merged
};

// Not thread-safe.
class People {
 public:
  // `rule` of the key column's scheme.
  explicit People(v1::CanonicalRule rule, size_t most = kMaxPeople) : rule_(std::move(rule)), most_(most) {}

  // Takes a row, or quarantines it if `number` has no canonical form. Returns BAD_SOURCE for more people than `most`.
  absl::Status Add(uint64_t row, std::string_view number, const crypto::Categories& categories);

  // After the last row: merges. Returns BAD_SOURCE if nobody is left.
  absl::Status Finish();

  // After Finish: in ascending order of distinct numbers, hence of inputs too, as all share force and scheme.
  const std::vector<Person>& list() const { return people_; }
  // After Finish; without declared people.
  Reconciliation Reconcile() const;

 private:
  absl::Status Merge();

  const v1::CanonicalRule rule_;
  const size_t most_;
  std::vector<Person> people_;
  std::vector<QuarantinedRow> quarantine_;
  uint64_t read_ = 0;
};

// Sums of `people` for every category that is not unknown for all.
std::vector<v1::CategoryCount> CountCategories(const std::vector<Person>& people);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_PEOPLE_H_
