// The audit log, byte for byte (protocol.md §10): entries that each hold the hash of the one before, so that none can
// be edited, taken out or moved, and a head that can be signed and kept elsewhere. Decode returns nothing but what
// Encode makes.
#ifndef EXPOSURE_CRYPTO_AUDIT_H_
#define EXPOSURE_CRYPTO_AUDIT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "crypto/merkle.h"

namespace exposure::crypto {

inline constexpr size_t kMaxAuditWho = 128;
inline constexpr size_t kMaxAuditWhat = 32;
inline constexpr size_t kMaxAuditObject = 512;
inline constexpr size_t kAuditFixedSize = 60;  // of an entry, in front of its three texts
inline constexpr size_t kAuditHeadSize = 56;

// The label of a signed head.
inline constexpr std::string_view kAuditHeadLabel = "audit";

// Entries are not dated more than this before an earlier one, in seconds, but after an entry of the clock.
inline constexpr uint64_t kAuditClockSlack = 300;
// `what` of an entry that says that the clock was set back.
inline constexpr std::string_view kAuditClock = "clock";

// Who did what to which object: UTF-8 without control characters, in bytes at most as many as above. Only `object` may
// be empty.
struct AuditEvent {
  std::string who;
  std::string what;
  std::string object;
  friend bool operator==(const AuditEvent&, const AuditEvent&) = default;
};

// Returns FIELD_LENGTH, naming the part and never its text.
absl::Status CheckAuditEvent(const AuditEvent& event);

struct AuditEntry {
  uint64_t sequence = 0;  // from 1
  uint64_t time = 0;      // Unix seconds
  Hash previous{};        // hash of the entry before; zeros for the first
  AuditEvent event;
  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
};

// `entry.event` is one that CheckAuditEvent accepts.
std::string Encode(const AuditEntry& entry);
// Returns BAD_AUDIT with the entry's number.
absl::StatusOr<AuditEntry> DecodeAuditEntry(BytesView bytes);
// Length of the entry that `bytes` begin with, as its fixed part says; nothing where that is not whole.
std::optional<size_t> AuditEntrySize(BytesView bytes);
// H(L("audit") || entry).
Hash AuditEntryHash(BytesView entry);

// A place in the chain: an entry's number and hash. Both zero before the first.
struct AuditPoint {
  uint64_t sequence = 0;
  Hash hash{};
  friend bool operator==(const AuditPoint&, const AuditPoint&) = default;
};

// What is signed: the last entry, and when that was looked at, in Unix seconds.
struct AuditHead {
  AuditPoint last;
  uint64_t time = 0;
  friend bool operator==(const AuditHead&, const AuditHead&) = default;
};

ByteArray<kAuditHeadSize> Encode(const AuditHead& head);
// Returns BAD_AUDIT, also for a head of no entry.
absl::StatusOr<AuditHead> DecodeAuditHead(BytesView bytes);

// Follows the chain through a log that comes in pieces. After an error it stays with that error. Not thread-safe.
class AuditVerifier {
 public:
  // For a part of a log that begins with entry `first` > 1, whose predecessor is then believed.
  explicit AuditVerifier(uint64_t first = 1);

  // The log must go through this place: one that was remembered or signed. Said before the first Add.
  void Require(const AuditPoint& point);

  // The next bytes; pieces need not end where entries do. `sink` gets each entry that is now whole.
  // Returns BAD_AUDIT, naming the entry.
  absl::Status Add(BytesView bytes, absl::FunctionRef<void(const AuditEntry&)> sink);
  absl::Status Add(BytesView bytes) {
    return Add(bytes, [](const AuditEntry&) {});
  }

  // Bytes at the end that are the beginning of the next entry, as far as they go.
  size_t incomplete() const { return pending_.size(); }

  // At the end of the log. Returns BAD_AUDIT if its last entry is incomplete, or it ends before what it must have.
  absl::Status Finish() const;

  // The last whole entry.
  const AuditPoint& last() const { return last_; }
  // The latest time so far, or since the clock was set back; 0 before the first entry.
  uint64_t time() const { return time_; }

 private:
  absl::Status CheckStart(BytesView start) const;
  absl::StatusOr<AuditEntry> Take(BytesView bytes);

  const uint64_t first_;
  AuditPoint last_;
  bool linked_;  // the hash of last_ is known
  uint64_t time_ = 0;
  std::optional<AuditPoint> required_;
  std::string pending_;
  absl::Status fault_;
};

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_AUDIT_H_
