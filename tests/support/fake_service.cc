#include "tests/support/fake_service.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bucket.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure::testing {
namespace {

using crypto::Element;

constexpr size_t kPiece = 4096;  // bytes of a download's pieces, small so that there are several

std::string DetailsFor(const std::string& incident_id, const std::string& force, const std::string& scheme,
                       size_t people) {
  v1::DatasetDetails details;
  details.set_incident_id(incident_id);
  details.mutable_mapping()->set_force(force);
  details.mutable_mapping()->set_scheme(scheme);
  details.mutable_mapping()->set_declared_people(people + 3);
  v1::ColumnMapping* column = details.mutable_mapping()->add_columns();
  column->set_column("Rank");
  column->set_category(v1::CATEGORY_RANK_OR_GRADE);
  details.set_as_at("2023-09-02");
  details.set_difference_explained("3 rows could not be read");
  return details.SerializeAsString();
}

// Each evaluator has its own.
std::string GrantOf(const std::string& address) { return std::string(16, address.empty() ? '1' : address.back()); }

}  // namespace

FakeService::FakeService() { Delegate(1, now - 3600, now + 80 * 24 * 3600); }

void FakeService::Delegate(uint64_t serial, uint64_t not_before, uint64_t not_after) {
  delegation_ = ToString(crypto::Encode(crypto::Delegation{serial, not_before, not_after, online.public_key()}));
  delegation_signature_ = ToString(root.Sign(crypto::kDelegationLabel, AsBytes(delegation_)));
}

v1::Scheme FakeService::MakeScheme(const std::string& force, const std::string& name, uint64_t population,
                                   uint32_t letters, uint32_t digits) {
  v1::Scheme scheme;
  scheme.set_force(force);
  scheme.set_name(name);
  scheme.set_population(population);
  scheme.mutable_rule()->set_min_letters(letters);
  scheme.mutable_rule()->set_max_letters(letters);
  scheme.mutable_rule()->set_min_digits(digits);
  scheme.mutable_rule()->set_max_digits(digits);
  scheme.mutable_label()->set_en(name + " number");
  return scheme;
}

crypto::EpochId FakeService::AddEpoch(const std::vector<v1::Scheme>& schemes, int bucket_bits, int fetch_bits,
                                      int evaluators) {
  std::vector<crypto::EvaluatorKey> shares;
  std::vector<crypto::EvaluatorEntry> entries;
  v1::Epoch& epoch = *content.add_epochs();
  for (int i = 1; i <= evaluators; ++i) {
    shares.push_back(crypto::EvaluatorKey::Generate().value());
    const crypto::EvaluatorEntry entry = crypto::MakeEvaluatorEntry(shares.back(), static_cast<uint32_t>(i)).value();
    v1::Evaluator& listed = *epoch.add_evaluators();
    listed.set_index(entry.index);
    listed.set_public_key(ToString(entry.public_key));
    listed.set_possession_element(ToString(entry.possession_element));
    listed.set_possession_proof(ToString(entry.possession_proof));
    if (i > 1) listed.set_address(absl::StrCat("evaluator-", i));
    entries.push_back(entry);
  }
  const Element combined = crypto::CombinePublicKeys(entries).value();
  const crypto::EpochId id = crypto::DeriveEpochId(combined);
  epoch.set_epoch_id(ToString(id));
  epoch.set_public_key(ToString(combined.bytes()));
  epoch.set_bucket_bits(static_cast<uint32_t>(bucket_bits));
  epoch.set_fetch_bits(static_cast<uint32_t>(fetch_bits));
  epoch.set_min_people(crypto::kMinPeople);
  epoch.set_rule(v1::EVALUATOR_RULE_ADDITIVE);
  epoch.set_state(v1::EPOCH_STATE_LIVE);
  for (const v1::Scheme& scheme : schemes) {
    *epoch.add_schemes() = scheme;
    if (!custodians.contains(scheme.force())) {
      const auto [custodian, added] = custodians.emplace(scheme.force(), crypto::SigningKey::Generate());
      v1::Custodian& listed = *content.add_custodians();
      listed.set_name(scheme.force());
      listed.set_force(scheme.force());
      listed.set_public_key(ToString(custodian->second.public_key()));
      listed.set_valid_until(UINT64_MAX);
    }
  }
  keys.emplace(id, std::move(shares));
  return id;
}

crypto::Output FakeService::Finalised(const crypto::EpochId& epoch_id, const std::string& input) const {
  const Element point = Element::HashFrom(AsBytes(input)).value();
  std::optional<Element> sum;
  for (const crypto::EvaluatorKey& key : keys.at(epoch_id)) {
    const Element share = crypto::Multiply(crypto::Scalar::Decode(key.Reveal()).value(), point).value();
    sum = sum ? crypto::Add(*sum, share).value() : share;
  }
  return crypto::FinalizeHash(AsBytes(input), *sum);
}

