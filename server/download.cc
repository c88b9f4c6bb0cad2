#include "server/download.h"

#include <utility>

#include "server/status_mapping.h"
#include "server/unary.h"

namespace exposure::server {

Download::Download(WorkPool& pool, CallGate& gate, grpc::CallbackServerContext& context, const absl::Status& checked,
                   uint64_t offset, ReadPiece read)
    : pool_(pool), pass_(gate.Enter()), context_(context), offset_(offset), read_(std::move(read)) {
  const absl::Status status = pass_ == nullptr ? ShuttingDown() : checked;
  if (status.ok()) {
    Next();
  } else {
    Finish(ToGrpc(status));
  }
}

void Download::OnWriteDone(bool ok) {
  if (ok) {
    Next();
  } else {
    Finish(grpc::Status::CANCELLED);
  }
}

void Download::Next() {
  const absl::Status queued = pool_.Submit(1, [this] { ReadAndWrite(); });
  if (!queued.ok()) Finish(ToGrpc(queued));
}

void Download::ReadAndWrite() {
  if (context_.IsCancelled()) return Finish(grpc::Status::CANCELLED);
  absl::StatusOr<std::string> bytes = read_(offset_);
  if (!bytes.ok() || bytes->empty()) return Finish(ToGrpc(bytes.status()));
  offset_ += bytes->size();
  piece_.set_data(*std::move(bytes));
  StartWrite(&piece_);
}

}  // namespace exposure::server
