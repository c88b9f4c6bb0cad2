// A server stream that is read piece by piece on a pool, the next piece only when the one before was taken: one piece
// of memory for each download, however slow its reader.
#ifndef EXPOSURE_SERVER_DOWNLOAD_H_
#define EXPOSURE_SERVER_DOWNLOAD_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "exposure/v1/operations_service.pb.h"
#include "exposure/v1/record_service.pb.h"
#include "server/door.h"
#include "server/status_mapping.h"
#include "server/work_pool.h"

namespace exposure::server {

// The next bytes for this caller; empty at the end. Called on a thread of the pool, one call at a time.
using ReadPiece = std::function<absl::StatusOr<std::string>(const Caller& caller)>;

inline void SetPiece(std::string bytes, v1::DownloadDatasetResponse& piece) { piece.set_data(std::move(bytes)); }
inline void SetPiece(std::string bytes, v1::ExportAuditResponse& piece) { piece.set_entries(std::move(bytes)); }

// Ends the call if it was not let in, or with `checked` if that is an error. Owns itself until the call is done.
template <typename Response>
class Download final : public grpc::ServerWriteReactor<Response> {
 public:
  Download(WorkPool& pool, absl::StatusOr<Entry> entry, grpc::CallbackServerContext& context,
           const absl::Status& checked, ReadPiece read)
      : pool_(pool), entry_(std::move(entry)), context_(context), read_(std::move(read)) {
    const absl::Status& status = entry_.ok() ? checked : entry_.status();
    if (status.ok()) {
      Next();
    } else {
      this->Finish(ToGrpc(status));
    }
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      Next();
    } else {
      this->Finish(grpc::Status::CANCELLED);
    }
  }
  void OnDone() override { delete this; }

 private:
  void Next() {
    const absl::Status queued = pool_.Submit(1, [this] { ReadAndWrite(); });
    if (!queued.ok()) this->Finish(ToGrpc(queued));
  }

  void ReadAndWrite() {
    if (context_.IsCancelled()) return this->Finish(grpc::Status::CANCELLED);
    absl::StatusOr<std::string> bytes = read_(entry_->caller);
    if (!bytes.ok() || bytes->empty()) return this->Finish(ToGrpc(bytes.status()));
    SetPiece(*std::move(bytes), piece_);
    this->StartWrite(&piece_);
  }

  WorkPool& pool_;
  const absl::StatusOr<Entry> entry_;
  grpc::CallbackServerContext& context_;
  const ReadPiece read_;
  Response piece_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_DOWNLOAD_H_
