// The questions of one or many people, answered against a catalogue: get whole sets where needed, evaluate, fetch, open
// records, judge. Asked again after a stale catalogue it reveals nothing more. Traffic depends on the catalogue and on
// how many numbers of which schemes there are, never on what is found.
#ifndef EXPOSURE_CLIENT_CORE_INQUIRY_H_
#define EXPOSURE_CLIENT_CORE_INQUIRY_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "client/answer.h"
#include "client/core/catalogue_keeper.h"
#include "client/core/evaluation.h"
#include "client/core/kept_sets.h"
#include "client/core/question.h"
#include "client/core/transport.h"
#include "client/core/verdicts.h"

namespace exposure {

// Where buckets come from.
enum class RecordSource {
  kFetch,      // FetchBucket, as far as one person's question may reveal; else whole sets. For one person.
  kWholeSets,  // kept sets; missing ones are downloaded
  kKeptSets,   // kept sets only
};

struct InquiryOptions {
  RecordSource source = RecordSource::kFetch;
  Subject subject{};  // whose question it is; all zero: the caller's own
  uint32_t threads = 1;
  std::function<void(size_t done)> progress;  // people, about; may be null
};

// Not thread-safe.
class Inquiry {
 public:
  // `transport` and `sets` outlive it. `people` has at least one number for each.
  Inquiry(Transport* transport, KeptSets* sets, std::span<const std::vector<AskedNumber>> people,
          InquiryOptions options);

  // An answer for each person. Called again only with a newer catalogue, after an error. Returns the errors of
  // evaluation, fetching and downloading; MISSING_DATASET where a set has to be kept and is not.
  absl::StatusOr<std::vector<Answer>> Attempt(const std::shared_ptr<const VerifiedCatalogue>& catalogue);

 private:
  using Sets = std::map<const CheckedDataset*, std::shared_ptr<const KeptSet>>;

  absl::Status PrepareSets(const CheckedContent& content);
  absl::Status Evaluate(const CheckedContent& content);
  std::vector<size_t> InOrderOfBuckets(const CheckedContent& content) const;
  absl::StatusOr<std::vector<Answer>> AnswerAll(const std::shared_ptr<const VerifiedCatalogue>& catalogue);
  absl::StatusOr<Answer> AnswerOne(const std::shared_ptr<const VerifiedCatalogue>& catalogue,
                                   const std::vector<size_t>& numbers);
  absl::Status LookUp(const VerifiedCatalogue& catalogue, const CheckedEpoch& epoch, size_t number,
                      const crypto::Output& output, std::vector<Finding>& findings);

  Transport* const transport_;
  KeptSets* const sets_;
  const InquiryOptions options_;
  std::vector<AskedNumber> numbers_;         // of all people, equal ones once
  std::vector<std::vector<size_t>> people_;  // the numbers of each
  std::optional<Plan> plan_;                 // of the last attempt
  std::map<Pair, crypto::Output> outputs_;   // kept for a second attempt
  std::set<Pair> fetched_;                   // what FetchBucket was called for, in any attempt
  Sets prepared_;                            // of this attempt
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_INQUIRY_H_
