#include "client/seal/publication.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/core/verdicts.h"
#include "client/seal/report.h"
#include "proto/rules/catalogue_content.h"
#include "proto/rules/dataset_counts.h"

namespace exposure {
namespace {

bool IsOfTheSameList(const CheckedDataset& dataset, const v1::DatasetDetails& details) {
  const v1::Mapping& mapping = dataset.details.mapping();
  return dataset.details.incident_id() == details.incident_id() && mapping.force() == details.mapping().force() &&
         mapping.scheme() == details.mapping().scheme();
}

// Others of the same incident and scheme, as the catalogue lists them: the newest last.
std::vector<const CheckedDataset*> SameLists(const CheckedContent& content, const DatasetFile& file) {
  std::vector<const CheckedDataset*> same;
  for (const CheckedDataset& dataset : content.datasets()) {
    if (IsOfTheSameList(dataset, file.details()) && dataset.manifest.dataset_id != file.head().manifest.dataset_id) {
      same.push_back(&dataset);
    }
  }
  return same;
}

// The catalogue as it will be.
absl::StatusOr<std::shared_ptr<const VerifiedCatalogue>> After(const VerifiedCatalogue& catalogue,
                                                               const DatasetFile& file,
                                                               const PublicationOptions& options) {
  v1::CatalogueContent next = catalogue.content.message();
  next.clear_datasets();
  for (const CheckedDataset& dataset : catalogue.content.datasets()) {
    const crypto::DatasetId& id = dataset.manifest.dataset_id;
    if (id != options.replaces && id != file.head().manifest.dataset_id) *next.add_datasets() = *dataset.message;
  }
  v1::Dataset& added = *next.add_datasets();
  added.set_manifest(ToString(file.head().manifest_bytes));
  added.set_signature(ToString(file.head().signature));
  added.set_details(file.head().details);
  added.set_incident_id(file.details().incident_id());
  ASSIGN_OR_RETURN(CheckedContent content, CheckedContent::Parse(next.SerializeAsString()));
  return std::make_shared<const VerifiedCatalogue>(VerifiedCatalogue{
      {}, catalogue.roots, catalogue.header, catalogue.delegation, std::move(content), catalogue.usable});
}

// For each category the state that most people have; of equal ones the graver.
crypto::RecordContent MostPeople(const v1::DatasetDetails& details) {
  crypto::RecordContent most;
  for (const v1::CategoryCount& count : details.counts()) {
    const std::pair<uint64_t, crypto::State> states[] = {{count.unknown(), crypto::State::kUnknown},
                                                         {count.not_held(), crypto::State::kNotHeld},
                                                         {count.possibly_exposed(), crypto::State::kPossiblyExposed},
                                                         {count.exposed(), crypto::State::kExposed}};
    const int c = static_cast<int>(count.category()) - 1;
    if (c >= 0 && c < crypto::kCategoryCount) {
      most.categories.Set(c, std::max_element(std::begin(states), std::end(states))->second);
    }
  }
  return most;
}

// The answer about the incident to somebody with the number of such a record, or in no dataset.
Answer AnswerWith(const std::shared_ptr<const VerifiedCatalogue>& catalogue, const DatasetFile& file,
                  const std::optional<crypto::RecordContent>& record) {
  const v1::Mapping& mapping = file.details().mapping();
  std::vector<Finding> findings;
  for (const CheckedDataset& dataset : catalogue->content.datasets()) {
    const bool is_new = dataset.manifest.dataset_id == file.head().manifest.dataset_id;
    findings.push_back({&dataset, is_new ? record : std::nullopt});
  }
  Answer answer;
  for (Verdict& verdict : MakeVerdicts(catalogue, {absl::StrCat(mapping.force(), "/", mapping.scheme())}, findings)) {
    if (verdict.notice->incident_id() == file.details().incident_id()) answer.verdicts.push_back(std::move(verdict));
  }
  answer.proof = {.catalogue_version = catalogue->header.version,
                  .catalogue_issued = catalogue->header.issued,
                  .catalogue_expires = catalogue->header.expires,
                  .content_hash = ToHex(catalogue->header.content_hash),
                  .numbers = 1,
                  .fetches = 1};
  return answer;
}

absl::Status DatasetExists(const std::vector<const CheckedDataset*>& same, const std::string& path) {
  std::string text = "A dataset of this incident and kind of number is published already.";
  for (const CheckedDataset* dataset : same) {
    absl::StrAppend(&text, "\n  To take its place in one step: exposure publish ", path, " --replaces ",
                    ToHex(dataset->manifest.dataset_id));
  }
  return Error(Reason::kDatasetExists,
               absl::StrCat(text, "\n  As a second one, in which people are looked for too: exposure publish ", path,
                            " --beside"));
}

absl::Status SmallBatch(uint64_t people) {
  return Error(Reason::kSmallBatch,
               absl::StrCat("The change is about ", people, people == 1 ? " person" : " people",
                            ". Everybody can read these counts, and one that moves by so few says something about who "
                            "asked.\n  Wait until ",
                            kSmallestBatch,
                            " people or more are concerned, and publish them together. If somebody's "
                            "safety cannot wait: --small-batch"));
}

absl::Status Allowed(const VerifiedCatalogue& catalogue, const DatasetFile& file, const PublicationOptions& options,
                     uint64_t people) {
  const crypto::Manifest& manifest = file.head().manifest;
  RETURN_IF_ERROR(CheckExplained(manifest, file.details()));
  std::vector<const CheckedDataset*> same = SameLists(catalogue.content, file);
  same.erase(
      std::remove_if(same.begin(), same.end(),
                     [&](const CheckedDataset* dataset) { return dataset->manifest.epoch_id != manifest.epoch_id; }),
      same.end());
  if (!options.replaces && !options.beside && !same.empty()) return DatasetExists(same, file.path());
  if (options.replaces && catalogue.content.FindDataset(*options.replaces) == nullptr) {
    return Error(Reason::kUnknownDataset,
                 "The dataset to be replaced is not published. See: exposure notices --verbose");
  }
  return people > 0 && people < kSmallestBatch && !options.small_batch ? SmallBatch(people) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<Publication> PlanPublication(const VerifiedCatalogue& catalogue, const DatasetFile& file,
                                            const PublicationOptions& options) {
  const crypto::DatasetHead& head = file.head();
  RETURN_IF_ERROR(
      CheckDataset(catalogue.content, head.manifest_bytes, head.signature, head.details, file.details().incident_id())
          .status());
  ASSIGN_OR_RETURN(const auto after, After(catalogue, file, options));
  Publication plan{.dataset_id = head.manifest.dataset_id,
                   .exposed = AnswerWith(after, file, MostPeople(file.details())),
                   .not_in = AnswerWith(after, file, std::nullopt)};

  const CheckedDataset* before = options.replaces ? catalogue.content.FindDataset(*options.replaces) : nullptr;
  plan.switches = before != nullptr || catalogue.content.FindDataset(plan.dataset_id) == nullptr;
  const std::vector<const CheckedDataset*> same = SameLists(catalogue.content, file);
  if (!options.replaces && !options.beside && !same.empty()) before = same.back();

  const Reconciliation sums = ReconciliationOf(head.manifest, file.details());
  uint64_t people = options.beside ? sums.indexed : 0;  // a list of its own is a change from nobody
  if (before != nullptr) {
    const Reconciliation published = ReconciliationOf(before->manifest, before->details);
    plan.before = before->manifest.dataset_id;
    plan.changes = CompareCounts(published, sums);
    people = PeopleConcerned(published, sums);
  }
  if (plan.switches) plan.allowed = Allowed(catalogue, file, options, people);
  return plan;
}

}  // namespace exposure
