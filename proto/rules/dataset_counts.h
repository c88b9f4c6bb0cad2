// What the counts of a sealed dataset must be, beyond what its manifest alone shows: asked by the custodian's tool
// before anything is sent, by the service before it publishes, and of every file that somebody wants to read.
#ifndef EXPOSURE_PROTO_RULES_DATASET_COUNTS_H_
#define EXPOSURE_PROTO_RULES_DATASET_COUNTS_H_

#include "absl/status/status.h"
#include "crypto/bodies.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure {

// Where tables are counted one by one, each adds up and all together are the manifest's; each category that is counted
// is counted once, for every record. Returns BAD_DATASET, naming the table by its place.
absl::Status CheckCounts(const crypto::Manifest& manifest, const v1::DatasetDetails& details);

// Like is compared with like: declared people with numbers indexed, declared rows with rows read. Returns
// DIFFERENCE_UNEXPLAINED where one differs and nothing says why.
absl::Status CheckExplained(const crypto::Manifest& manifest, const v1::DatasetDetails& details);

}  // namespace exposure

#endif  // EXPOSURE_PROTO_RULES_DATASET_COUNTS_H_
