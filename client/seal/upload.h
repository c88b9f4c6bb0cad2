// The custodian's side of CustodianService: sealed dataset files and notices. Knows no number.
#ifndef EXPOSURE_CLIENT_SEAL_UPLOAD_H_
#define EXPOSURE_CLIENT_SEAL_UPLOAD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/core/transport.h"
#include "crypto/record.h"
#include "exposure/v1/notice.pb.h"

namespace exposure {

struct UploadResult {
  crypto::DatasetId dataset_id{};
  bool published = false;  // it was already: nothing was sent
};

// When somebody should look whether a dataset is still needed, and when it ends. Unix seconds; 0: as the service says.
struct KeepingDates {
  uint64_t review_at = 0;
  uint64_t ends_at = 0;
};

// What a retraction left, as signed. Not checked yet.
struct ReceiptBytes {
  std::string receipt;
  std::string signature;
};

struct NoticeVersion {
  uint64_t catalogue_version = 0;
  uint32_t notice_version = 0;
};

// Thread-safe. Every call has a deadline; UNAVAILABLE is retried with back-off where a repetition is harmless. Errors
// carry the service's Reason (custodian_service.proto has them, rpc by rpc).
class CustodianClient {
 public:
  // Does not connect yet. Returns as Channels::Create.
  static absl::StatusOr<std::unique_ptr<CustodianClient>> Connect(const TransportOptions& options);
  virtual ~CustodianClient() = default;

  // Sends the sealed dataset file at `path`, from where an earlier upload of it stopped. `progress` may be null. Also
  // returns FILE_ERROR, and BAD_DATASET if the file is not a sealed dataset or was cut.
  virtual absl::StatusOr<UploadResult> Upload(const std::string& path,
                                              const std::function<void(uint64_t sent, uint64_t of)>& progress) = 0;
  // Gives up an upload that is not published.
  virtual absl::Status AbortUpload(const crypto::DatasetId& dataset_id) = 0;

  // Publishes an uploaded dataset, in the place of `replaces` if given; of a published one, changes the dates. Returns
  // the catalogue's version.
  virtual absl::StatusOr<uint64_t> Publish(const crypto::DatasetId& dataset_id,
                                           const std::optional<crypto::DatasetId>& replaces,
                                           const KeepingDates& dates) = 0;
  // Answers once the bytes are gone.
  virtual absl::StatusOr<ReceiptBytes> Retract(const crypto::DatasetId& dataset_id) = 0;

  virtual absl::StatusOr<NoticeVersion> PublishNotice(const v1::Notice& notice) = 0;
  virtual absl::StatusOr<NoticeVersion> UpdateNotice(const v1::Notice& notice) = 0;
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_UPLOAD_H_
