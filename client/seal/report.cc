#include "client/seal/report.h"

#include "absl/strings/str_cat.h"
#include "base/bytes.h"

namespace exposure {

ReportHeading HeadingOf(const crypto::Manifest& manifest, const std::string& incident_id, const v1::Mapping& mapping,
                        const std::string& as_at) {
  return {.incident_id = incident_id,
          .scheme = absl::StrCat(mapping.force(), "/", mapping.scheme()),
          .as_at = as_at,
          .dataset_id = ToHex(manifest.dataset_id),
          .custodian = ToHex(manifest.signer),
          .sealed_at = manifest.sealed_at};
}

Reconciliation ReconciliationOf(const crypto::Manifest& manifest, const v1::DatasetDetails& details) {
  Reconciliation r{.read = manifest.rows_read,
                   .indexed = manifest.rows_indexed,
                   .merged = manifest.rows_merged,
                   .quarantined = manifest.rows_quarantined};
  r.tables.assign(details.tables().begin(), details.tables().end());
  r.declared_people = details.mapping().declared_people();
  r.declared_rows = details.mapping().declared_rows();
  r.difference_explained = details.difference_explained();
  r.counts.assign(details.counts().begin(), details.counts().end());
  return r;
}

}  // namespace exposure
