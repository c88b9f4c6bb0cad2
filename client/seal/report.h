// What became of a source, for whoever answers for it: a page for a manager, and the same sums read again from the
// signed dataset.
#ifndef EXPOSURE_CLIENT_SEAL_REPORT_H_
#define EXPOSURE_CLIENT_SEAL_REPORT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "client/sealer.h"
#include "crypto/bodies.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure {

// What the report is of.
struct ReportHeading {
  std::string incident_id;
  std::string scheme;      // "met/pay"
  std::string as_at;       // the date of the source; may be empty
  std::string dataset_id;  // hexadecimal
  std::string custodian;   // hexadecimal: the beginning of the custodian's key's fingerprint, as the manifest has it
  uint64_t sealed_at = 0;  // Unix seconds
};

ReportHeading HeadingOf(const crypto::Manifest& manifest, const std::string& incident_id, const v1::Mapping& mapping,
                        const std::string& as_at);

// The sums as they were signed. Without the rows that could not be used: a dataset counts them and does not list them.
Reconciliation ReconciliationOf(const crypto::Manifest& manifest, const v1::DatasetDetails& details);

// A state of a category, and how many people have it.
struct CountedState {
  const char* key;    // "possibly_exposed": fixed for ever, for JSON
  const char* label;  // "possibly exposed"
  uint64_t (v1::CategoryCount::*count)() const;
};

inline constexpr CountedState kCountedStates[] = {
    {"exposed", "exposed", &v1::CategoryCount::exposed},
    {"possibly_exposed", "possibly exposed", &v1::CategoryCount::possibly_exposed},
    {"not_held", "not held", &v1::CategoryCount::not_held},
    {"unknown", "unknown", &v1::CategoryCount::unknown}};

// Why rows could not be used, and how many for each reason: the most frequent first.
std::vector<std::pair<std::string, uint64_t>> QuarantineReasons(const Reconciliation& reconciliation);

// Rows that the mapping leaves out, of all tables.
uint64_t RowsLeftOut(const Reconciliation& reconciliation);

// One file that needs nothing else: no script, no picture, nothing fetched. Names of tables and columns are whatever
// somebody wrote into a source: they are text here and nothing else. Never what was in a cell.
std::string ToHtml(const Reconciliation& reconciliation, const ReportHeading& heading);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_REPORT_H_
