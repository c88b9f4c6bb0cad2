// Fetching buckets and checking them against the signed catalogue: only what passes may be looked at.
#ifndef EXPOSURE_CLIENT_CORE_FETCH_H_
#define EXPOSURE_CLIENT_CORE_FETCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/core/catalogue_keeper.h"
#include "client/core/transport.h"
#include "proto/rules/catalogue_content.h"

namespace exposure {

// One bucket of one dataset.
struct CheckedBucket {
  const CheckedDataset* dataset;  // owned by the catalogue
  std::string bytes;              // R rows
};

// The bucket `index` of every dataset of an epoch, out of the 2^(B−bits) that are fetched. bits ≤ B. Datasets that the
// catalogue's own rules refuse must be there, but are left out. Returns the service's errors; MISSING_DATASET and
// UNEXPECTED_DATASET unless the datasets are exactly the catalogue's; BAD_ROW_LENGTH, BAD_PATH, BAD_ROW_ORDER.
absl::StatusOr<std::vector<CheckedBucket>> FetchBuckets(Transport& transport, const VerifiedCatalogue& catalogue,
                                                        const CheckedEpoch& epoch, uint32_t index, int bits);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_FETCH_H_
