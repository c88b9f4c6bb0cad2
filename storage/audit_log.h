// The audit log on disk: an append-only file of hash-chained entries (crypto/audit.h), synced before it answers. What
// is written never holds a number, an element, a subject, a token or an answer: callers see to that. Thread-safe.
#ifndef EXPOSURE_STORAGE_AUDIT_LOG_H_
#define EXPOSURE_STORAGE_AUDIT_LOG_H_

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/audit.h"
#include "storage/append_file.h"
#include "storage/catalogue_signer.h"

namespace exposure::storage {

// Whole entries, one after another, and the number of the entry that comes after them.
struct AuditPiece {
  std::string bytes;
  uint64_t next = 0;
};

class AuditLog {
 public:
  // Makes `directory`, and reads and verifies the whole log. An incomplete entry at the end, which a crash left and
  // nobody was promised, is cut off; anything else that is wrong is CORRUPT_RECORDS and left as it is.
  // Also returns DATA_DIRECTORY_IN_USE, DISK_FULL, STORAGE_FAILED.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(const std::string& directory, Clock clock);

  // Appends all of `events`, or none; they have a number and are synced when it returns. Calls from several threads
  // share a sync. Returns FIELD_LENGTH for an event that cannot be one, DISK_FULL, STORAGE_FAILED. What cannot be
  // recorded is not done: a caller refuses a change whose entry fails.
  absl::Status Append(const std::vector<crypto::AuditEvent>& events);

  // Entries from number `from` on, as they are in the file: as many as fit `max_bytes`, but one at least; none if
  // `from` is the next one. 0 is 1. Returns BAD_OFFSET beyond that, STORAGE_FAILED.
  absl::StatusOr<AuditPiece> Read(uint64_t from, size_t max_bytes) const;

  // The last entry.
  crypto::AuditPoint last() const;
  // The object of the newest entry of that `what`; empty if there is none.
  std::string NewestObject(std::string_view what) const;

 private:
  // A call of Append. `status` is set, under mutex_, when it is done.
  struct Waiting {
    const std::vector<crypto::AuditEvent>& events;
    absl::Status status;
    bool done = false;
  };
  // The end of the chain. Only whoever writes changes it.
  struct End {
    crypto::AuditPoint last;
    uint64_t time = 0;  // the latest, or since the clock was set back
  };

  AuditLog(const std::string& directory, Clock clock);
  absl::Status Load();
  absl::Status Verify(const crypto::AuditPoint& head);
  absl::StatusOr<crypto::AuditPoint> ReadHead() const;
  absl::Status WriteHead(const crypto::AuditPoint& last) const;
  absl::Status Damaged(std::string_view what) const;

  void WriteWaiting(std::unique_lock<std::mutex>& lock);
  void Note(const crypto::AuditEntry& entry, uint64_t offset);

  const std::string directory_;
  const Clock clock_;
  std::unique_ptr<AppendFile> file_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable written_;
  std::vector<Waiting*> waiting_;
  bool writing_ = false;
  End end_;
  uint64_t size_ = 0;              // of what is written and synced
  std::vector<uint64_t> offsets_;  // of every 256th entry
  std::map<std::string, std::string, std::less<>> newest_;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_AUDIT_LOG_H_
