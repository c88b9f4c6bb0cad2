#include "client/core/fetch.h"

#include <map>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bucket.h"
#include "crypto/dataset.h"
#include "crypto/merkle.h"

namespace exposure {
namespace {

using crypto::Manifest;
using crypto::Prefix;

// The response's rows by dataset: exactly those of `expected`, in any order.
absl::StatusOr<std::map<crypto::DatasetId, BytesView>> MatchRows(const v1::FetchBucketResponse& response,
                                                                 const std::vector<const CheckedDataset*>& expected) {
  std::map<crypto::DatasetId, BytesView> rows;
  for (const v1::DatasetRow& row : response.rows()) {
    const auto id = ToArray<16>(row.dataset_id());
    if (!id) return Error(Reason::kBadResponse, "The reply has a dataset id that is not 16 bytes long.");
    if (!rows.emplace(*id, AsBytes(row.row())).second) {
      return Error(Reason::kUnexpectedDataset, "The reply has a dataset twice.");
    }
  }
  for (const CheckedDataset* dataset : expected) {
    if (!rows.contains(dataset->manifest.dataset_id)) {
      return Error(Reason::kMissingDataset, "The reply is incomplete: a dataset of the catalogue is not in it.");
    }
  }
  if (rows.size() != expected.size()) {
    return Error(Reason::kUnexpectedDataset, "The reply has a dataset that is not in the catalogue.");
  }
  return rows;
}

absl::StatusOr<std::string> CheckRow(const Manifest& manifest, const Prefix& prefix, uint32_t index, BytesView row) {
  ASSIGN_OR_RETURN(const BytesView buckets, crypto::VerifyRow(manifest.dataset_id, manifest.root, manifest.bucket_bits,
                                                              manifest.rows_per_bucket, prefix, row));
  const uint32_t first = prefix.value << (manifest.bucket_bits - prefix.bits);
  const BytesView bucket = buckets.subspan((index - first) * manifest.bucket_bytes(), manifest.bucket_bytes());
  if (!crypto::CheckBucket(0, manifest.rows_per_bucket, bucket).ok()) {  // its message would name the bucket
    return Error(Reason::kBadRowOrder, "The rows of a bucket are not in order.");
  }
  return ToString(bucket);
}

}  // namespace

absl::StatusOr<std::vector<CheckedBucket>> FetchBuckets(Transport& transport, const VerifiedCatalogue& catalogue,
                                                        const CheckedEpoch& epoch, uint32_t index, int bits) {
  const Prefix prefix = crypto::PrefixOf(index, static_cast<int>(epoch.message->bucket_bits()), bits);
  v1::FetchBucketRequest request;
  request.set_content_hash(ToString(catalogue.header.content_hash));
  request.set_epoch_id(ToString(epoch.id));
  request.set_prefix(ToString(crypto::EncodePrefix(prefix)));
  ASSIGN_OR_RETURN(const v1::FetchBucketResponse response, transport.FetchBucket(request));

  const std::vector<const CheckedDataset*> expected = catalogue.content.DatasetsOf(epoch.id);
  ASSIGN_OR_RETURN(const auto rows, MatchRows(response, expected));
  std::vector<CheckedBucket> checked;
  for (const CheckedDataset* dataset : expected) {
    if (!dataset->status.ok()) continue;
    ASSIGN_OR_RETURN(std::string bucket,
                     CheckRow(dataset->manifest, prefix, index, rows.at(dataset->manifest.dataset_id)));
    checked.push_back({dataset, std::move(bucket)});
  }
  return checked;
}

}  // namespace exposure
