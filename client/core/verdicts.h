// From what was found to a verdict for each incident: the rules of design.md §6.
#ifndef EXPOSURE_CLIENT_CORE_VERDICTS_H_
#define EXPOSURE_CLIENT_CORE_VERDICTS_H_

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/answer.h"
#include "client/core/catalogue_keeper.h"
#include "crypto/record.h"

namespace exposure {

// What looking for one number in one dataset of its scheme gave: a record, none, or why neither can be said.
struct Finding {
  const CheckedDataset* dataset;  // owned by the catalogue
  absl::StatusOr<std::optional<crypto::RecordContent>> record;
};

// `asked`: the schemes of the numbers, "met/pay". A dataset of one of them that has no finding gets no answer. A record
// that was found is shown even where another dataset of the incident gives no answer; the verdict's problem then says
// that it is incomplete.
std::vector<Verdict> MakeVerdicts(const std::shared_ptr<const VerifiedCatalogue>& catalogue,
                                  const std::set<std::string>& asked, std::span<const Finding> findings);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_VERDICTS_H_
