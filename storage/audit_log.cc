#include "storage/audit_log.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace exposure::storage {
namespace {

using crypto::AuditEntry;
using crypto::AuditEvent;
using crypto::AuditPoint;

constexpr size_t kEntriesOfAnOffset = 256;
constexpr size_t kMaxEntry =
    crypto::kAuditFixedSize + crypto::kMaxAuditWho + crypto::kMaxAuditWhat + crypto::kMaxAuditObject;
constexpr size_t kReadPiece = size_t{1} << 20;

// docs/storage.md: u64 sequence || hash.
std::string EncodePoint(const AuditPoint& point) {
  std::string out;
  AppendBigEndian(point.sequence, out);
  return out + ToString(point.hash);
}

}  // namespace

AuditLog::AuditLog(const std::string& directory, Clock clock) : directory_(directory), clock_(std::move(clock)) {}

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(const std::string& directory, Clock clock) {
  RETURN_IF_ERROR(MakePrivateDirectory(directory));
  std::unique_ptr<AuditLog> log(new AuditLog(directory, std::move(clock)));
  ASSIGN_OR_RETURN(log->file_, AppendFile::Open(directory + "/audit.log"));
  RETURN_IF_ERROR(log->Load());
  return log;
}

absl::Status AuditLog::Damaged(std::string_view what) const {
  return Error(Reason::kCorruptRecords,
               absl::StrCat(directory_, "/audit.log: ", std::string(what),
                            "\n  Keep the directory as it is; compare with an export; restore it from a backup"));
}

// The head stands in a file of its own, replaced after each step, so that a log that was cut at its end is noticed.
absl::StatusOr<AuditPoint> AuditLog::ReadHead() const {
  const std::string path = directory_ + "/head";
  if (!std::filesystem::exists(path)) {
    if (file_->size() != 0) return Damaged("the file `head` beside it is missing.");
    RETURN_IF_ERROR(WriteHead(AuditPoint{}));  // a new log; this also syncs its place in the directory
  }
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path, 100));
  AuditPoint head;
  if (bytes.size() != EncodePoint(head).size()) return Damaged("the file `head` beside it is not one.");
  head.sequence = LoadBigEndian<uint64_t>(AsBytes(bytes).data());
  std::copy(bytes.begin() + sizeof(uint64_t), bytes.end(), head.hash.begin());
  return head;
}

absl::Status AuditLog::WriteHead(const AuditPoint& last) const {
  return WriteFileAtomically(directory_ + "/head", EncodePoint(last), 0600);
}

absl::Status AuditLog::Load() {
  ASSIGN_OR_RETURN(const AuditPoint head, ReadHead());
  RETURN_IF_ERROR(Verify(head));
  // A crash between the two files, or a full disk, left it behind.
  if (head != end_.last) RETURN_IF_ERROR(WriteHead(end_.last));
  return absl::OkStatus();
}

absl::Status AuditLog::Verify(const AuditPoint& head) {
  crypto::AuditVerifier verifier;
  verifier.Require(head);
  uint64_t offset = 0;
  for (uint64_t at = 0; at < file_->size();) {
    const size_t size = std::min<uint64_t>(kReadPiece, file_->size() - at);
    ASSIGN_OR_RETURN(const std::string piece, file_->Read(at, size));
    const absl::Status status = verifier.Add(AsBytes(piece), [this, &offset](const AuditEntry& entry) {
      Note(entry, offset);
      offset += Encode(entry).size();
    });
    if (!status.ok()) return Damaged(std::string(status.message()));
    at += size;
  }
  if (verifier.last().sequence < head.sequence) {
    return Damaged(absl::StrCat("it ends with entry ", verifier.last().sequence, " and had ", head.sequence, "."));
  }
  end_ = {.last = verifier.last(), .time = verifier.time()};
  size_ = offset;
  return verifier.incomplete() == 0 ? absl::OkStatus() : file_->Cut(offset);
}

void AuditLog::Note(const AuditEntry& entry, uint64_t offset) {
  if ((entry.sequence - 1) % kEntriesOfAnOffset == 0) offsets_.push_back(offset);
  newest_[entry.event.what] = entry.event.object;
}

