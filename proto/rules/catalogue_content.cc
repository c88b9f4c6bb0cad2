#include "proto/rules/catalogue_content.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/dataset.h"
#include "proto/rules/canonical_rule.h"
#include "proto/rules/notice_rules.h"

namespace exposure {
namespace {

using crypto::Manifest;

absl::Status BadEpoch(std::string_view what) { return Error(Reason::kBadEpoch, "The epoch " + std::string(what)); }

absl::StatusOr<std::vector<crypto::EvaluatorEntry>> ReadEvaluators(const v1::Epoch& epoch) {
  std::vector<crypto::EvaluatorEntry> entries;
  for (const v1::Evaluator& evaluator : epoch.evaluators()) {
    const auto key = ToArray<32>(evaluator.public_key());
    const auto element = ToArray<32>(evaluator.possession_element());
    const auto proof = ToArray<64>(evaluator.possession_proof());
    if (!key || !element || !proof) return BadEpoch("has an evaluator with a field of the wrong length.");
    entries.push_back({evaluator.index(), *key, *element, *proof});
  }
  return entries;
}

// B and fetch_bits against what the population allows: the client computes it itself.
absl::Status CheckBits(const v1::Epoch& epoch) {
  if (epoch.bucket_bits() > crypto::kMaxBucketBits) {
    return Error(Reason::kBadBucketBits, "The epoch has more than 24 bucket bits.");
  }
  uint64_t smallest = UINT64_MAX;
  for (const v1::Scheme& scheme : epoch.schemes()) smallest = std::min(smallest, scheme.population());
  const uint32_t min_people = std::max(epoch.min_people(), crypto::kMinPeople);
  const int allowed = std::min(crypto::FetchBits(smallest, min_people), crypto::kMaxFetchBits);
  if (epoch.fetch_bits() > epoch.bucket_bits() || epoch.fetch_bits() > static_cast<uint32_t>(allowed)) {
    return Error(Reason::kFetchBitsTooLarge,
                 absl::StrCat("The epoch lets a fetch reveal ", epoch.fetch_bits(), " bits; at most ",
                              std::min<uint32_t>(allowed, epoch.bucket_bits()), " are allowed for its population."));
  }
  return absl::OkStatus();
}

absl::Status CheckSchemes(const v1::Epoch& epoch) {
  if (epoch.schemes_size() == 0) return BadEpoch("has no scheme in its scope.");
  std::set<std::pair<std::string, std::string>> seen;
  for (const v1::Scheme& scheme : epoch.schemes()) {
    if (!IsToken(scheme.force()) || !IsToken(scheme.name())) return BadEpoch("has a scheme with a bad name.");
    if (!seen.insert({scheme.force(), scheme.name()}).second) return BadEpoch("has a scheme twice.");
    RETURN_IF_ERROR(CheckCanonicalRule(scheme.rule()));
  }
  return absl::OkStatus();
}

absl::Status FillEpoch(CheckedEpoch& checked) {
  const v1::Epoch& epoch = *checked.message;
  const auto public_key = ToArray<32>(epoch.public_key());
  if (!public_key) return BadEpoch("has a key of the wrong length.");
  if (epoch.state() != v1::EPOCH_STATE_LIVE && epoch.state() != v1::EPOCH_STATE_RETIRED) {
    return BadEpoch("is in a state that this version does not know.");
  }
  ASSIGN_OR_RETURN(const std::vector<crypto::EvaluatorEntry> entries, ReadEvaluators(epoch));
  ASSIGN_OR_RETURN(checked.evaluators, crypto::CheckEvaluators(*public_key, epoch.rule(), entries));
  ASSIGN_OR_RETURN(const crypto::Element combined, crypto::Element::Decode(*public_key));
  if (crypto::DeriveEpochId(combined) != checked.id) return BadEpoch("has an id that is not that of its key.");
  RETURN_IF_ERROR(CheckSchemes(epoch));
  return CheckBits(epoch);
}

// Who signed it, and whether they might.
absl::Status CheckSigner(const CheckedContent& content, const Manifest& manifest, BytesView manifest_bytes,
                         const crypto::Signature& signature, std::string_view force) {
  for (const v1::Custodian& custodian : content.message().custodians()) {
    const auto key = ToArray<32>(custodian.public_key());
    if (!key) continue;
    const crypto::KeyId id = crypto::DeriveKeyId(*key);
    if (!std::equal(manifest.signer.begin(), manifest.signer.end(), id.begin())) continue;

    RETURN_IF_ERROR(crypto::VerifySignature(*key, crypto::kManifestLabel, manifest_bytes, signature));
    if (custodian.force() != force) {
      return Error(Reason::kWrongForce, "The dataset is signed by the custodian of another force.");
    }
    const bool still_good =
        std::any_of(custodian.still_good().begin(), custodian.still_good().end(),
                    [&](const std::string& good) { return ToArray<16>(good) == manifest.dataset_id; });
    if (custodian.revoked() && !still_good) {
      return Error(Reason::kRevokedCustodian, "The dataset is signed with a custodian's key that was revoked.");
    }
    if (manifest.sealed_at < custodian.valid_from() || manifest.sealed_at > custodian.valid_until()) {
      return Error(Reason::kRevokedCustodian, "The dataset was sealed when its custodian's key was not valid.");
    }
    return absl::OkStatus();
  }
  return Error(Reason::kUnknownCustodian, "The dataset is not signed by a custodian that the catalogue names.");
}

absl::Status FillDataset(const CheckedContent& content, BytesView manifest_bytes, BytesView signature_bytes,
                         std::string_view details, std::string_view incident_id, CheckedDataset& checked) {
  ASSIGN_OR_RETURN(checked.manifest, crypto::DecodeManifest(manifest_bytes));
  const Manifest& manifest = checked.manifest;
  const auto signature = ToArray<64>(signature_bytes);
  if (!signature) return Error(Reason::kBadManifest, "A manifest's signature has 64 bytes.");
  if (details.size() > crypto::kMaxDetails || crypto::DetailsHash(AsBytes(details)) != manifest.details_hash ||
      !checked.details.ParseFromArray(details.data(), static_cast<int>(details.size()))) {
    return Error(Reason::kBadManifest, "The dataset's details are not those of its manifest.");
  }
  const v1::Mapping& mapping = checked.details.mapping();
  const v1::Notice* notice = content.FindIncident(incident_id);
  if (notice == nullptr) {
    return Error(Reason::kUnknownIncident, "There is no notice of the dataset's incident. Publish the notice first.");
  }
  const std::string scheme = absl::StrCat(mapping.force(), "/", mapping.scheme());
  if (checked.details.incident_id() != incident_id || notice->force() != mapping.force() ||
      std::find(notice->schemes().begin(), notice->schemes().end(), scheme) == notice->schemes().end()) {
    return Error(
        Reason::kWrongIncident,
        absl::StrCat("The dataset is not of this incident, or the notice does not name its scheme \"", scheme, "\"."));
  }
  checked.epoch = content.FindEpoch(manifest.epoch_id);
  if (checked.epoch == nullptr) return Error(Reason::kUnknownEpoch, "The dataset is of an epoch that is not here.");
  if (!checked.epoch->live()) {
    return Error(Reason::kRetiredEpoch, "The dataset is of an epoch that is retired. Seal again for a live one.");
  }
  RETURN_IF_ERROR(checked.epoch->status);
  if (manifest.bucket_bits != checked.epoch->message->bucket_bits()) {
    return Error(Reason::kBadBucketBits, "The dataset has another number of bucket bits than its epoch.");
  }
  if (checked.epoch->FindScheme(mapping.force(), mapping.scheme()) == nullptr) {
    return Error(Reason::kUnknownScheme, absl::StrCat("The epoch's scope does not hold the scheme \"", scheme, "\"."));
  }
  return CheckSigner(content, manifest, manifest_bytes, *signature, mapping.force());
}

}  // namespace

const v1::Scheme* CheckedEpoch::FindScheme(std::string_view force, std::string_view name) const {
  for (const v1::Scheme& scheme : message->schemes()) {
    if (scheme.force() == force && scheme.name() == name) return &scheme;
  }
  return nullptr;
}

absl::StatusOr<CheckedContent> CheckedContent::Parse(std::string_view bytes) {
  CheckedContent content;
  content.message_ = std::make_unique<v1::CatalogueContent>();
  v1::CatalogueContent& message = *content.message_;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Error(Reason::kCatalogueMalformed, "The catalogue's content does not parse.");
  }
  std::set<std::string> incidents;
  for (const v1::Notice& notice : message.incidents()) {
    if (!IsIncidentId(notice.incident_id()) || !incidents.insert(notice.incident_id()).second) {
      return Error(Reason::kCatalogueMalformed, "The catalogue names an incident twice, or by a bad name.");
    }
  }
  content.epochs_.reserve(static_cast<size_t>(message.epochs_size()));  // FindEpoch's pointers stay good
  for (const v1::Epoch& epoch : message.epochs()) {
    const auto id = ToArray<16>(epoch.epoch_id());
    if (!id || content.FindEpoch(*id) != nullptr) {
      return Error(Reason::kCatalogueMalformed, "The catalogue names an epoch twice, or by a bad id.");
    }
    CheckedEpoch& checked = content.epochs_.emplace_back();
    checked.id = *id;
    checked.message = &epoch;
    checked.status = FillEpoch(checked);
  }
  content.datasets_.reserve(static_cast<size_t>(message.datasets_size()));
  for (const v1::Dataset& dataset : message.datasets()) {
    CheckedDataset checked;
    checked.message = &dataset;
    checked.status = FillDataset(content, AsBytes(dataset.manifest()), AsBytes(dataset.signature()), dataset.details(),
                                 dataset.incident_id(), checked);
    if (checked.status.ok() && content.FindDataset(checked.manifest.dataset_id) != nullptr) {
      return Error(Reason::kCatalogueMalformed, "The catalogue names a dataset twice.");
    }
    content.datasets_.push_back(std::move(checked));
  }
  return content;
}

