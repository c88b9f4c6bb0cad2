// A catalogue's content, read from its signed bytes and checked entry by entry. A bad entry is refused by itself: its
// `status` says why, and everything that depends on it gets no answer; notices stay readable.
#ifndef EXPOSURE_PROTO_RULES_CATALOGUE_CONTENT_H_
#define EXPOSURE_PROTO_RULES_CATALOGUE_CONTENT_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/bodies.h"
#include "crypto/bucket.h"
#include "crypto/epoch.h"
#include "exposure/v1/catalogue.pb.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure {

struct CheckedEpoch {
  // OK, or why clients refuse it: UNKNOWN_RULE, DUPLICATE_EVALUATOR, BAD_KEY_SUM, BAD_POSSESSION, BAD_EPOCH,
  // BAD_BUCKET_BITS, FETCH_BITS_TOO_LARGE (more than protocol.md §3 allows for its smallest population and k).
  absl::Status status;
  crypto::EpochId id{};
  std::vector<crypto::Element> evaluators;  // public keys, in the order of the message
  const v1::Epoch* message = nullptr;       // owned by CheckedContent

  bool live() const { return message->state() == v1::EPOCH_STATE_LIVE; }
  // The scope's entry for force/scheme, or null.
  const v1::Scheme* FindScheme(std::string_view force, std::string_view name) const;
};

struct CheckedDataset {
  // OK, or why it is refused: BAD_MANIFEST, BAD_SIGNATURE, UNKNOWN_CUSTODIAN, REVOKED_CUSTODIAN, WRONG_FORCE,
  // UNKNOWN_EPOCH, BAD_BUCKET_BITS (B is not the epoch's), WRONG_INCIDENT (entry, details and notice disagree),
  // UNKNOWN_SCHEME (not in the epoch's scope).
  absl::Status status;
  crypto::Manifest manifest;
  v1::DatasetDetails details;
  const CheckedEpoch* epoch = nullptr;  // null where unknown
  const v1::Dataset* message = nullptr;
};

class CheckedContent {
 public:
  // Returns CATALOGUE_MALFORMED if it does not parse, or names an incident, epoch or dataset twice.
  static absl::StatusOr<CheckedContent> Parse(std::string_view content);

  CheckedContent(CheckedContent&&) = default;
  CheckedContent& operator=(CheckedContent&&) = default;

  const v1::CatalogueContent& message() const { return *message_; }
  const std::vector<CheckedEpoch>& epochs() const { return epochs_; }
  const std::vector<CheckedDataset>& datasets() const { return datasets_; }

  const CheckedEpoch* FindEpoch(BytesView epoch_id) const;
  const v1::Notice* FindIncident(std::string_view incident_id) const;
  const CheckedDataset* FindDataset(BytesView dataset_id) const;
  // Those of an epoch, in the order of the catalogue: what a fetch returns.
  std::vector<const CheckedDataset*> DatasetsOf(BytesView epoch_id) const;
  // The first live epoch's entry for force/scheme, or null.
  const v1::Scheme* FindScheme(std::string_view force, std::string_view name) const;

 private:
  CheckedContent() = default;

  std::unique_ptr<v1::CatalogueContent> message_;  // stable addresses for the pointers above
  std::vector<CheckedEpoch> epochs_;
  std::vector<CheckedDataset> datasets_;
};

// Checks a manifest and its signer against a content: what the service asks before an upload, and a client of every
// dataset. Returns as CheckedDataset::status; UNKNOWN_INCIDENT where the content has no such notice.
absl::StatusOr<CheckedDataset> CheckDataset(const CheckedContent& content, BytesView manifest, BytesView signature,
                                            std::string_view details, std::string_view incident_id);

}  // namespace exposure

#endif  // EXPOSURE_PROTO_RULES_CATALOGUE_CONTENT_H_