absl::Status AuditLog::Append(const std::vector<AuditEvent>& events) {
  for (const AuditEvent& event : events) RETURN_IF_ERROR(CheckAuditEvent(event));
  Waiting mine{.events = events};
  std::unique_lock<std::mutex> lock(mutex_);
  waiting_.push_back(&mine);
  while (!mine.done) {
    if (writing_) {
      written_.wait(lock);
    } else {
      WriteWaiting(lock);
    }
  }
  return mine.status;
}

// Writes what waits, as one step, for everybody; what comes meanwhile waits for the next.
void AuditLog::WriteWaiting(std::unique_lock<std::mutex>& lock) {
  writing_ = true;
  const std::vector<Waiting*> batch = std::exchange(waiting_, {});
  End end = end_;
  lock.unlock();

  std::string bytes;
  std::vector<std::pair<AuditEntry, uint64_t>> entries;  // and where they begin
  const auto add = [&](uint64_t time, const AuditEvent& event) {
    AuditEntry entry{.sequence = end.last.sequence + 1, .time = time, .previous = end.last.hash, .event = event};
    const std::string encoded = Encode(entry);
    end.last = {.sequence = entry.sequence, .hash = crypto::AuditEntryHash(AsBytes(encoded))};
    entries.emplace_back(std::move(entry), file_->size() + bytes.size());
    bytes += encoded;
  };
  const uint64_t now = clock_();
  if (now + crypto::kAuditClockSlack < end.time) {
    const uint64_t seconds = end.time - now;
    add(now,
        {.who = "service", .what = std::string(crypto::kAuditClock), .object = absl::StrCat("seconds_back=", seconds)});
    end.time = now;
  }
  end.time = std::max(end.time, now);
  for (const Waiting* call : batch) {
    for (const AuditEvent& event : call->events) add(now, event);
  }
  const absl::Status status = file_->Append(bytes);
  // It is stored and counts. A head that cannot be written, on a full disk, is behind until the next one is.
  if (status.ok()) WriteHead(end.last).IgnoreError();

  lock.lock();
  if (status.ok()) {
    for (const auto& [entry, offset] : entries) Note(entry, offset);
    end_ = end;
    size_ = file_->size();
  }
  for (Waiting* call : batch) {
    call->status = status;
    call->done = true;
  }
  writing_ = false;
  written_.notify_all();
}

absl::StatusOr<AuditPiece> AuditLog::Read(uint64_t from, size_t max_bytes) const {
  AuditPiece piece{.next = std::max<uint64_t>(from, 1)};
  uint64_t at = 0;
  uint64_t size = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (piece.next > end_.last.sequence + 1) {
      return Error(Reason::kBadOffset, absl::StrCat("The audit log has ", end_.last.sequence, " entries."));
    }
    if (piece.next == end_.last.sequence + 1) return piece;
    at = offsets_[(piece.next - 1) / kEntriesOfAnOffset];
    size = size_;
  }
  const size_t skipped_at_most = kEntriesOfAnOffset * kMaxEntry;
  const size_t enough = skipped_at_most + std::max(max_bytes, kMaxEntry);
  ASSIGN_OR_RETURN(const std::string bytes, file_->Read(at, std::min<uint64_t>(size - at, enough)));
  BytesView rest = AsBytes(bytes);
  for (size_t skip = (piece.next - 1) % kEntriesOfAnOffset; skip > 0; --skip) {
    rest = rest.subspan(*crypto::AuditEntrySize(rest));
  }
  while (const std::optional<size_t> entry = crypto::AuditEntrySize(rest)) {
    const bool fits = piece.bytes.empty() || piece.bytes.size() + *entry <= max_bytes;
    if (*entry > rest.size() || !fits) break;
    piece.bytes += AsChars(rest.first(*entry));
    rest = rest.subspan(*entry);
    ++piece.next;
  }
  return piece;
}

AuditPoint AuditLog::last() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return end_.last;
}

std::string AuditLog::NewestObject(std::string_view what) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = newest_.find(what);
  return found == newest_.end() ? "" : found->second;
}

}  // namespace exposure::storage