crypto::DatasetId FakeService::AddDataset(const crypto::EpochId& epoch_id, const std::string& incident_id,
                                          const std::string& force, const std::string& scheme, const People& people,
                                          std::optional<int> bucket_bits) {
  const int bits = bucket_bits.value_or(static_cast<int>(FindEpoch(ToString(epoch_id))->bucket_bits()));
  const crypto::Secret seed = crypto::Secret::Random(32);
  crypto::RowsDigest digest;
  for (const auto& [number, record] : people) {
    EXPECT_TRUE(digest.Add(absl::StrCat("exposure/v1/", force, "/", scheme, "/", number), record).ok());
  }
  crypto::Manifest manifest;
  manifest.salt = crypto::DeriveSalt(seed, epoch_id, digest.Finish());
  manifest.dataset_id = crypto::DeriveDatasetId(epoch_id, manifest.salt);
  std::vector<crypto::PlacedRow> rows;
  for (const auto& [number, record] : people) {
    const crypto::Output f = Finalised(epoch_id, absl::StrCat("exposure/v1/", force, "/", scheme, "/", number));
    const uint32_t index = crypto::BucketIndex(f, epoch_id, bits);
    const crypto::RecordKeys record_keys = crypto::DeriveRecordKeys(f, epoch_id, manifest.dataset_id, manifest.salt);
    rows.push_back({index, crypto::SealRow(record_keys, {epoch_id, manifest.dataset_id, bits, index}, record)});
  }
  const crypto::Buckets buckets = crypto::BuildBuckets(rows, bits, manifest.dataset_id, seed).value();
  const std::string details = DetailsFor(incident_id, force, scheme, people.size());
  const crypto::SigningKey& custodian = custodians.at(force);
  manifest.epoch_id = epoch_id;
  manifest.bucket_bits = static_cast<uint8_t>(bits);
  manifest.rows_per_bucket = buckets.rows_per_bucket;
  manifest.records = manifest.rows_indexed = people.size();
  manifest.rows_merged = 2;
  manifest.rows_quarantined = 3;
  manifest.rows_read = people.size() + 5;
  manifest.sealed_at = now;
  manifest.root = buckets.root;
  manifest.details_hash = crypto::DetailsHash(AsBytes(details));
  manifest.signer = *ToArray<24>(BytesView(crypto::DeriveKeyId(custodian.public_key())).first(24));

  const auto bytes = crypto::Encode(manifest);
  const crypto::Signature signature = custodian.Sign(crypto::kManifestLabel, bytes);
  return AddFile(crypto::EncodeDatasetHead(bytes, signature, details) + buckets.bytes);
}

crypto::DatasetId FakeService::AddFile(const std::string& file) {
  const crypto::DatasetHead head = crypto::DecodeDatasetHead(AsBytes(file)).value();
  const crypto::Manifest& manifest = head.manifest;
  Sealed sealed{.manifest = manifest, .file = file};
  std::vector<crypto::Hash> leaves;
  for (uint32_t i = 0; i < manifest.buckets(); ++i) {
    sealed.buckets.push_back(file.substr(head.buckets_offset() + i * manifest.bucket_bytes(), manifest.bucket_bytes()));
    leaves.push_back(crypto::LeafHash(manifest.dataset_id, i, AsBytes(sealed.buckets.back())));
  }
  sealed.tree = crypto::MerkleTree::Build(leaves).value();
  datasets_.insert_or_assign(manifest.dataset_id, std::move(sealed));

  v1::DatasetDetails details;
  EXPECT_TRUE(details.ParseFromString(head.details));
  v1::Dataset& listed = *content.add_datasets();
  listed.set_manifest(ToString(head.manifest_bytes));
  listed.set_signature(ToString(head.signature));
  listed.set_details(head.details);
  listed.set_incident_id(details.incident_id());
  return manifest.dataset_id;
}

void FakeService::RemoveDataset(const crypto::DatasetId& id) {
  auto& listed = *content.mutable_datasets();
  for (int i = 0; i < listed.size(); ++i) {
    if (listed[i].manifest().substr(8, 16) == AsChars(id)) listed.DeleteSubrange(i--, 1);
  }
}

crypto::CatalogueHeader FakeService::NextHeader(const std::string& bytes) const {
  crypto::CatalogueHeader header;
  header.version = issued.size() + 1;
  header.issued = now;
  header.expires = now + crypto::kCatalogueLife;
  if (!issued.empty()) header.previous = crypto::HeaderHash(AsBytes(issued.back().header));
  header.content_hash = crypto::ContentHash(AsBytes(bytes));
  header.content_size = bytes.size();
  header.signer = crypto::DeriveKeyId(online.public_key());
  return header;
}

