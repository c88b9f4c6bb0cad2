#include "client/sealer.h"

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/seal/evaluate_people.h"
#include "client/seal/mapping.h"
#include "client/seal/quarantine.h"
#include "client/seal/resume.h"
#include "client/seal/source.h"
#include "client/seal/target.h"
#include "client/seal/verify_published.h"
#include "crypto/bucket.h"
#include "crypto/dataset.h"

namespace exposure {
namespace {

// A sealed dataset before it is signed.
struct SealedRows {
  crypto::Salt salt{};
  crypto::DatasetId dataset_id{};
  crypto::Buckets buckets;
};

class SealerImpl final : public Sealer {
 public:
  SealerImpl(Transport* transport, CatalogueKeeper* catalogue, crypto::SigningKey custodian, Clock clock)
      : transport_(*transport), catalogue_(*catalogue), custodian_(std::move(custodian)), clock_(std::move(clock)) {}

  absl::StatusOr<Reconciliation> Reconcile(const SealOptions& options) override;
  absl::StatusOr<SealResult> Seal(const SealOptions& options) override;
  absl::StatusOr<PublishedCheck> VerifyPublished(const SealOptions& options, uint32_t sample) override;

 private:
  absl::StatusOr<std::shared_ptr<const VerifiedCatalogue>> FreshCatalogue();
  absl::StatusOr<SealedRows> SealPeople(const SealOptions& options, const CheckedEpoch& epoch,
                                        const std::vector<Person>& people, const crypto::Secret& seed);

