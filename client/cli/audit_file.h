// An exported audit log: verified, continued, and its signed head.
#ifndef EXPOSURE_CLIENT_CLI_AUDIT_FILE_H_
#define EXPOSURE_CLIENT_CLI_AUDIT_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/file_descriptor.h"
#include "crypto/audit.h"
#include "crypto/signature.h"

namespace exposure::cli {

// What a verified log holds.
struct AuditSummary {
  uint64_t first = 1;  // number of its first entry
  uint64_t entries = 0;
  uint64_t first_time = 0;  // Unix seconds
  uint64_t last_time = 0;
  crypto::AuditPoint last;
};

using AuditSink = absl::FunctionRef<void(const crypto::AuditEntry&)>;

// Reads the log at `path`, in pieces, through `verifier` to its end. Returns BAD_AUDIT, also for a file without an
// entry; FILE_ERROR.
absl::StatusOr<AuditSummary> ReadAuditFile(const std::string& path, uint64_t first, crypto::AuditVerifier& verifier,
                                           AuditSink sink);

// Goes on with a log that `verifier` has read to its end (or not begun). The pieces come from the service.
class AuditContinuation {
 public:
  // Opens `path`, which is made if it is missing (mode 0600), and taken away again if it is still empty, unless Keep
  // was called. Returns FILE_ERROR.
  static absl::StatusOr<std::unique_ptr<AuditContinuation>> Open(const std::string& path,
                                                                 crypto::AuditVerifier& verifier, uint64_t first);
  ~AuditContinuation();
  AuditContinuation(const AuditContinuation&) = delete;
  AuditContinuation& operator=(const AuditContinuation&) = delete;

  // The entry to ask for: the last that is there, to be compared, or the first of all.
  uint64_t from() const;

  // Whole entries from `from` on, as of each new call to the service. Verified, then appended and synced: the file
  // never holds what does not verify. Returns BAD_AUDIT, also where the service's log is not the one that the file
  // holds a part of; DISK_FULL, FILE_ERROR.
  absl::Status Take(std::string_view piece);
  // Before another call to the service.
  void Restart() { compared_ = false; }
  // Whether a call that ended so shows that the service does not have the last entry that is there.
  bool Misses(const absl::Status& ended) const;

  uint64_t added() const { return added_; }
  // All went well: an empty log is a log, too.
  void Keep() { kept_ = true; }

 private:
  AuditContinuation(std::string path, crypto::AuditVerifier& verifier, uint64_t first, int fd, bool made)
      : path_(std::move(path)), verifier_(verifier), first_(first), fd_(fd), made_(made) {}
  bool begun() const { return verifier_.last().sequence >= first_; }
  absl::StatusOr<std::string_view> Compare(std::string_view piece);
  absl::Status Append(std::string_view bytes);
  bool IsStillEmpty() const;

  const std::string path_;
  crypto::AuditVerifier& verifier_;
  const uint64_t first_;
  const FileDescriptor fd_;
  const bool made_;
  bool compared_ = false;
  bool kept_ = false;
  uint64_t added_ = 0;
};

// Signs the last entry of a verified log, and writes it to `path`.
absl::Status WriteSignedHead(const crypto::AuditHead& head, const crypto::SigningKey& key, const std::string& path);

// A head that was signed by the operator whose public file is `public_key`. Returns BAD_SIGNATURE, BAD_AUDIT,
// BAD_USAGE for files that are not what they should be.
absl::StatusOr<crypto::AuditHead> ReadSignedHead(const std::string& path, const std::string& public_key);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_AUDIT_FILE_H_
