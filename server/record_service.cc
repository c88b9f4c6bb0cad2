#include "server/record_service.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bucket.h"
#include "server/download.h"
#include "server/requests.h"
#include "server/unary.h"

namespace exposure::server {
namespace {

constexpr size_t kPieceSize = 256 << 10;  // protocol.md §7

absl::Status Damaged() {
  return Error(Reason::kCorruptRecords, "The stored records are damaged. The operator must restore them.");
}

// The prefix of a request, allowed for this epoch and these datasets.
absl::StatusOr<crypto::Prefix> AllowedPrefix(const std::string& bytes, const v1::Epoch& epoch,
                                             const std::vector<const CheckedDataset*>& datasets) {
  const int bucket_bits = static_cast<int>(epoch.bucket_bits());
  const int most = static_cast<int>(std::min(epoch.fetch_bits(), epoch.bucket_bits()));
  ASSIGN_OR_RETURN(const crypto::Prefix prefix, crypto::DecodePrefix(AsBytes(bytes), most));
  uint64_t total = 0;
  for (const CheckedDataset* dataset : datasets) {
    total += crypto::FetchBytes(dataset->manifest.bucket_bytes(), bucket_bits, prefix.bits);
  }
  if ((prefix.bits == 0 && bucket_bits > 0) || total > crypto::kMaxFetchBytes) {
    return Error(Reason::kPrefixTooShort, "So short a prefix stands for too much. Use DownloadDataset.");
  }
  return prefix;
}

}  // namespace

absl::Status RecordServiceImpl::Noticed(const absl::Status& status) {
  if (ReasonOf(status) == Reason::kCorruptRecords) on_damage_();
  return status;
}

absl::Status RecordServiceImpl::Fetch(const Caller& caller, const v1::FetchBucketRequest& request,
                                      v1::FetchBucketResponse& response) {
  if (datasets_ == nullptr) return Damaged();
  ASSIGN_OR_RETURN(const std::shared_ptr<const storage::ServedCatalogue> catalogue,
                   publisher_.ByContentHash(AsBytes(request.content_hash())));
  const CheckedEpoch* epoch = catalogue->content.FindEpoch(AsBytes(request.epoch_id()));
  if (epoch == nullptr) return Error(Reason::kUnknownEpoch, "There is no such epoch. Fetch the catalogue again.");
  RETURN_IF_ERROR(MayAskAbout(caller, *epoch->message));
  const std::vector<const CheckedDataset*> datasets = catalogue->content.DatasetsOf(epoch->id);
  ASSIGN_OR_RETURN(const crypto::Prefix prefix, AllowedPrefix(request.prefix(), *epoch->message, datasets));
  for (const CheckedDataset* dataset : datasets) {
    absl::StatusOr<std::string> row = datasets_->ReadPrefix(dataset->manifest.dataset_id, prefix);
    if (ReasonOf(row.status()) == Reason::kUnknownDataset) {  // retracted since the catalogue was looked at
      return Error(Reason::kStaleCatalogue, "The catalogue has changed. Fetch it again and ask once more.");
    }
    RETURN_IF_ERROR(Noticed(row.status()));
    v1::DatasetRow& out = *response.add_rows();
    out.set_dataset_id(ToString(dataset->manifest.dataset_id));
    out.set_row(*std::move(row));
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* RecordServiceImpl::FetchBucket(grpc::CallbackServerContext* context,
                                                         const v1::FetchBucketRequest* request,
                                                         v1::FetchBucketResponse* response) {
  absl::StatusOr<Entry> entry = door_.Enter(*context, "exposure.v1.RecordService/FetchBucket");
  return AnswerFrom(readers_, std::move(entry), *context, CheckRequest(*request),
                    [this, request, response](const Caller& caller) { return Fetch(caller, *request, *response); });
}

absl::StatusOr<std::string> RecordServiceImpl::Piece(const Caller& caller, const crypto::DatasetId& id,
                                                     uint64_t offset) {
  if (datasets_ == nullptr) return Damaged();
  const std::shared_ptr<const storage::ServedCatalogue> catalogue = publisher_.Current();
  const CheckedDataset* dataset = catalogue == nullptr ? nullptr : catalogue->content.FindDataset(id);
  if (dataset == nullptr || dataset->epoch == nullptr) {
    return Error(Reason::kUnknownDataset, "There is no such dataset, or no longer. Fetch the catalogue again.");
  }
  RETURN_IF_ERROR(MayAskAbout(caller, *dataset->epoch->message));
  absl::StatusOr<std::string> bytes = datasets_->ReadFile(id, offset, kPieceSize);
  RETURN_IF_ERROR(Noticed(bytes.status()));
  return bytes;
}

grpc::ServerWriteReactor<v1::DownloadDatasetResponse>* RecordServiceImpl::DownloadDataset(
    grpc::CallbackServerContext* context, const v1::DownloadDatasetRequest* request) {
  const crypto::DatasetId id = ToArray<16>(request->dataset_id()).value_or(crypto::DatasetId{});
  absl::StatusOr<Entry> entry = door_.Enter(*context, "exposure.v1.RecordService/DownloadDataset");
  return new Download<v1::DownloadDatasetResponse>(
      readers_, std::move(entry), *context, CheckRequest(*request),
      [this, id, offset = request->offset()](const Caller& caller) mutable -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(std::string bytes, Piece(caller, id, offset));
        offset += bytes.size();
        return bytes;
      });
}

}  // namespace exposure::server
