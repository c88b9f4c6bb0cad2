#include "server/download.h"

#include <utility>

#include "server/status_mapping.h"

namespace exposure::server {

Download::Download(WorkPool& pool, absl::StatusOr<Entry> entry, grpc::CallbackServerContext& context,
                   const absl::Status& checked, uint64_t offset, ReadPiece read)
    : pool_(pool), entry_(std::move(entry)), context_(context), offset_(offset), read_(std::move(read)) {
  const absl::Status& status = entry_.ok() ? checked : entry_.status();
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
  absl::StatusOr<std::string> bytes = read_(entry_->caller, offset_);
  if (!bytes.ok() || bytes->empty()) return Finish(ToGrpc(bytes.status()));
  offset_ += bytes->size();
  piece_.set_data(*std::move(bytes));
  StartWrite(&piece_);
}

}  // namespace exposure::server
