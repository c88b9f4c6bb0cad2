// Sealing: the library a custodian's tool links. Reads a source, evaluates every number blindly, and writes one sealed
// dataset file from which no number can be read without the service's key.
#ifndef EXPOSURE_CLIENT_SEALER_H_
#define EXPOSURE_CLIENT_SEALER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/core/catalogue_keeper.h"
#include "client/core/transport.h"
#include "crypto/bodies.h"
#include "crypto/signature.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure {

// A row that could not be used: where, and why. Never what was in it.
struct QuarantinedRow {
  uint64_t row = 0;  // as a spreadsheet counts: the header is row 1
  std::string reason;
};

// What became of the rows: read = indexed + merged + quarantined.
struct Reconciliation {
  uint64_t read = 0;
  uint64_t indexed = 0;
  uint64_t merged = 0;
  uint64_t quarantined = 0;
  uint64_t declared_people = 0;  // 0: not declared
  std::vector<QuarantinedRow> quarantine;
  std::vector<v1::CategoryCount> counts;
};

std::string ToText(const Reconciliation& reconciliation);
std::string ToJson(const Reconciliation& reconciliation);

enum class SealPhase { kReading, kEvaluating, kWriting };

struct SealOptions {
  std::string source;  // path of the CSV
  v1::Mapping mapping;
  std::string incident_id;
  std::string output;  // path of the sealed dataset file; OUTPUT.resume (0600) holds seed, time and source hash
  std::string difference_explained;
  std::string as_at;
  uint32_t threads = 0;  // 0: one for each core
  std::function<void(SealPhase phase, uint64_t done, uint64_t of)> progress;
};

struct SealResult {
  Reconciliation reconciliation;
  crypto::Manifest manifest;
  uint64_t file_size = 0;
};

struct PublishedCheck {
  uint64_t rows = 0;     // rows of the source that were looked for
  uint64_t found = 0;    // with the right categories
  uint64_t fetched = 0;  // of them also through FetchBucket
  uint64_t quarantined = 0;
};

// Thread-safe for different outputs.
class Sealer {
 public:
  // `transport` outlives it.
  static absl::StatusOr<std::unique_ptr<Sealer>> Create(Transport* transport, CatalogueKeeper* catalogue,
                                                        crypto::SigningKey custodian, Clock clock);
  virtual ~Sealer() = default;

  // Returns BAD_MAPPING, BAD_SOURCE (with row), UNKNOWN_INCIDENT, UNKNOWN_SCHEME, UNKNOWN_CUSTODIAN, WRONG_FORCE, the
  // errors of evaluation, FILE_ERROR, DISK_FULL. The output is written in one step, or not at all.
  virtual absl::StatusOr<SealResult> Seal(const SealOptions& options) = 0;

  // Looks for every row of the source in a fresh download of the published dataset, and for `sample` random ones
  // through FetchBucket. Returns MISSING_DATASET if the incident has none; BAD_RECORD if a row is not found or differs
  // (naming the row's number).
  virtual absl::StatusOr<PublishedCheck> VerifyPublished(const SealOptions& options, uint32_t sample) = 0;
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEALER_H_
