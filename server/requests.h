// What a request must be before anything is done with it: the fixed lengths of protocol.md §7. One function for each
// message. What depends on the service's state (epoch, prefix, batch) is checked where that state is.
#ifndef EXPOSURE_SERVER_REQUESTS_H_
#define EXPOSURE_SERVER_REQUESTS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "exposure/v1/catalogue_service.pb.h"
#include "exposure/v1/custodian_service.pb.h"
#include "exposure/v1/evaluation_service.pb.h"
#include "exposure/v1/operations_service.pb.h"
#include "exposure/v1/record_service.pb.h"
#include "exposure/v1/signer_service.pb.h"

namespace exposure::server {

inline constexpr size_t kMaxChunk = 1 << 20;     // bytes of one UploadChunk
inline constexpr size_t kMaxReceipt = 64 << 10;  // bytes
// Bytes of a catalogue's content. Clients take messages of 64 MiB, with its header, delegation and signatures.
inline constexpr size_t kMaxContent = (64 << 20) - 4096;

// Each returns FIELD_LENGTH with the field; BAD_NOTICE where a notice is missing, BAD_GRANT for names that are none.
// Messages never hold what was sent.
absl::Status CheckRequest(const v1::EvaluateRequest& request);
absl::Status CheckRequest(const v1::RequestGrantRequest& request);
absl::Status CheckRequest(const v1::FetchBucketRequest& request);
absl::Status CheckRequest(const v1::DownloadDatasetRequest& request);
absl::Status CheckRequest(const v1::BeginUploadRequest& request);
absl::Status CheckRequest(const v1::UploadChunkRequest& request);
absl::Status CheckRequest(const v1::AbortUploadRequest& request);
absl::Status CheckRequest(const v1::PublishDatasetRequest& request);
absl::Status CheckRequest(const v1::RetractDatasetRequest& request);
absl::Status CheckRequest(const v1::PublishNoticeRequest& request);
absl::Status CheckRequest(const v1::UpdateNoticeRequest& request);
absl::Status CheckRequest(const v1::GrantSealingRequest& request);
absl::Status CheckRequest(const v1::ProposeSurgeRequest& request);
absl::Status CheckRequest(const v1::ApproveSurgeRequest& request);
absl::Status CheckRequest(const v1::SignRequest& request);
absl::Status CheckRequest(const v1::SignReceiptRequest& request);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_REQUESTS_H_
