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
#include "server/status_mapping.h"
#include "server/unary.h"

namespace exposure::server {
namespace {

constexpr size_t kPieceSize = 256 << 10;  // protocol.md §7
// Bytes of buckets that gRPC's own thread reads: faster than another thread wakes up (docs/performance.md). More wait
// for a reader.
constexpr uint64_t kReadAtOnce = 256 << 10;

absl::Status Damaged() {
  return Error(Reason::kCorruptRecords, "The stored records are damaged. The operator must restore them.");
}

// The prefix of a request, allowed for this epoch and so many bytes in all.
absl::Status CheckSize(const crypto::Prefix& prefix, int bucket_bits, uint64_t bytes) {
  if ((prefix.bits > 0 || bucket_bits == 0) && bytes <= crypto::kMaxFetchBytes) return absl::OkStatus();
  return Error(Reason::kPrefixTooShort, "So short a prefix stands for too much. Use DownloadDataset.");
}

}  // namespace

absl::Status RecordServiceImpl::Noticed(const absl::Status& status) {
  if (ReasonOf(status) == Reason::kCorruptRecords) on_damage_();
  return status;
}

absl::StatusOr<RecordServiceImpl::Selection> RecordServiceImpl::Select(const Caller& caller,
                                                                       const v1::FetchBucketRequest& request) const {
  if (datasets_ == nullptr) return Damaged();
  Selection selection;
  ASSIGN_OR_RETURN(selection.catalogue, publisher_.ByContentHash(AsBytes(request.content_hash())));
  const CheckedEpoch* epoch = selection.catalogue->content.FindEpoch(AsBytes(request.epoch_id()));
  if (epoch == nullptr) return Error(Reason::kUnknownEpoch, "There is no such epoch. Fetch the catalogue again.");
  RETURN_IF_ERROR(MayAskAbout(caller, *epoch->message));
  selection.datasets = selection.catalogue->content.DatasetsOf(epoch->id);
  const int bucket_bits = static_cast<int>(epoch->message->bucket_bits());
  const int most = static_cast<int>(std::min(epoch->message->fetch_bits(), epoch->message->bucket_bits()));
  ASSIGN_OR_RETURN(selection.prefix, crypto::DecodePrefix(AsBytes(request.prefix()), most));
  for (const CheckedDataset* dataset : selection.datasets) {
    selection.bytes += crypto::FetchBytes(dataset->manifest.bucket_bytes(), bucket_bits, selection.prefix.bits);
  }
  RETURN_IF_ERROR(CheckSize(selection.prefix, bucket_bits, selection.bytes));
  return selection;
}

absl::Status RecordServiceImpl::Read(const Selection& selection, v1::FetchBucketResponse& response) {
  for (const CheckedDataset* dataset : selection.datasets) {
    absl::StatusOr<std::string> row = datasets_->ReadPrefix(dataset->manifest.dataset_id, selection.prefix);
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
  auto* call = new UnaryCall(door_.Enter(*context, "exposure.v1.RecordService/FetchBucket"), CheckRequest(*request));
  if (call->ended()) return call;
  absl::StatusOr<Selection> selection = Select(call->caller(), *request);
  if (!selection.ok() || selection->bytes <= kReadAtOnce) {
    call->Finish(ToGrpc(selection.ok() ? Read(*selection, *response) : selection.status()));
    return call;
  }
  FinishFrom(readers_, *call, *context,
             [this, response, selection = *std::move(selection)](const Caller&) { return Read(selection, *response); });
  return call;
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
