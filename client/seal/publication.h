// What publishing a sealed dataset would change, known before anything is sent: the answers that officers will get, how
// the public counts move, and whether it should be published like that at all.
#ifndef EXPOSURE_CLIENT_SEAL_PUBLICATION_H_
#define EXPOSURE_CLIENT_SEAL_PUBLICATION_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/answer.h"
#include "client/core/catalogue_keeper.h"
#include "client/seal/dataset_changes.h"
#include "client/seal/dataset_file.h"
#include "crypto/record.h"

namespace exposure {

struct PublicationOptions {
  std::optional<crypto::DatasetId> replaces;
  bool beside = false;       // meant as a second dataset of its incident, scheme and epoch
  bool small_batch = false;  // although the change is about fewer than kSmallestBatch people
};

struct Publication {
  crypto::DatasetId dataset_id{};
  // Whether answers change: it is not published yet, or one that is would go.
  bool switches = true;
  Answer exposed;  // of somebody in it, with the details of most people
  Answer not_in;   // of somebody who is not
  // The published dataset that it is compared with: the one it replaces, else the newest of the same incident and
  // scheme, unless it is meant to stand beside it.
  std::optional<crypto::DatasetId> before;
  std::vector<CountChange> changes;  // from that one
  // OK, or DIFFERENCE_UNEXPLAINED; DATASET_EXISTS, with the commands to choose from, where a dataset of the same
  // incident, scheme and epoch is published and nothing says what is meant; SMALL_BATCH; UNKNOWN_DATASET where there is
  // nothing to replace.
  absl::Status allowed;
};

// `file` was verified. Returns why the catalogue has no place for the dataset, as CheckDataset.
absl::StatusOr<Publication> PlanPublication(const VerifiedCatalogue& catalogue, const DatasetFile& file,
                                            const PublicationOptions& options);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_PUBLICATION_H_
