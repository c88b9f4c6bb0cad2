// How the counts that everybody can read move from one published dataset to the next, and what that tells about people.
#ifndef EXPOSURE_CLIENT_SEAL_DATASET_CHANGES_H_
#define EXPOSURE_CLIENT_SEAL_DATASET_CHANGES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "client/sealer.h"

namespace exposure {

// Fewer people than this are not published as a change by themselves: a count that grows by one says something about
// whoever disputed an answer the day before.
inline constexpr uint64_t kSmallestBatch = 10;

struct CountChange {
  std::string key;    // "rows_read", "photo.exposed": fixed for ever, for JSON
  std::string label;  // "rows read", "photo, exposed"
  uint64_t before = 0;
  uint64_t after = 0;
};

// Rows and people, then each category in each state that one of the two counts. Unchanged ones, too.
std::vector<CountChange> CompareCounts(const Reconciliation& before, const Reconciliation& after);

// How many people the change is about, as far as counts show: the most by which people indexed, quarantined, left out
// or added as corrections move; where none does, the most by which a category moves. 0: nobody.
uint64_t PeopleConcerned(const Reconciliation& before, const Reconciliation& after);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_DATASET_CHANGES_H_
