// A server stream that is read piece by piece on a pool, the next piece only when the one before was taken: one piece
// of memory for each download, however slow its reader.
#ifndef EXPOSURE_SERVER_DOWNLOAD_H_
#define EXPOSURE_SERVER_DOWNLOAD_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "exposure/v1/record_service.pb.h"
#include "server/door.h"
#include "server/work_pool.h"

namespace exposure::server {

// Bytes from an offset on, for this caller; empty at the end. Called on a thread of the pool.
using ReadPiece = std::function<absl::StatusOr<std::string>(const Caller& caller, uint64_t offset)>;

// Ends the call if it was not let in, or with `checked` if that is an error. Owns itself until the call is done.
class Download final : public grpc::ServerWriteReactor<v1::DownloadDatasetResponse> {
 public:
  Download(WorkPool& pool, absl::StatusOr<Entry> entry, grpc::CallbackServerContext& context,
           const absl::Status& checked, uint64_t offset, ReadPiece read);

  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  void Next();
  void ReadAndWrite();

  WorkPool& pool_;
  const absl::StatusOr<Entry> entry_;
  grpc::CallbackServerContext& context_;
  uint64_t offset_;
  const ReadPiece read_;
  v1::DownloadDatasetResponse piece_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_DOWNLOAD_H_
