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
  std::string table;   // as the mapping names it
  uint64_t row = 0;    // as a spreadsheet counts, from 1
  std::string column;  // its header
  std::string reason;
};

// What became of the rows: read = indexed + merged + quarantined.
struct Reconciliation {
  uint64_t read = 0;
  uint64_t indexed = 0;
  uint64_t merged = 0;
  uint64_t quarantined = 0;
  std::vector<v1::TableCount> tables;  // that were used, in the order of the source
  uint64_t declared_people = 0;        // 0: not declared
  uint64_t declared_rows = 0;          // 0: not declared
  std::string difference_explained;    // why what was declared differs; may be empty
  std::vector<QuarantinedRow> quarantine;
  std::string quarantine_file;            // where the quarantined rows are listed
  std::vector<v1::CategoryCount> counts;  // of categories that are not unknown for all
};

// As in experience.md: a line for each table where there are several, then the sums, with what to do next about a
// difference and about rows that could not be used.
std::string ToText(const Reconciliation& reconciliation);
// docs/json.md has the schema; stable.
std::string ToJson(const Reconciliation& reconciliation);

// kReading: `done` rows, `of` is 0 until the last. kEvaluating: numbers. kWriting: bytes of the file.
enum class SealPhase { kReading, kEvaluating, kWriting };

struct SealOptions {
  std::vector<std::string> sources;  // paths of files; "-": standard input
  v1::Mapping mapping;
  std::string repairs;      // path of a quarantine list with numbers filled in; empty: none
  std::string corrections;  // path of "action,number,categories", people after a dispute; empty: none
  std::string incident_id;
  std::string output;  // path of the sealed dataset file; beside it OUTPUT.resume and SOURCE.quarantine.csv
  std::string difference_explained;  // required by the service where what was declared differs
  std::string as_at;                 // the date of the source: "2023-09-02"; may be empty
  uint32_t threads = 0;              // 0: two for each core
  std::function<void(SealPhase phase, uint64_t done, uint64_t of)> progress;  // from one thread at a time; may be null
};

struct SealResult {
  Reconciliation reconciliation;
  crypto::Manifest manifest;
  uint64_t file_size = 0;
};

struct PublishedCheck {
  uint64_t rows = 0;         // of the source that have a number
  uint64_t found = 0;        // of them found, with the right categories: all, as one that is not is an error
  uint64_t fetched = 0;      // people found through FetchBucket too; 0 where devices take whole sets
  uint64_t quarantined = 0;  // rows that could not be looked for
};

// Thread-safe for different outputs.
class Sealer {
 public:
  // `transport` and `catalogue` outlive it.
  static absl::StatusOr<std::unique_ptr<Sealer>> Create(Transport* transport, CatalogueKeeper* catalogue,
                                                        crypto::SigningKey custodian, Clock clock);
  virtual ~Sealer() = default;

  // What Seal would make of the source: reads it, and writes the list of quarantined rows, nothing else. No number is
  // sent, and the custodian's key is not looked at. Returns as Seal does before it evaluates.
  virtual absl::StatusOr<Reconciliation> Reconcile(const SealOptions& options) = 0;

  // Seals the source for the live epoch of its scheme. Interrupted and started again with the same source, or run
  // twice, it writes the same bytes, until client/seal/resume.h's EraseResume after publication. Returns BAD_MAPPING,
  // BAD_SOURCE (with table and row, or line of repairs and corrections), UNKNOWN_INCIDENT, WRONG_INCIDENT,
  // UNKNOWN_SCHEME, UNKNOWN_CUSTODIAN, REVOKED_CUSTODIAN, WRONG_FORCE, NO_GRANT, GRANT_USED_UP (with what an operator
  // can do), BAD_USAGE (a resume file of another source, a quarantine list that must not be replaced), KEY_FILE
  // (repairs or corrections that others can read), the catalogue's errors and those of evaluation, FILE_ERROR,
  // DISK_FULL. The output (mode 0600) is written in one step, or not at all.
  virtual absl::StatusOr<SealResult> Seal(const SealOptions& options) = 0;

  // Looks for every row of the source, with the same repairs and corrections, in a fresh download of the published
  // dataset, and for `sample` random ones through FetchBucket. Returns MISSING_DATASET if the incident has none;
  // BAD_RECORD if a row is not found or differs (naming the row's number).
  virtual absl::StatusOr<PublishedCheck> VerifyPublished(const SealOptions& options, uint32_t sample) = 0;
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEALER_H_
