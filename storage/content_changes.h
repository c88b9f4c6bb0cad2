// The changes that a publisher makes to a catalogue's content, as pure functions: from a content to the next, or why
// not. Order is kept: what is new comes last, so that the same change gives the same bytes.
#ifndef EXPOSURE_STORAGE_CONTENT_CHANGES_H_
#define EXPOSURE_STORAGE_CONTENT_CHANGES_H_

#include <optional>
#include <set>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/dataset.h"
#include "exposure/v1/catalogue.pb.h"
#include "proto/rules/catalogue_content.h"
#include "storage/retention.h"

namespace exposure::storage {

// `today` is "2032-11-24". A list whose last dataset goes, with no other in its place, is noted in its notice with that
// date, until there is one again: people are told that it was removed, not that it is being prepared.

// Epochs, custodians and names as configured; incidents as they are; datasets of live epochs only.
v1::CatalogueContent WithConfiguration(const v1::CatalogueContent& content, const v1::CatalogueContent& configured,
                                       std::string_view today);

// A changed rule is a new scheme (protocol.md §1): the numbers of a published list would read differently, and be
// missed. Returns BAD_CONFIG for a configured scheme whose rule is not the one that a published dataset was sealed by.
absl::Status CheckRulesStay(const v1::CatalogueContent& content, const v1::CatalogueContent& configured);

// What can be said of a dataset before its rows are there. Returns BAD_MANIFEST, BAD_DATASET (its details do not add
// up), BAD_SIGNATURE, UNKNOWN_CUSTODIAN, REVOKED_CUSTODIAN, WRONG_FORCE, UNKNOWN_EPOCH, RETIRED_EPOCH,
// UNKNOWN_INCIDENT, UNKNOWN_SCHEME.
absl::StatusOr<CheckedDataset> CheckNewDataset(const CheckedContent& content, BytesView manifest, BytesView signature,
                                               std::string_view details);

// Adds a dataset with its dates, if it is not there, and takes out the one that it replaces. Returns as
// CheckNewDataset, DIFFERENCE_UNEXPLAINED, and UNKNOWN_DATASET unless `replaces` is published for the same incident and
// scheme.
absl::StatusOr<v1::CatalogueContent> WithDataset(const CheckedContent& content, const crypto::DatasetHead& head,
                                                 const std::optional<crypto::DatasetId>& replaces,
                                                 const KeepingDates& dates);

// Returns UNKNOWN_DATASET.
absl::StatusOr<v1::CatalogueContent> WithDates(const CheckedContent& content, const crypto::DatasetId& id,
                                               const KeepingDates& dates);

// Returns UNKNOWN_DATASET if one of them is not there.
absl::StatusOr<v1::CatalogueContent> WithoutDatasets(const CheckedContent& content,
                                                     const std::set<crypto::DatasetId>& ids, std::string_view today);

// Returns BAD_NOTICE, INCIDENT_EXISTS.
absl::StatusOr<v1::CatalogueContent> WithNotice(const CheckedContent& content, const v1::Notice& notice);

// Returns BAD_NOTICE (also if a published dataset would no longer belong to it), UNKNOWN_INCIDENT, NOTICE_CHANGED.
absl::StatusOr<v1::CatalogueContent> WithEditedNotice(const CheckedContent& content, const v1::Notice& notice);

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_CONTENT_CHANGES_H_
