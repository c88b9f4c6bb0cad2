#include "client/seal/verify_published.h"

#include <sodium.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/core/fetch.h"
#include "client/core/kept_sets.h"
#include "client/core/question.h"
#include "crypto/bucket.h"
#include "crypto/dataset.h"

namespace exposure {
namespace {

bool SameCounts(const crypto::Manifest& manifest, const Reconciliation& sums) {
  return manifest.rows_read == sums.read && manifest.rows_indexed == sums.indexed &&
         manifest.rows_merged == sums.merged && manifest.rows_quarantined == sums.quarantined;
}

// The incident's dataset of the mapping's scheme that counts the same rows as the source; of several the newest: it was
// sealed again, beside the one until now.
absl::StatusOr<const CheckedDataset*> FindPublished(const CheckedContent& content, const PublishedQuestion& question) {
  const CheckedDataset* other = nullptr;
  const Reconciliation sums = question.people.Reconcile();
  for (auto it = content.datasets().rbegin(); it != content.datasets().rend(); ++it) {
    const CheckedDataset& dataset = *it;
    const v1::Mapping& mapping = dataset.details.mapping();
    if (dataset.message->incident_id() != question.incident_id || mapping.force() != question.mapping.force() ||
        mapping.scheme() != question.mapping.scheme()) {
      continue;
    }
    RETURN_IF_ERROR(dataset.status);
    if (SameCounts(dataset.manifest, sums)) return &dataset;
    if (other == nullptr) other = &dataset;
  }
  if (other == nullptr) {
    return Error(Reason::kMissingDataset,
                 absl::StrCat("the incident has no published dataset of ", question.mapping.force(), "/",
                              question.mapping.scheme(), ". Publish it first: exposure publish."));
  }
  return Error(Reason::kBadDataset,
               absl::StrCat("the published dataset counts ", other->manifest.rows_read, " rows read and ",
                            other->manifest.rows_indexed, " indexed, the source ", sums.read, " and ", sums.indexed,
                            ". Is this the source and mapping that it was sealed from?"));
}

// Looks for people in the downloaded set and, for some, in fetched buckets.
class PublishedChecker {
 public:
  PublishedChecker(Transport& transport, const VerifiedCatalogue& catalogue, const CheckedDataset& dataset,
                   const PublishedQuestion& question, const KeptSet& set)
      : transport_(transport), catalogue_(catalogue), dataset_(dataset), question_(question), set_(set) {}

  absl::Status Downloaded(const Person& person, const crypto::Output& f) const {
    ASSIGN_OR_RETURN(const std::shared_ptr<const std::string> bucket, set_.Bucket(Index(f)));
    return Compare(person, f, AsBytes(*bucket));
  }

  // As an officer's own device asks, revealing no more. False where such a device takes the whole set.
  absl::StatusOr<bool> Fetched(const Person& person, const crypto::Output& f) const {
    const CheckedEpoch& epoch = *dataset_.epoch;
    const AskedNumber asked{.force = question_.mapping.force(),
                            .scheme = question_.mapping.scheme(),
                            .input = OprfInput(question_.mapping.force(), question_.mapping.scheme(), person.number)};
    const Plan plan = MakePlan(catalogue_.content, {&asked, 1});
    if (TakesWholeSets(plan, catalogue_.content, epoch)) return false;
    ASSIGN_OR_RETURN(const std::vector<CheckedBucket> buckets,
                     FetchBuckets(transport_, catalogue_, epoch, Index(f), plan.bits));
    for (const CheckedBucket& bucket : buckets) {
      if (bucket.dataset != &dataset_) continue;
      RETURN_IF_ERROR(Compare(person, f, AsBytes(bucket.bytes)));
      return true;
    }
    return Error(Reason::kMissingDataset, "a fetched bucket came without this dataset.");
  }

 private:
  uint32_t Index(const crypto::Output& f) const {
    return crypto::BucketIndex(f, dataset_.epoch->id, dataset_.manifest.bucket_bits);
  }

  absl::Status Compare(const Person& person, const crypto::Output& f, BytesView bucket) const {
    const crypto::Manifest& manifest = dataset_.manifest;
    const crypto::RecordKeys keys = crypto::DeriveRecordKeys(f, manifest.epoch_id, manifest.dataset_id, manifest.salt);
    const crypto::RowPlace place{.epoch_id = manifest.epoch_id,
                                 .dataset_id = manifest.dataset_id,
                                 .bucket_bits = manifest.bucket_bits,
                                 .index = Index(f)};
    ASSIGN_OR_RETURN(const std::optional<crypto::RecordContent> found, crypto::FindRecord(keys, place, bucket));
    if (found && *found == person.content) return absl::OkStatus();
    return Error(Reason::kBadRecord, absl::StrCat("the person of ", question_.people.PlaceOf(person), " ",
                                                  found ? "has other categories in" : "is not in",
                                                  " the published dataset. Retract it, seal again and publish."));
  }

  Transport& transport_;
  const VerifiedCatalogue& catalogue_;
  const CheckedDataset& dataset_;
  const PublishedQuestion& question_;
  const KeptSet& set_;
};

// `count` different ones of 0 .. size − 1.
std::set<size_t> RandomSample(size_t count, size_t size) {
  std::set<size_t> sample;
  count = std::min(count, size);
  while (sample.size() < count) sample.insert(randombytes_uniform(static_cast<uint32_t>(size)));
  return sample;
}

}  // namespace

absl::StatusOr<PublishedCheck> CheckPublished(Transport& transport, const VerifiedCatalogue& catalogue,
                                              const PublishedQuestion& question) {
  ASSIGN_OR_RETURN(const CheckedDataset* const dataset, FindPublished(catalogue.content, question));
  // In a directory of its own, so that nothing kept earlier takes the place of a fresh download.
  ASSIGN_OR_RETURN(const std::unique_ptr<KeptSets> sets, KeptSets::Create("", {}));
  ASSIGN_OR_RETURN(const std::shared_ptr<const KeptSet> set, sets->Get(transport, *dataset, nullptr));
  const PublishedChecker checker(transport, catalogue, *dataset, question, *set);

  const std::vector<Person>& people = question.people.list();
  const std::set<size_t> sample = RandomSample(question.sample, people.size());
  const Reconciliation sums = question.people.Reconcile();
  PublishedCheck check{.rows = sums.read - sums.quarantined, .quarantined = sums.quarantined};
  const auto look = [&](const Person& person, const crypto::Output& f) -> absl::Status {
    RETURN_IF_ERROR(checker.Downloaded(person, f));
    if (!sample.contains(static_cast<size_t>(&person - people.data()))) return absl::OkStatus();
    ASSIGN_OR_RETURN(const bool fetched, checker.Fetched(person, f));
    check.fetched += fetched ? 1 : 0;
    return absl::OkStatus();
  };
  EvaluatePeopleOptions evaluate = question.evaluate;
  ASSIGN_OR_RETURN(evaluate.grants, RequestGrants(transport, *dataset->epoch, question.incident_id, people.size()));
  RETURN_IF_ERROR(EvaluatePeople(transport, *dataset->epoch, question.mapping, people, evaluate, look));
  check.found = check.rows;
  return check;
}

}  // namespace exposure