crypto::SignedCatalogue FakeService::Sign(const crypto::CatalogueHeader& header, const std::string& bytes) const {
  const std::string encoded = ToString(crypto::Encode(header));
  return {encoded, ToString(online.Sign(crypto::kCatalogueLabel, AsBytes(encoded))), bytes, delegation_,
          delegation_signature_};
}

void FakeService::Issue() {
  const std::string bytes = content.SerializeAsString();
  issued.push_back(Sign(NextHeader(bytes), bytes));
}

std::vector<Call> FakeService::TakeCalls() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(calls_, {});
}

size_t FakeService::Count(const std::string& rpc) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<size_t>(
      std::count_if(calls_.begin(), calls_.end(), [&](const Call& call) { return call.rpc == rpc; }));
}

absl::Status FakeService::Note(Call call) {
  const std::lock_guard<std::mutex> lock(mutex_);
  calls_.push_back(std::move(call));
  return down ? absl::UnavailableError("down") : absl::OkStatus();
}

const v1::Epoch* FakeService::FindEpoch(const std::string& epoch_id) const {
  for (const v1::Epoch& epoch : content.epochs()) {
    if (epoch.epoch_id() == epoch_id) return &epoch;
  }
  return nullptr;
}

absl::StatusOr<crypto::SignedCatalogue> FakeService::GetCatalogue() {
  RETURN_IF_ERROR(Note({.rpc = "GetCatalogue"}));
  if (issued.empty()) return Error(Reason::kCatalogueNotReady, "Nothing was signed yet.");
  return issued.back();
}

absl::StatusOr<std::vector<std::string>> FakeService::GetCatalogueHeaders(uint64_t after_version) {
  RETURN_IF_ERROR(Note({.rpc = "GetCatalogueHeaders"}));
  if (after_version > issued.size()) return Error(Reason::kUnknownVersion, "There is no such version.");
  std::vector<std::string> headers;
  for (size_t i = after_version; i < issued.size() && headers.size() < 4096; ++i) headers.push_back(issued[i].header);
  return headers;
}

absl::StatusOr<v1::EvaluateResponse> FakeService::Evaluate(const std::string& address,
                                                           const v1::EvaluateRequest& request) {
  RETURN_IF_ERROR(Note({.rpc = "Evaluate", .address = address, .size = request.ByteSizeLong()}));
  const auto id = ToArray<16>(request.epoch_id());
  if (!id || !keys.contains(*id)) return Error(Reason::kUnknownEpoch, "There is no such epoch.");
  if (request.subject().size() != 16 || request.idempotency().size() != 16) {
    return Error(Reason::kFieldLength, "A field has not its length.");
  }
  if (!request.upload().empty() && request.upload() != GrantOf(address)) {
    return Error(Reason::kNoGrant, "This evaluator gave no such grant.");
  }
  const size_t share = address.empty() ? 0 : static_cast<size_t>(address.back() - '1');
  ASSIGN_OR_RETURN(const std::vector<Element> blinded,
                   crypto::DecodeElements(AsBytes(request.blinded()), crypto::kMaxBatch));
  ASSIGN_OR_RETURN(const crypto::Evaluation evaluation, crypto::Evaluate(keys.at(*id).at(share), blinded));
  v1::EvaluateResponse response;
  response.set_evaluated(crypto::EncodeElements(evaluation.evaluated));
  response.set_proof(ToString(evaluation.proof));
  return response;
}

absl::StatusOr<v1::RequestGrantResponse> FakeService::RequestGrant(const std::string& address,
                                                                   const v1::RequestGrantRequest& request) {
  RETURN_IF_ERROR(Note({.rpc = "RequestGrant", .address = address, .size = request.rows()}));
  if (FindEpoch(request.epoch_id()) == nullptr) return Error(Reason::kUnknownEpoch, "There is no such epoch.");
  if (!grants) {
    return Error(Reason::kNoGrant, absl::StrCat("There is no grant.\n  An operator gives it: exposure grant ",
                                                request.incident_id(), " --rows ", request.rows()));
  }
  v1::RequestGrantResponse response;
  response.set_upload(GrantOf(address));
  response.set_elements_left(3 * request.rows());
  return response;
}

