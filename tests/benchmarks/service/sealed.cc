#include "tests/benchmarks/service/sealed.h"

#include <sodium.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "client/core/number.h"
#include "crypto/bucket.h"
#include "crypto/dataset.h"
#include "crypto/epoch.h"
#include "crypto/record.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure::bench {
namespace {

using crypto::PlacedRow;

crypto::RecordContent Content() {
  crypto::RecordContent content;
  for (const int category : {0, 3, 7}) content.categories.Set(category, crypto::State::kExposed);
  return content;
}

OprfInput InputOf(const DatasetSpec& spec, uint64_t person) {
  return {"met", spec.scheme, CanonicalNumber(PersonNumber(person))};
}

absl::StatusOr<crypto::Hash> DigestOf(const DatasetSpec& spec) {
  crypto::RowsDigest digest;
  for (uint64_t i = 0; i < spec.rows; ++i) {
    RETURN_IF_ERROR(digest.Add(InputOf(spec, i).Reveal(), Content()));
  }
  return digest.Finish();
}

absl::StatusOr<PlacedRow> SealPerson(const DatasetSpec& spec, const crypto::Scalar& key,
                                     const crypto::Manifest& manifest, uint64_t person) {
  const OprfInput input = InputOf(spec, person);
  ASSIGN_OR_RETURN(const crypto::Element point, crypto::Element::HashFrom(input.RevealBytes()));
  ASSIGN_OR_RETURN(const crypto::Element evaluated, crypto::Multiply(key, point));
  const crypto::Output f = crypto::FinalizeHash(input.RevealBytes(), evaluated);
  const uint32_t bucket = crypto::BucketIndex(f, manifest.epoch_id, spec.bucket_bits);
  const crypto::RecordKeys keys = crypto::DeriveRecordKeys(f, manifest.epoch_id, manifest.dataset_id, manifest.salt);
  return PlacedRow{
      bucket, crypto::SealRow(keys, {manifest.epoch_id, manifest.dataset_id, spec.bucket_bits, bucket}, Content())};
}

absl::StatusOr<std::vector<PlacedRow>> HonestRows(const DatasetSpec& spec, const crypto::EvaluatorKey& evaluator,
                                                  const crypto::Manifest& manifest) {
  ASSIGN_OR_RETURN(const crypto::Scalar key, crypto::Scalar::Decode(evaluator.Reveal()));
  std::vector<PlacedRow> rows(spec.rows);
  const uint64_t cores = std::max(1u, std::thread::hardware_concurrency());
  std::mutex mutex;
  absl::Status failure;  // guarded by mutex
  std::vector<std::thread> threads;
  for (uint64_t core = 0; core < cores; ++core) {
    threads.emplace_back([&, core] {
      for (uint64_t i = core; i < spec.rows; i += cores) {
        const absl::StatusOr<PlacedRow> row = SealPerson(spec, key, manifest, i);
        if (row.ok()) {
          rows[i] = *row;
          continue;
        }
        const std::lock_guard<std::mutex> lock(mutex);
        failure.Update(row.status());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  RETURN_IF_ERROR(failure);
  return rows;
}

std::vector<PlacedRow> RandomRows(const DatasetSpec& spec) {
  std::vector<PlacedRow> rows(spec.rows);
  randombytes_buf(rows.data(), rows.size() * sizeof(PlacedRow));
  for (PlacedRow& row : rows) row.bucket &= (uint32_t{1} << spec.bucket_bits) - 1;
  return rows;
}

std::string Details(const DatasetSpec& spec) {
  v1::DatasetDetails details;
  details.set_incident_id(spec.incident);
  details.mutable_mapping()->set_force("met");
  details.mutable_mapping()->set_scheme(spec.scheme);
  return details.SerializeAsString();
}

}  // namespace

std::string PersonNumber(uint64_t i) {
  return absl::StrFormat("%c%06d", static_cast<char>('A' + i / 1'000'000), i % 1'000'000);
}

absl::StatusOr<testing::SealedFile> SealDataset(const DatasetSpec& spec, const crypto::EvaluatorKey& evaluator,
                                                const crypto::SigningKey& custodian) {
  const crypto::Secret seed = crypto::Secret::Random(32);
  testing::SealedFile sealed;
  sealed.details = Details(spec);
  crypto::Manifest& manifest = sealed.manifest;
  manifest.epoch_id = crypto::DeriveEpochId(evaluator.public_key());
  crypto::Hash digest{};
  if (spec.kind == Rows::kHonest) {
    ASSIGN_OR_RETURN(digest, DigestOf(spec));
  }
  manifest.salt = crypto::DeriveSalt(seed, manifest.epoch_id, digest);
  manifest.dataset_id = crypto::DeriveDatasetId(manifest.epoch_id, manifest.salt);
  manifest.bucket_bits = static_cast<uint8_t>(spec.bucket_bits);
  std::vector<PlacedRow> rows;
  if (spec.kind == Rows::kHonest) {
    ASSIGN_OR_RETURN(rows, HonestRows(spec, evaluator, manifest));
  } else {
    rows = RandomRows(spec);
  }
  ASSIGN_OR_RETURN(const crypto::Buckets buckets,
                   crypto::BuildBuckets(rows, spec.bucket_bits, manifest.dataset_id, seed));
  manifest.rows_per_bucket = buckets.rows_per_bucket;
  manifest.records = manifest.rows_indexed = manifest.rows_read = spec.rows;
  manifest.sealed_at = static_cast<uint64_t>(time(nullptr));
  manifest.root = buckets.root;
  manifest.details_hash = crypto::DetailsHash(AsBytes(sealed.details));
  const crypto::KeyId signer = crypto::DeriveKeyId(custodian.public_key());
  std::copy_n(signer.begin(), manifest.signer.size(), manifest.signer.begin());
  const auto bytes = crypto::Encode(manifest);
  const crypto::Signature signature = custodian.Sign(crypto::kManifestLabel, bytes);
  sealed.manifest_bytes = ToString(bytes);
  sealed.signature = ToString(signature);
  sealed.file = crypto::EncodeDatasetHead(bytes, signature, sealed.details) + buckets.bytes;
  return sealed;
}

}  // namespace exposure::bench
