#include "client/core/verdicts.h"

#include <algorithm>

#include "base/error.h"
#include "client/notice_text.h"

namespace exposure {
namespace {

std::string SchemeOf(const CheckedDataset& dataset) {
  return dataset.details.mapping().force() + "/" + dataset.details.mapping().scheme();
}

Coverage CoverageOf(const CheckedDataset& dataset) {
  const crypto::Manifest& manifest = dataset.manifest;
  return {.scheme = SchemeOf(dataset),
          .as_at = dataset.details.as_at(),
          .rows_read = manifest.rows_read,
          .rows_indexed = manifest.rows_indexed,
          .rows_merged = manifest.rows_merged,
          .rows_quarantined = manifest.rows_quarantined,
          .people_declared = dataset.details.mapping().declared_people()};
}

// What the incident's datasets say of the person, added up.
struct Sum {
  size_t datasets = 0;  // that concern the numbers asked
  std::optional<crypto::Categories> categories;
  uint32_t source_rows = 0;
  std::vector<Coverage> coverage;
  std::vector<const CheckedDataset*> looked_in;
  absl::Status problem;  // the first
};

void AddDataset(const CheckedDataset& dataset, std::span<const Finding> findings, Sum& sum) {
  ++sum.datasets;
  if (!dataset.status.ok()) {
    sum.problem.Update(dataset.status);
    return;
  }
  bool looked = false;
  for (const Finding& finding : findings) {
    if (finding.dataset != &dataset) continue;
    looked = true;
    if (!finding.record.ok()) {
      sum.problem.Update(finding.record.status());
    } else if (const std::optional<crypto::RecordContent>& record = *finding.record; record.has_value()) {
      sum.source_rows += record->source_rows;
      if (sum.categories) {
        sum.categories->MergeWith(record->categories);
      } else {
        sum.categories = record->categories;
      }
    }
  }
  if (!looked) {
    sum.problem.Update(Error(Reason::kMissingDataset, "A dataset of the incident was not looked in."));
    return;
  }
  sum.looked_in.push_back(&dataset);
  sum.coverage.push_back(CoverageOf(dataset));
}

// One that is refused may lie about its incident: it takes the answer from both.
std::vector<const CheckedDataset*> DatasetsOf(const CheckedContent& content, const v1::Notice& notice) {
  std::vector<const CheckedDataset*> datasets;
  for (const CheckedDataset& dataset : content.datasets()) {
    if (dataset.message->incident_id() == notice.incident_id() ||
        dataset.details.incident_id() == notice.incident_id()) {
      datasets.push_back(&dataset);
    }
  }
  return datasets;
}

// The categories that the notice or a dataset's mapping names, in their fixed order.
std::vector<v1::Category> SpokenOf(const v1::Notice& notice, const std::vector<const CheckedDataset*>& datasets) {
  std::set<v1::Category> named;
  for (const v1::CategoryStatement& statement : notice.categories()) named.insert(statement.category());
  for (const CheckedDataset* dataset : datasets) {
    const v1::Mapping& mapping = dataset->details.mapping();
    named.insert(mapping.key_category());
    for (const v1::ColumnMapping& column : mapping.columns()) named.insert(column.category());
    for (const v1::TableMapping& table : mapping.tables()) {
      for (const v1::ColumnMapping& column : table.columns()) named.insert(column.category());
    }
    for (const v1::ConstantCategory& constant : mapping.constants()) named.insert(constant.category());
  }
  named.erase(v1::CATEGORY_UNSPECIFIED);
  return {named.begin(), named.end()};
}

// Without a list of these schemes: whether one will come, or there was one that was removed.
VerdictKind WithoutList(const v1::Notice& notice, const std::vector<std::string>& schemes) {
  const auto removed = [&](const std::string& scheme) { return ListWasRemoved(notice, scheme); };
  return std::all_of(schemes.begin(), schemes.end(), removed) ? VerdictKind::kCannotBeChecked
                                                              : VerdictKind::kCannotBeCheckedYet;
}

void Judge(const CheckedContent& content, const std::set<std::string>& asked, std::span<const Finding> findings,
           Verdict& verdict) {
  const v1::Notice& notice = *verdict.notice;
  if (notice.checkability() != v1::CHECKABILITY_BY_NUMBER) {
    verdict.kind = VerdictKind::kCannotBeChecked;
    return;
  }
  const std::vector<const CheckedDataset*> datasets = DatasetsOf(content, notice);
  if (datasets.empty()) {
    verdict.kind = WithoutList(notice, {notice.schemes().begin(), notice.schemes().end()});  // with whatever number
    return;
  }
  std::vector<std::string> given;
  for (const std::string& scheme : notice.schemes()) {
    (asked.contains(scheme) ? given : verdict.needs).push_back(scheme);
  }
  if (verdict.needs.size() == static_cast<size_t>(notice.schemes_size())) {
    verdict.kind = VerdictKind::kNeedsAnotherNumber;
    return;
  }

  Sum sum;
  for (const CheckedDataset* dataset : datasets) {
    if (!dataset->status.ok() || asked.contains(SchemeOf(*dataset))) AddDataset(*dataset, findings, sum);
  }
  verdict.coverage = std::move(sum.coverage);
  verdict.problem = sum.problem;
  if (sum.categories) {
    verdict.kind = VerdictKind::kExposed;
    verdict.categories = *sum.categories;
    verdict.source_rows = sum.source_rows;
    verdict.spoken_of = SpokenOf(notice, sum.looked_in);
  } else if (!sum.problem.ok()) {
    verdict.kind = VerdictKind::kNoAnswer;
  } else if (sum.datasets == 0) {
    verdict.kind = WithoutList(notice, given);
  } else {
    verdict.kind = VerdictKind::kNotInThisDataset;
  }
}

}  // namespace

std::vector<Verdict> MakeVerdicts(const std::shared_ptr<const VerifiedCatalogue>& catalogue,
                                  const std::set<std::string>& asked, std::span<const Finding> findings) {
  std::vector<Verdict> verdicts;
  for (const v1::Notice& notice : catalogue->content.message().incidents()) {
    Verdict& verdict = verdicts.emplace_back();
    verdict.notice = std::shared_ptr<const v1::Notice>(catalogue, &notice);
    Judge(catalogue->content, asked, findings, verdict);
  }
  return verdicts;
}

}  // namespace exposure