absl::StatusOr<v1::FetchBucketResponse> FakeService::FetchBucket(const v1::FetchBucketRequest& request) {
  RETURN_IF_ERROR(Note({.rpc = "FetchBucket", .size = request.ByteSizeLong(), .prefix = request.prefix()}));
  const crypto::SignedCatalogue* served = nullptr;
  for (size_t back = 1; back <= (serve_previous ? 2 : 1) && back <= issued.size(); ++back) {
    const crypto::SignedCatalogue& candidate = issued[issued.size() - back];
    if (ToString(crypto::ContentHash(AsBytes(candidate.content))) == request.content_hash()) served = &candidate;
  }
  if (served == nullptr) return Error(Reason::kStaleCatalogue, "Fetch the catalogue and ask once more.");
  const v1::Epoch* epoch = FindEpoch(request.epoch_id());
  if (epoch == nullptr) return Error(Reason::kUnknownEpoch, "There is no such epoch.");
  const int bucket_bits = static_cast<int>(epoch->bucket_bits());
  ASSIGN_OR_RETURN(const crypto::Prefix prefix,
                   crypto::DecodePrefix(AsBytes(request.prefix()), static_cast<int>(epoch->fetch_bits())));
  if (prefix.bits == 0 && bucket_bits > 0) return Error(Reason::kPrefixTooShort, "Download the set.");

  v1::CatalogueContent then;
  then.ParseFromString(served->content);
  v1::FetchBucketResponse response;
  uint64_t bytes = 0;
  for (const v1::Dataset& listed : then.datasets()) {
    if (listed.manifest().substr(24, 16) != request.epoch_id()) continue;
    const crypto::DatasetId id = *ToArray<16>(listed.manifest().substr(8, 16));
    const Sealed& sealed = datasets_.at(id);
    const int below = sealed.manifest.bucket_bits - prefix.bits;
    const uint32_t first = prefix.value << below;
    v1::DatasetRow& row = *response.add_rows();
    row.set_dataset_id(ToString(id));
    for (uint32_t i = first; i < first + (1u << below); ++i) row.mutable_row()->append(sealed.buckets[i]);
    row.mutable_row()->append(sealed.tree->Path(first).substr(32 * static_cast<size_t>(below)));
    bytes += sealed.manifest.bucket_bytes() << below;
  }
  if (bytes > crypto::kMaxFetchBytes) return Error(Reason::kPrefixTooShort, "Download the sets.");
  return response;
}

absl::Status FakeService::DownloadDataset(BytesView dataset_id, uint64_t offset,
                                          absl::FunctionRef<absl::Status(std::string_view)> sink) {
  RETURN_IF_ERROR(Note({.rpc = "DownloadDataset", .size = offset}));
  const auto id = ToArray<16>(dataset_id);
  const bool listed = id && std::any_of(content.datasets().begin(), content.datasets().end(), [&](const auto& dataset) {
                        return dataset.manifest().substr(8, 16) == AsChars(*id);
                      });
  if (!listed) return Error(Reason::kUnknownDataset, "Not published here, or retracted.");
  const std::string& file = datasets_.at(*id).file;
  if (offset > file.size()) return Error(Reason::kBadOffset, "Beyond the end.");
  for (; offset < file.size(); offset += kPiece) RETURN_IF_ERROR(sink(std::string_view(file).substr(offset, kPiece)));
  return absl::OkStatus();
}

absl::StatusOr<crypto::SignedCatalogue> Liar::GetCatalogue() {
  absl::StatusOr<crypto::SignedCatalogue> reply = service_->GetCatalogue();
  if (reply.ok() && lies_->catalogue) lies_->catalogue(*reply);
  return reply;
}

absl::StatusOr<std::vector<std::string>> Liar::GetCatalogueHeaders(uint64_t after_version) {
  absl::StatusOr<std::vector<std::string>> reply = service_->GetCatalogueHeaders(after_version);
  if (reply.ok() && lies_->headers) lies_->headers(*reply);
  return reply;
}

absl::StatusOr<v1::EvaluateResponse> Liar::Evaluate(const std::string& address, const v1::EvaluateRequest& request) {
  absl::StatusOr<v1::EvaluateResponse> reply = service_->Evaluate(address, request);
  if (reply.ok() && lies_->evaluate) lies_->evaluate(address, request, *reply);
  return reply;
}

absl::StatusOr<v1::RequestGrantResponse> Liar::RequestGrant(const std::string& address,
                                                            const v1::RequestGrantRequest& request) {
  absl::StatusOr<v1::RequestGrantResponse> reply = service_->RequestGrant(address, request);
  if (reply.ok() && lies_->grant) lies_->grant(*reply);
  return reply;
}

absl::StatusOr<v1::FetchBucketResponse> Liar::FetchBucket(const v1::FetchBucketRequest& request) {
  if (lies_->refuse_fetch) RETURN_IF_ERROR(lies_->refuse_fetch(request));
  absl::StatusOr<v1::FetchBucketResponse> reply = service_->FetchBucket(request);
  if (reply.ok() && lies_->fetch) lies_->fetch(request, *reply);
  return reply;
}

absl::Status Liar::DownloadDataset(BytesView dataset_id, uint64_t offset,
                                   absl::FunctionRef<absl::Status(std::string_view)> sink) {
  return service_->DownloadDataset(dataset_id, offset, [&](std::string_view piece) {
    std::string bytes(piece);
    if (lies_->download) lies_->download(bytes);
    return sink(bytes);
  });
}

}  // namespace exposure::testing
