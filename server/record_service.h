#ifndef EXPOSURE_SERVER_RECORD_SERVICE_H_
#define EXPOSURE_SERVER_RECORD_SERVICE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/bucket.h"
#include "exposure/v1/record_service.grpc.pb.h"
#include "server/door.h"
#include "server/work_pool.h"
#include "storage/dataset_store.h"
#include "storage/publisher.h"

namespace exposure::server {

// RecordService: buckets and whole datasets, as the catalogue lists them.
class RecordServiceImpl final : public v1::RecordService::CallbackService {
 public:
  // All outlive this. `datasets` is null where the store could not be opened for damage: then every call answers
  // CORRUPT_RECORDS. `on_damage` is called, perhaps often and by several threads, when damage is met.
  RecordServiceImpl(storage::Publisher& publisher, storage::DatasetStore* datasets, WorkPool& readers, const Door& door,
                    std::function<void()> on_damage)
      : publisher_(publisher), datasets_(datasets), readers_(readers), door_(door), on_damage_(std::move(on_damage)) {}

  grpc::ServerUnaryReactor* FetchBucket(grpc::CallbackServerContext* context, const v1::FetchBucketRequest* request,
                                        v1::FetchBucketResponse* response) override;
  grpc::ServerWriteReactor<v1::DownloadDatasetResponse>* DownloadDataset(
      grpc::CallbackServerContext* context, const v1::DownloadDatasetRequest* request) override;

 private:
  // The rows that a request asks for.
  struct Selection {
    std::shared_ptr<const storage::ServedCatalogue> catalogue;
    std::vector<const CheckedDataset*> datasets;  // of it
    crypto::Prefix prefix;
    uint64_t bytes = 0;  // of buckets
  };

  absl::StatusOr<Selection> Select(const Caller& caller, const v1::FetchBucketRequest& request) const;
  absl::Status Read(const Selection& selection, v1::FetchBucketResponse& response);
  // The next piece of a dataset that is published now; empty at its end.
  absl::StatusOr<std::string> Piece(const Caller& caller, const crypto::DatasetId& id, uint64_t offset);
  // Passes `status` on; tells of damage.
  absl::Status Noticed(const absl::Status& status);

  storage::Publisher& publisher_;
  storage::DatasetStore* const datasets_;
  WorkPool& readers_;
  const Door& door_;
  const std::function<void()> on_damage_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_RECORD_SERVICE_H_
