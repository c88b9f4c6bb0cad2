#include "tests/support/dataset_builder.h"

#include <algorithm>
#include <vector>

#include "crypto/hash.h"
#include "exposure/v1/notice.pb.h"

namespace exposure::testing {
namespace {

crypto::Secret Seed(uint8_t variant) { return crypto::Secret(std::vector<uint8_t>(32, variant)); }

crypto::RecordContent Content(uint32_t i) {
  crypto::RecordContent content;
  content.categories.Set(static_cast<int>(i % 64), crypto::State::kExposed);
  return content;
}

std::string Details(const DatasetSpec& spec) {
  v1::DatasetDetails details;
  details.set_incident_id(spec.incident);
  details.mutable_mapping()->set_force(spec.force);
  details.mutable_mapping()->set_scheme(spec.scheme);
  details.mutable_mapping()->set_declared_people(spec.declared_people);
  details.set_difference_explained(spec.difference_explained);
  return details.SerializeAsString();
}

// A proof that the holder of the test's evaluator key made once: each one made is another, and contents shall not
// change.
constexpr char kPossessionProof[] =
    "df9da3f62b77b7e7a810c7d1240c5fad1677cb57073a9644ce5f8d1c8159b80b"
    "9a42cf6f9f2fc1b52d70232df033476fe935ca92840550f079598e264e401b07";

v1::Scheme* AddScheme(const std::string& name, v1::Epoch& epoch) {
  v1::Scheme* scheme = epoch.add_schemes();
  scheme->set_force("met");
  scheme->set_name(name);
  scheme->set_population(3000);
  v1::CanonicalRule& rule = *scheme->mutable_rule();
  rule.set_max_letters(1);
  rule.set_min_digits(6);
  rule.set_max_digits(6);
  return scheme;
}

}  // namespace

crypto::Output MadeUpOutput(uint8_t variant, uint32_t i) {
  ByteArray<5> name{variant};
  StoreBigEndian(i, name.data() + 1);
  crypto::Output output;
  const auto hash = crypto::Sha512({AsBytes("made-up output"), name});
  std::copy(hash.Reveal().begin(), hash.Reveal().end(), output.RevealMutable().begin());
  return output;
}

BuiltDataset Resign(BuiltDataset dataset, const crypto::SigningKey& custodian) {
  const std::string buckets = dataset.file.substr(dataset.head.buckets_offset());
  crypto::DatasetHead& head = dataset.head;
  head.manifest.details_hash = crypto::DetailsHash(AsBytes(head.details));
  const crypto::KeyId signer = crypto::DeriveKeyId(custodian.public_key());
  std::copy_n(signer.begin(), head.manifest.signer.size(), head.manifest.signer.begin());
  head.manifest_bytes = crypto::Encode(head.manifest);
  head.signature = custodian.Sign(crypto::kManifestLabel, head.manifest_bytes);
  dataset.file = crypto::EncodeDatasetHead(head.manifest_bytes, head.signature, head.details) + buckets;
  return dataset;
}

BuiltDataset WithDetails(BuiltDataset dataset, const std::function<void(v1::DatasetDetails&)>& edit,
                         const crypto::SigningKey& custodian) {
  v1::DatasetDetails details;
  details.ParseFromString(dataset.head.details);
  edit(details);
  const std::string buckets = dataset.file.substr(dataset.head.buckets_offset());
  dataset.head.details = details.SerializeAsString();
  dataset.file = std::string(dataset.head.buckets_offset(), '\0') + buckets;
  return Resign(std::move(dataset), custodian);
}

BuiltDataset BuildDataset(const DatasetSpec& spec, const crypto::EpochId& epoch_id,
                          const crypto::SigningKey& custodian) {
  const crypto::Secret seed = Seed(spec.variant);
  BuiltDataset built;
  crypto::Manifest& manifest = built.head.manifest;
  built.head.details = Details(spec);
  manifest.epoch_id = epoch_id;
  manifest.salt = crypto::DeriveSalt(seed, epoch_id, crypto::Sha256({AsBytes(built.head.details)}));
  manifest.dataset_id = crypto::DeriveDatasetId(epoch_id, manifest.salt);
  manifest.bucket_bits = static_cast<uint8_t>(spec.bucket_bits);

  std::vector<crypto::PlacedRow> rows;
  for (uint32_t i = 0; i < spec.records; ++i) {
    const crypto::Output f = MadeUpOutput(spec.variant, i);
    const uint32_t index = crypto::BucketIndex(f, epoch_id, spec.bucket_bits);
    const crypto::RecordKeys keys = crypto::DeriveRecordKeys(f, epoch_id, manifest.dataset_id, manifest.salt);
    rows.push_back(
        {index, crypto::SealRow(keys, {epoch_id, manifest.dataset_id, spec.bucket_bits, index}, Content(i))});
  }
  const crypto::Buckets buckets = crypto::BuildBuckets(rows, spec.bucket_bits, manifest.dataset_id, seed).value();
  manifest.rows_per_bucket = buckets.rows_per_bucket;
  manifest.root = buckets.root;
  manifest.records = manifest.rows_indexed = manifest.rows_read = spec.records;
  manifest.sealed_at = spec.sealed_at;
  built.file = std::string(built.head.buckets_offset(), '\0') + buckets.bytes;
  return Resign(std::move(built), custodian);
}

TestForce::TestForce() : custodian_(crypto::SigningKey::Decode(std::vector<uint8_t>(32, 7)).value()) {
  ByteArray<32> scalar{3};
  const crypto::EvaluatorKey key = crypto::EvaluatorKey::Decode(scalar).value();
  const crypto::EvaluatorEntry entry = crypto::MakeEvaluatorEntry(key, 1).value();
  epoch_id_ = crypto::DeriveEpochId(key.public_key());

  v1::Epoch& epoch = *configured_.add_epochs();
  epoch.set_epoch_id(ToString(epoch_id_));
  epoch.set_public_key(ToString(entry.public_key));
  epoch.set_bucket_bits(4);
  epoch.set_min_people(100);
  epoch.set_fetch_bits(4);
  epoch.set_rule(v1::EVALUATOR_RULE_ADDITIVE);
  epoch.set_state(v1::EPOCH_STATE_LIVE);
  v1::Evaluator& evaluator = *epoch.add_evaluators();
  evaluator.set_index(1);
  evaluator.set_public_key(ToString(entry.public_key));
  evaluator.set_possession_element(ToString(entry.possession_element));
  evaluator.set_possession_proof(FromHex(kPossessionProof).value());
  AddScheme("pay", epoch);
  AddScheme("warrant", epoch);

  v1::Custodian& custodian = *configured_.add_custodians();
  custodian.set_name("Metropolitan Police, breach response");
  custodian.set_force("met");
  custodian.set_public_key(ToString(custodian_.public_key()));
  custodian.set_valid_until(UINT64_MAX);
  configured_.set_service_name("Test service");
}

v1::Notice TestForce::Notice(const std::string& incident) {
  v1::Notice notice;
  notice.set_incident_id(incident);
  notice.set_force("met");
  notice.set_kind(v1::INCIDENT_KIND_UNAUTHORISED_ACCESS);
  notice.set_status(v1::INCIDENT_STATUS_CONFIRMED);
  notice.set_as_at("2023-08-26");
  notice.set_checkability(v1::CHECKABILITY_BY_NUMBER);
  notice.add_schemes("met/pay");
  notice.add_schemes("met/warrant");
  notice.mutable_title()->set_en("A supplier breach, August 2023");
  for (v1::Text* text :
       {notice.mutable_status_text(), notice.mutable_what_happened(), notice.mutable_responsible_body(),
        notice.mutable_likely_consequences(), notice.mutable_measures(), notice.mutable_urgent(),
        notice.mutable_how_to_dispute(), notice.add_what_to_do_now()}) {
    text->set_en("Made up.");
  }
  return notice;
}

}  // namespace exposure::testing
