#include "storage/content_changes.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bodies.h"
#include "proto/rules/dataset_counts.h"
#include "proto/rules/notice_rules.h"

namespace exposure::storage {
namespace {

absl::Status UnknownDataset(std::string_view what) { return Error(Reason::kUnknownDataset, what); }

bool IsLive(const v1::CatalogueContent& content, const crypto::EpochId& id) {
  return std::any_of(content.epochs().begin(), content.epochs().end(), [&](const v1::Epoch& epoch) {
    return epoch.state() == v1::EPOCH_STATE_LIVE && ToArray<16>(epoch.epoch_id()) == id;
  });
}

// Removes the entry of `id`, keeping the order of the others.
void Erase(const CheckedContent& content, const crypto::DatasetId& id, v1::CatalogueContent& next) {
  const std::vector<CheckedDataset>& datasets = content.datasets();
  for (size_t i = datasets.size(); i-- > 0;) {
    if (datasets[i].manifest.dataset_id == id) next.mutable_datasets()->DeleteSubrange(static_cast<int>(i), 1);
  }
}

std::string NameOf(const v1::Scheme& scheme) { return absl::StrCat(scheme.force(), "/", scheme.name()); }

// Incident and scheme of each list that can be looked in.
std::set<std::pair<std::string, std::string>> ListsOf(const v1::CatalogueContent& content) {
  std::set<std::pair<std::string, std::string>> lists;
  for (const v1::Dataset& dataset : content.datasets()) {
    v1::DatasetDetails details;
    if (!details.ParseFromString(dataset.details())) continue;
    lists.emplace(dataset.incident_id(), absl::StrCat(details.mapping().force(), "/", details.mapping().scheme()));
  }
  return lists;
}

void NoteRemovedLists(const v1::CatalogueContent& before, std::string_view today, v1::CatalogueContent& next) {
  const auto there = ListsOf(next);
  for (const auto& list : ListsOf(before)) {
    if (there.contains(list)) continue;
    for (v1::Notice& notice : *next.mutable_incidents()) {
      if (notice.incident_id() != list.first) continue;
      v1::RemovedList& removed = *notice.add_removed_lists();
      removed.set_scheme(list.second);
      removed.set_on(std::string(today));
    }
  }
}

// There is a list of the scheme again.
void ForgetRemovedList(const CheckedDataset& dataset, v1::CatalogueContent& next) {
  const std::string scheme = absl::StrCat(dataset.details.mapping().force(), "/", dataset.details.mapping().scheme());
  for (v1::Notice& notice : *next.mutable_incidents()) {
    if (notice.incident_id() != dataset.details.incident_id()) continue;
    auto& lists = *notice.mutable_removed_lists();
    lists.erase(std::remove_if(lists.begin(), lists.end(), [&](const auto& l) { return l.scheme() == scheme; }),
                lists.end());
  }
}

void SetDates(const KeepingDates& dates, v1::Dataset& dataset) {
  dataset.set_review_at(dates.review_at);
  dataset.set_ends_at(dates.ends_at);
}

absl::Status CheckReplaced(const CheckedContent& content, const CheckedDataset& replacing,
                           const crypto::DatasetId& replaces) {
  const CheckedDataset* replaced = content.FindDataset(replaces);
  if (replaced == nullptr) return UnknownDataset("The dataset to be replaced is not published.");
  const v1::Mapping& before = replaced->details.mapping();
  const v1::Mapping& after = replacing.details.mapping();
  if (replaced->details.incident_id() != replacing.details.incident_id() || before.force() != after.force() ||
      before.scheme() != after.scheme()) {
    return UnknownDataset("The dataset to be replaced is of another incident or scheme. Name one of the same.");
  }
  return absl::OkStatus();
}

// An edit must not take a published dataset away from its incident.
absl::Status CheckDatasetsStay(const CheckedContent& before, const v1::CatalogueContent& next) {
  ASSIGN_OR_RETURN(const CheckedContent after, CheckedContent::Parse(next.SerializeAsString()));
  for (size_t i = 0; i < before.datasets().size(); ++i) {
    if (before.datasets()[i].status.ok() && !after.datasets()[i].status.ok()) {
      return FieldError(Reason::kBadNotice, "notice.schemes",
                        "A published dataset would no longer belong to this notice: force and schemes must stay. "
                        "Retract the dataset first if that is meant.");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckRulesStay(const v1::CatalogueContent& content, const v1::CatalogueContent& configured) {
  std::set<std::string> sealed;
  for (const auto& [incident, scheme] : ListsOf(content)) sealed.insert(scheme);
  std::map<std::string, std::string> rules;
  for (const v1::Epoch& epoch : content.epochs()) {
    for (const v1::Scheme& scheme : epoch.schemes()) rules.emplace(NameOf(scheme), scheme.rule().SerializeAsString());
  }
  for (const v1::Epoch& epoch : configured.epochs()) {
    for (const v1::Scheme& scheme : epoch.schemes()) {
      const auto rule = rules.find(NameOf(scheme));
      if (rule == rules.end() || !sealed.contains(rule->first)) continue;
      if (rule->second == scheme.rule().SerializeAsString()) continue;
      return Error(Reason::kBadConfig,
                   absl::StrCat("epochs: the rule of ", rule->first, " is not the one that published datasets were ",
                                "sealed by, so that people in them would not be found.\n  Fix: leave the rule as it ",
                                "was, and give the changed one to a scheme of a new name, like ", scheme.name(), "-2"));
    }
  }
  return absl::OkStatus();
}

v1::CatalogueContent WithConfiguration(const v1::CatalogueContent& content, const v1::CatalogueContent& configured,
                                       std::string_view today) {
  v1::CatalogueContent next = configured;
  *next.mutable_incidents() = content.incidents();
  next.clear_datasets();
  for (const v1::Dataset& dataset : content.datasets()) {
    const auto manifest = crypto::DecodeManifest(AsBytes(dataset.manifest()));
    if (manifest.ok() && IsLive(configured, manifest->epoch_id)) *next.add_datasets() = dataset;
  }
  NoteRemovedLists(content, today, next);
  return next;
}

absl::StatusOr<CheckedDataset> CheckNewDataset(const CheckedContent& content, BytesView manifest, BytesView signature,
                                               std::string_view details) {
  v1::DatasetDetails parsed;  // if it does not parse, the check says so
  parsed.ParseFromArray(details.data(), static_cast<int>(details.size()));
  absl::StatusOr<CheckedDataset> checked = CheckDataset(content, manifest, signature, details, parsed.incident_id());
  // To a client these are lies of a server; to a custodian, faults of what was sent.
  if (absl::IsDataLoss(checked.status())) {
    return Error(Reason::kBadManifest, std::string(checked.status().message()));
  }
  RETURN_IF_ERROR(checked.status());
  RETURN_IF_ERROR(CheckCounts(checked->manifest, checked->details));
  return checked;
}

absl::StatusOr<v1::CatalogueContent> WithDataset(const CheckedContent& content, const crypto::DatasetHead& head,
                                                 const std::optional<crypto::DatasetId>& replaces,
                                                 const KeepingDates& dates) {
  ASSIGN_OR_RETURN(const CheckedDataset dataset,
                   CheckNewDataset(content, head.manifest_bytes, head.signature, head.details));
  RETURN_IF_ERROR(CheckExplained(dataset.manifest, dataset.details));
  v1::CatalogueContent next = content.message();
  if (content.FindDataset(dataset.manifest.dataset_id) == nullptr) {
    v1::Dataset& added = *next.add_datasets();
    added.set_manifest(ToString(head.manifest_bytes));
    added.set_signature(ToString(head.signature));
    added.set_details(head.details);
    added.set_incident_id(dataset.details.incident_id());
    SetDates(dates, added);
    ForgetRemovedList(dataset, next);
  }
  if (replaces && *replaces != dataset.manifest.dataset_id) {
    RETURN_IF_ERROR(CheckReplaced(content, dataset, *replaces));
    Erase(content, *replaces, next);
  }
  return next;
}

absl::StatusOr<v1::CatalogueContent> WithDates(const CheckedContent& content, const crypto::DatasetId& id,
                                               const KeepingDates& dates) {
  v1::CatalogueContent next = content.message();
  for (size_t i = 0; i < content.datasets().size(); ++i) {
    if (content.datasets()[i].manifest.dataset_id != id) continue;
    SetDates(dates, *next.mutable_datasets(static_cast<int>(i)));
    return next;
  }
  return UnknownDataset("There is no such dataset in the catalogue.");
}

absl::StatusOr<v1::CatalogueContent> WithoutDatasets(const CheckedContent& content,
                                                     const std::set<crypto::DatasetId>& ids, std::string_view today) {
  v1::CatalogueContent next = content.message();
  const std::vector<CheckedDataset>& datasets = content.datasets();
  size_t erased = 0;
  for (size_t i = datasets.size(); i-- > 0;) {
    if (!ids.contains(datasets[i].manifest.dataset_id)) continue;
    next.mutable_datasets()->DeleteSubrange(static_cast<int>(i), 1);
    ++erased;
  }
  if (erased < ids.size()) return UnknownDataset("There is no such dataset in the catalogue.");
  NoteRemovedLists(content.message(), today, next);
  return next;
}

absl::StatusOr<v1::CatalogueContent> WithNotice(const CheckedContent& content, const v1::Notice& notice) {
  RETURN_IF_ERROR(CheckNotice(notice));
  if (content.FindIncident(notice.incident_id()) != nullptr) {
    return Error(Reason::kIncidentExists, absl::StrCat("There is a notice of the incident \"", notice.incident_id(),
                                                       "\" already. Update that one."));
  }
  v1::CatalogueContent next = content.message();
  v1::Notice& added = *next.add_incidents();
  added = notice;
  added.set_version(1);
  added.clear_removed_lists();
  return next;
}

absl::StatusOr<v1::CatalogueContent> WithEditedNotice(const CheckedContent& content, const v1::Notice& notice) {
  RETURN_IF_ERROR(CheckNotice(notice));
  v1::CatalogueContent next = content.message();
  for (v1::Notice& edited : *next.mutable_incidents()) {
    if (edited.incident_id() != notice.incident_id()) continue;
    if (edited.version() != notice.version()) {
      return Error(Reason::kNoticeChanged,
                   absl::StrCat("The notice is at version ", edited.version(), ", but the edit was made from version ",
                                notice.version(), ". Read it again and repeat the edit."));
    }
    const v1::Notice published = edited;
    edited = notice;
    *edited.mutable_removed_lists() = published.removed_lists();
    edited.set_version(notice.version() + 1);
    RETURN_IF_ERROR(CheckDatasetsStay(content, next));
    return next;
  }
  return Error(Reason::kUnknownIncident,
               absl::StrCat("There is no notice of the incident \"", notice.incident_id(), "\". Publish it first."));
}

}  // namespace exposure::storage