  Transport& transport_;
  CatalogueKeeper& catalogue_;
  const crypto::SigningKey custodian_;
  const Clock clock_;
};

absl::StatusOr<std::shared_ptr<const VerifiedCatalogue>> SealerImpl::FreshCatalogue() {
  ASSIGN_OR_RETURN(std::shared_ptr<const VerifiedCatalogue> catalogue, catalogue_.Refresh());
  RETURN_IF_ERROR(catalogue->usable);
  return catalogue;
}

EvaluatePeopleOptions EvaluatingProgress(const SealOptions& options) {
  EvaluatePeopleOptions evaluate{.threads = options.threads};
  if (options.progress) {
    evaluate.report = [&options](uint64_t done, uint64_t of) { options.progress(SealPhase::kEvaluating, done, of); };
  }
  return evaluate;
}

Reconciliation ReconcileWith(const SealOptions& options, const People& people) {
  Reconciliation reconciliation = people.Reconcile();
  reconciliation.declared_people = options.mapping.declared_people();
  reconciliation.declared_rows = options.mapping.declared_rows();
  reconciliation.difference_explained = options.difference_explained;
  reconciliation.quarantine_file = QuarantinePath(options);
  if (options.progress) options.progress(SealPhase::kReading, reconciliation.read, reconciliation.read);
  return reconciliation;
}

// Of every table that is used; often it is one.
std::set<std::string> KeyColumns(const v1::Mapping& mapping) {
  std::set<std::string> columns;
  if (mapping.tables().empty()) columns.insert(mapping.key_column());
  for (const v1::TableMapping& table : mapping.tables()) {
    if (!table.ignore()) columns.insert(KeyColumnOf(mapping, table));
  }
  return columns;
}

absl::StatusOr<std::string> EncodeDetails(const SealOptions& options, const Reconciliation& reconciliation,
                                          const v1::Scheme& scheme) {
  v1::DatasetDetails details;
  details.set_incident_id(options.incident_id);
  *details.mutable_mapping() = options.mapping;
  for (const std::string& column : KeyColumns(options.mapping)) {
    details.add_number_forms(
        absl::StrCat("as shown in the column \"", column,
                     "\", without spaces and separators, in upper case: ", DescribeRule(scheme.rule())));
  }
  details.set_difference_explained(options.difference_explained);
  details.mutable_counts()->Assign(reconciliation.counts.begin(), reconciliation.counts.end());
  details.set_as_at(options.as_at);
  details.mutable_tables()->Assign(reconciliation.tables.begin(), reconciliation.tables.end());
  std::string bytes = details.SerializeAsString();
  if (bytes.size() <= crypto::kMaxDetails) return bytes;
  return Error(Reason::kBadMapping, absl::StrCat("the mapping and explanation have ", bytes.size(),
                                                 " bytes, of at most ", crypto::kMaxDetails, ". Shorten them."));
}

// The salt depends on every row (protocol.md §4): computed before anything is sealed.
absl::StatusOr<crypto::Salt> SaltOf(const SealOptions& options, const CheckedEpoch& epoch,
                                    const std::vector<Person>& people, const crypto::Secret& seed) {
  crypto::RowsDigest digest;
  for (const Person& person : people) {
    const OprfInput input(options.mapping.force(), options.mapping.scheme(), person.number);
    RETURN_IF_ERROR(digest.Add(input.Reveal(), person.content));
  }
  return crypto::DeriveSalt(seed, epoch.id, digest.Finish());
}

absl::StatusOr<SealedRows> SealerImpl::SealPeople(const SealOptions& options, const CheckedEpoch& epoch,
                                                  const std::vector<Person>& people, const crypto::Secret& seed) {
  SealedRows sealed;
  ASSIGN_OR_RETURN(sealed.salt, SaltOf(options, epoch, people, seed));
  sealed.dataset_id = crypto::DeriveDatasetId(epoch.id, sealed.salt);
  crypto::RowPlace place{.epoch_id = epoch.id,
                         .dataset_id = sealed.dataset_id,
                         .bucket_bits = static_cast<int>(epoch.message->bucket_bits())};
  std::vector<crypto::PlacedRow> rows;
  rows.reserve(people.size());
  EvaluatePeopleOptions evaluate = EvaluatingProgress(options);
  ASSIGN_OR_RETURN(evaluate.grants, RequestGrants(transport_, epoch, options.incident_id, people.size()));
  RETURN_IF_ERROR(EvaluatePeople(
      transport_, epoch, options.mapping, people, evaluate, [&](const Person& person, const crypto::Output& f) {
        place.index = crypto::BucketIndex(f, epoch.id, place.bucket_bits);
        const crypto::RecordKeys keys = crypto::DeriveRecordKeys(f, epoch.id, sealed.dataset_id, sealed.salt);
        rows.push_back({.bucket = place.index, .row = crypto::SealRow(keys, place, person.content)});
        return absl::OkStatus();
      }));
  ASSIGN_OR_RETURN(sealed.buckets, crypto::BuildBuckets(rows, place.bucket_bits, sealed.dataset_id, seed));
  return sealed;
}

absl::StatusOr<Reconciliation> SealerImpl::Reconcile(const SealOptions& options) {
  RETURN_IF_ERROR(CheckMapping(options.mapping));
  ASSIGN_OR_RETURN(const std::shared_ptr<const VerifiedCatalogue> catalogue, FreshCatalogue());
  ASSIGN_OR_RETURN(const SealTarget target, FindTarget(catalogue->content, options.mapping, options.incident_id));
  ASSIGN_OR_RETURN(const Source source, ReadSource(options, target.scheme->rule()));
  Reconciliation sums = ReconcileWith(options, source.people);
  RETURN_IF_ERROR(EncodeDetails(options, sums, *target.scheme).status());
  RETURN_IF_ERROR(WriteQuarantine(sums.quarantine_file, sums.quarantine, options.repairs));
  return sums;
}

absl::StatusOr<SealResult> SealerImpl::Seal(const SealOptions& options) {
  RETURN_IF_ERROR(CheckMapping(options.mapping));
  ASSIGN_OR_RETURN(const std::shared_ptr<const VerifiedCatalogue> catalogue, FreshCatalogue());
  const CheckedContent& content = catalogue->content;
  ASSIGN_OR_RETURN(const SealTarget target, FindTarget(content, options.mapping, options.incident_id));
  RETURN_IF_ERROR(CheckCustodian(content, custodian_.public_key(), options.mapping.force(), clock_()));

  ASSIGN_OR_RETURN(const Source source, ReadSource(options, target.scheme->rule()));
  SealResult result{.reconciliation = ReconcileWith(options, source.people)};
  const Reconciliation& sums = result.reconciliation;
  ASSIGN_OR_RETURN(const std::string details, EncodeDetails(options, sums, *target.scheme));
  ASSIGN_OR_RETURN(const Resume resume, OpenResume(options.output, source.hash, clock_()));
  RETURN_IF_ERROR(WriteQuarantine(sums.quarantine_file, sums.quarantine, options.repairs));

  ASSIGN_OR_RETURN(const SealedRows sealed, SealPeople(options, *target.epoch, source.people.list(), resume.seed));
  const crypto::KeyId signer = crypto::DeriveKeyId(custodian_.public_key());
  result.manifest = {.dataset_id = sealed.dataset_id,
                     .epoch_id = target.epoch->id,
                     .salt = sealed.salt,
                     .bucket_bits = static_cast<uint8_t>(target.epoch->message->bucket_bits()),
                     .rows_per_bucket = sealed.buckets.rows_per_bucket,
                     .records = sums.indexed,
                     .rows_read = sums.read,
                     .rows_indexed = sums.indexed,
                     .rows_merged = sums.merged,
                     .rows_quarantined = sums.quarantined,
                     .sealed_at = resume.sealed_at,
                     .root = sealed.buckets.root,
                     .details_hash = crypto::DetailsHash(AsBytes(details)),
                     .signer = *ToArray<24>(BytesView(signer).first(24))};
  const auto manifest = crypto::Encode(result.manifest);
  std::string file = crypto::EncodeDatasetHead(manifest, custodian_.Sign(crypto::kManifestLabel, manifest), details);
  file += sealed.buckets.bytes;
  result.file_size = file.size();
  RETURN_IF_ERROR(WriteFileAtomically(options.output, file, 0600));
  if (options.progress) options.progress(SealPhase::kWriting, file.size(), file.size());
  return result;
}

absl::StatusOr<PublishedCheck> SealerImpl::VerifyPublished(const SealOptions& options, uint32_t sample) {
  RETURN_IF_ERROR(CheckMapping(options.mapping));
  ASSIGN_OR_RETURN(const std::shared_ptr<const VerifiedCatalogue> catalogue, FreshCatalogue());
  ASSIGN_OR_RETURN(const SealTarget target, FindTarget(catalogue->content, options.mapping, options.incident_id));
  ASSIGN_OR_RETURN(const Source source, ReadSource(options, target.scheme->rule()));
  return CheckPublished(transport_, *catalogue,
                        {.incident_id = options.incident_id,
                         .mapping = options.mapping,
                         .people = source.people,
                         .sample = sample,
                         .evaluate = EvaluatingProgress(options)});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Sealer>> Sealer::Create(Transport* transport, CatalogueKeeper* catalogue,
                                                       crypto::SigningKey custodian, Clock clock) {
  if (clock == nullptr) clock = SystemClock();
  return std::make_unique<SealerImpl>(transport, catalogue, std::move(custodian), std::move(clock));
}

}  // namespace exposure
