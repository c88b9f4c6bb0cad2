// Whether what the service publishes is what the source says: every person looked for in a fresh download, and some
// through FetchBucket, as an officer's own device would.
#ifndef EXPOSURE_CLIENT_SEAL_VERIFY_PUBLISHED_H_
#define EXPOSURE_CLIENT_SEAL_VERIFY_PUBLISHED_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "client/core/catalogue_keeper.h"
#include "client/core/transport.h"
#include "client/seal/evaluate_people.h"
#include "client/seal/people.h"
#include "client/sealer.h"

namespace exposure {

struct PublishedQuestion {
  const std::string& incident_id;
  const v1::Mapping& mapping;
  const People& people;  // finished
  uint32_t sample = 0;   // people asked for through FetchBucket too
  EvaluatePeopleOptions evaluate;
};

// Returns MISSING_DATASET if the incident has no dataset of the mapping's scheme; why the dataset is refused;
// BAD_DATASET if the download is not what the catalogue lists, or counts other rows than the source; BAD_RECORD, naming
// a row of the source, if a person is missing or differs; the errors of evaluation and fetch.
absl::StatusOr<PublishedCheck> CheckPublished(Transport& transport, const VerifiedCatalogue& catalogue,
                                              const PublishedQuestion& question);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_VERIFY_PUBLISHED_H_
