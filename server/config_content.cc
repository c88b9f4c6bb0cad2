#include "server/config_content.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "crypto/bucket.h"
#include "crypto/epoch.h"
#include "proto/rules/canonical_rule.h"
#include "proto/rules/catalogue_content.h"
#include "proto/rules/notice_rules.h"
#include "server/keys.h"

namespace exposure::server {
namespace {

using config::v1::CustodianConfig;
using config::v1::EpochConfig;

// The evaluators' public files; nothing if one of them cannot be used.
std::optional<std::vector<crypto::EvaluatorEntry>> ReadEvaluators(const EpochConfig& config, const Place& place) {
  std::vector<crypto::EvaluatorEntry> entries;
  for (int i = 0; i < config.evaluator_files_size(); ++i) {
    absl::StatusOr<crypto::EvaluatorEntry> entry = ReadEvaluatorPublic(config.evaluator_files(i));
    if (entry.ok()) {
      entries.push_back(*entry);
    } else {
      place.Report("evaluator_files", i, Message(entry.status()),
                   "exposure keys generate evaluator writes a key and its public file");
    }
  }
  if (config.evaluator_files_size() == 0) {
    place.Report("evaluator_files", -1, "an epoch needs at least one evaluator.",
                 "name the public file that exposure keys generate evaluator wrote");
  }
  const int addresses = config.evaluator_addresses_size();
  if (addresses != 0 && addresses != config.evaluator_files_size()) {
    place.Report("evaluator_addresses", 0, "needs one address for each of evaluator_files, or none at all.",
                 "list them in the same order, \"\" for this server");
  }
  if (entries.empty() || static_cast<int>(entries.size()) != config.evaluator_files_size()) return std::nullopt;
  return entries;
}

void CheckScope(const EpochConfig& config, const Place& place) {
  for (int i = 0; i < config.schemes_size(); ++i) {
    const v1::Scheme& scheme = config.schemes(i);
    const Place at = place.Nested("schemes", i);
    if (!IsToken(scheme.force())) at.Report("force", -1, "must be 1 to 32 of a-z, 0-9 and -.");
    if (!IsToken(scheme.name())) at.Report("name", -1, "must be 1 to 32 of a-z, 0-9 and -.");
    if (scheme.population() == 0) at.Report("population", -1, "must say how many people hold such a number.");
    if (scheme.label().en().empty()) at.Report("label", -1, "must name the kind of number in English: label.en.");
    if (scheme.force_name().en().empty()) at.Report("force_name", -1, "must name the force in English: force_name.en.");
    if (scheme.force() != config.schemes(0).force()) {
      at.Report("force", -1, "is a second force in one epoch: who may ask about one could enumerate the other.",
                "make another epoch, with a key of its own, for it");
    }
  }
  if (config.schemes_size() == 0) place.Report("schemes", -1, "an epoch needs at least one scheme.");
  if (config.min_people() != 0 && config.min_people() < crypto::kMinPeople) {
    place.Report("min_people", -1, absl::StrCat("must be at least ", crypto::kMinPeople, "."),
                 "leave it out: 100 people share what a fetch reveals");
  }
}

void FillEpoch(const EpochConfig& config, const std::vector<crypto::EvaluatorEntry>& entries, const Place& place,
               v1::Epoch& epoch) {
  for (size_t i = 0; i < entries.size(); ++i) {
    v1::Evaluator& evaluator = *epoch.add_evaluators();
    evaluator.set_index(entries[i].index);
    evaluator.set_public_key(ToString(entries[i].public_key));
    evaluator.set_possession_element(ToString(entries[i].possession_element));
    evaluator.set_possession_proof(ToString(entries[i].possession_proof));
    if (static_cast<int>(i) < config.evaluator_addresses_size()) {
      evaluator.set_address(config.evaluator_addresses(static_cast<int>(i)));
    }
  }
  const absl::StatusOr<crypto::Element> combined = crypto::CombinePublicKeys(entries);
  if (!combined.ok()) return place.Report("evaluator_files", 0, Message(combined.status()));
  epoch.set_epoch_id(ToString(crypto::DeriveEpochId(*combined)));
  epoch.set_public_key(ToString(combined->bytes()));
  epoch.set_bucket_bits(config.bucket_bits());
  epoch.set_min_people(config.min_people() == 0 ? crypto::kMinPeople : config.min_people());
  epoch.set_fetch_bits(config.fetch_bits());
  epoch.set_rule(v1::EVALUATOR_RULE_ADDITIVE);
  *epoch.mutable_schemes() = config.schemes();
  epoch.set_state(config.retired() ? v1::EPOCH_STATE_RETIRED : v1::EPOCH_STATE_LIVE);
}

// The canonical rule that clients refuse, or whatever else they refuse of the schemes.
void ReportSchemes(const absl::Status& status, const EpochConfig& config, const Place& place) {
  for (int i = 0; i < config.schemes_size(); ++i) {
    const absl::Status rule = CheckCanonicalRule(config.schemes(i).rule());
    if (!rule.ok()) return place.Nested("schemes", i).Report("rule", -1, Message(rule));
  }
  place.Report("schemes", 0, Message(status));
}

// The field that a client's refusal of an epoch is about, and what mends it.
void ReportEpoch(const absl::Status& status, const EpochConfig& config, const Place& place) {
  switch (ReasonOf(status).value_or(Reason::kBadEpoch)) {
    case Reason::kBadBucketBits:
      return place.Report("bucket_bits", -1, Message(status));
    case Reason::kFetchBitsTooLarge:
      return place.Report("fetch_bits", -1, Message(status), "lower it to what is allowed");
    case Reason::kDuplicateEvaluator:
    case Reason::kBadPossession:
    case Reason::kBadElement:
      return place.Report("evaluator_files", 0, Message(status), "write the public file again from its key");
    default:
      return ReportSchemes(status, config, place);
  }
}

void AddEpoch(const EpochConfig& config, const Place& place, v1::CatalogueContent& content) {
  const std::optional<std::vector<crypto::EvaluatorEntry>> entries = ReadEvaluators(config, place);
  CheckScope(config, place);
  if (!entries) return;
  v1::CatalogueContent alone;
  FillEpoch(config, *entries, place, *alone.add_epochs());
  const v1::Epoch& epoch = alone.epochs(0);
  for (const v1::Epoch& other : content.epochs()) {
    if (other.epoch_id() == epoch.epoch_id()) {
      return place.Report("evaluator_files", 0, "are the keys of another epoch of this file.",
                          "an epoch has keys of its own: exposure keys generate evaluator");
    }
  }
  const absl::StatusOr<CheckedContent> checked = CheckedContent::Parse(alone.SerializeAsString());
  if (checked.ok() && !checked->epochs()[0].status.ok()) ReportEpoch(checked->epochs()[0].status, config, place);
  *content.add_epochs() = epoch;
}

void AddCustodian(const CustodianConfig& config, const Place& place, v1::CatalogueContent& content) {
  v1::Custodian& custodian = *content.add_custodians();
  custodian.set_name(config.name());
  custodian.set_force(config.force());
  custodian.set_valid_from(config.valid_from());
  custodian.set_valid_until(config.valid_until() == 0 ? UINT64_MAX : config.valid_until());
  custodian.set_revoked(config.revoked());
  if (config.name().empty()) place.Report("name", -1, "must say who it is, for people.");
  if (!IsToken(config.force())) place.Report("force", -1, "must be 1 to 32 of a-z, 0-9 and -.");
  if (custodian.valid_until() <= custodian.valid_from()) place.Report("valid_until", -1, "is not after valid_from.");
  for (int i = 0; i < config.still_good_size(); ++i) {
    const std::optional<ByteArray<16>> id = ArrayFromHex<16>(config.still_good(i));
    if (id) {
      custodian.add_still_good(ToString(*id));
    } else {
      place.Report("still_good", i, "must be a dataset's id: 32 hexadecimal digits.");
    }
  }
  if (!place.Needs("public_key_file", config.public_key_file())) return;
  const absl::StatusOr<crypto::PublicKey> key = ReadSigningPublic(config.public_key_file(), "custodian");
  if (!key.ok()) {
    return place.Report("public_key_file", -1, Message(key.status()),
                        "ask the custodian for the public file that exposure keys generate custodian wrote");
  }
  custodian.set_public_key(ToString(*key));
  for (int i = 0; i + 1 < content.custodians_size(); ++i) {
    if (content.custodians(i).public_key() == custodian.public_key()) {
      place.Report("public_key_file", -1, "is the key of another custodian of this file.");
    }
  }
}

}  // namespace

v1::CatalogueContent BuildContent(const config::v1::ServerConfig& settings, const Place& file) {
  v1::CatalogueContent content;
  content.set_service_name(settings.service_name());
  for (int i = 0; i < settings.epochs_size(); ++i) AddEpoch(settings.epochs(i), file.Nested("epochs", i), content);
  for (int i = 0; i < settings.custodians_size(); ++i) {
    AddCustodian(settings.custodians(i), file.Nested("custodians", i), content);
  }
  return content;
}

const v1::Epoch* EpochOfKey(const v1::CatalogueContent& content, const crypto::Element& public_key) {
  for (const v1::Epoch& epoch : content.epochs()) {
    for (const v1::Evaluator& evaluator : epoch.evaluators()) {
      if (ToArray<32>(evaluator.public_key()) == public_key.bytes()) return &epoch;
    }
  }
  return nullptr;
}

}  // namespace exposure::server