const CheckedEpoch* CheckedContent::FindEpoch(BytesView epoch_id) const {
  for (const CheckedEpoch& epoch : epochs_) {
    if (std::equal(epoch_id.begin(), epoch_id.end(), epoch.id.begin(), epoch.id.end())) return &epoch;
  }
  return nullptr;
}

const v1::Notice* CheckedContent::FindIncident(std::string_view incident_id) const {
  for (const v1::Notice& notice : message_->incidents()) {
    if (notice.incident_id() == incident_id) return &notice;
  }
  return nullptr;
}

const CheckedDataset* CheckedContent::FindDataset(BytesView dataset_id) const {
  for (const CheckedDataset& dataset : datasets_) {
    const crypto::DatasetId& id = dataset.manifest.dataset_id;
    if (std::equal(dataset_id.begin(), dataset_id.end(), id.begin(), id.end())) return &dataset;
  }
  return nullptr;
}

std::vector<const CheckedDataset*> CheckedContent::DatasetsOf(BytesView epoch_id) const {
  std::vector<const CheckedDataset*> out;
  for (const CheckedDataset& dataset : datasets_) {
    const crypto::EpochId& id = dataset.manifest.epoch_id;
    if (std::equal(epoch_id.begin(), epoch_id.end(), id.begin(), id.end())) out.push_back(&dataset);
  }
  return out;
}

const v1::Scheme* CheckedContent::FindScheme(std::string_view force, std::string_view name) const {
  for (const CheckedEpoch& epoch : epochs_) {
    if (!epoch.live()) continue;
    if (const v1::Scheme* scheme = epoch.FindScheme(force, name); scheme != nullptr) return scheme;
  }
  return nullptr;
}

absl::StatusOr<CheckedDataset> CheckDataset(const CheckedContent& content, BytesView manifest, BytesView signature,
                                            std::string_view details, std::string_view incident_id) {
  CheckedDataset checked;
  RETURN_IF_ERROR(FillDataset(content, manifest, signature, details, incident_id, checked));
  return checked;
}

}  // namespace exposure
