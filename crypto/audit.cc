#include "crypto/audit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/hash.h"

namespace exposure::crypto {
namespace {

constexpr std::string_view kEntryMagic = "EXPAUD01";
constexpr std::string_view kHeadMagic = "EXPAUDH1";
constexpr size_t kSequenceAt = 8;
constexpr size_t kTimeAt = 16;
constexpr size_t kPreviousAt = 24;
constexpr size_t kLengthsAt = 56;

absl::Status BadAudit(uint64_t sequence, std::string_view what) {
  return Error(Reason::kBadAudit, absl::StrCat("Entry ", sequence, " of the audit log ", std::string(what)));
}

bool IsContinuation(uint8_t byte) { return (byte & 0xc0) == 0x80; }

// One code point from the front of `text`; nothing if it is not UTF-8 in its shortest form.
std::optional<uint32_t> TakeCodePoint(BytesView& text) {
  const uint8_t lead = text[0];
  const size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || text.size() < size) return std::nullopt;
  uint32_t point = size == 1 ? lead : lead & (0xffu >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if (!IsContinuation(text[i])) return std::nullopt;
    point = point << 6 | (text[i] & 0x3fu);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < kLeast[size] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return std::nullopt;
  text = text.subspan(size);
  return point;
}

// What would move or turn the text of a line: controls, line ends, and marks of direction.
bool IsControl(uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x2028 && point <= 0x202e) ||
         (point >= 0x2066 && point <= 0x2069);
}

bool IsText(std::string_view text) {
  BytesView rest = AsBytes(text);
  while (!rest.empty()) {
    const std::optional<uint32_t> point = TakeCodePoint(rest);
    if (!point || IsControl(*point)) return false;
  }
  return true;
}

}  // namespace

absl::Status CheckAuditEvent(const AuditEvent& event) {
  struct Part {
    std::string_view name;
    std::string_view text;
    size_t least;
    size_t most;
  };
  for (const Part& part : {Part{"who", event.who, 1, kMaxAuditWho}, Part{"what", event.what, 1, kMaxAuditWhat},
                           Part{"object", event.object, 0, kMaxAuditObject}}) {
    if (part.text.size() < part.least || part.text.size() > part.most || !IsText(part.text)) {
      return FieldError(Reason::kFieldLength, part.name,
                        absl::StrCat("\"", std::string(part.name), "\" of an audit entry is not UTF-8 of ", part.least,
                                     " to ", part.most, " bytes without control characters."));
    }
  }
  return absl::OkStatus();
}

std::string Encode(const AuditEntry& entry) {
  std::string out(kEntryMagic);
  AppendBigEndian(entry.sequence, out);
  AppendBigEndian(entry.time, out);
  out += AsChars(entry.previous);
  AppendBigEndian(static_cast<uint8_t>(entry.event.who.size()), out);
  AppendBigEndian(static_cast<uint8_t>(entry.event.what.size()), out);
  AppendBigEndian(static_cast<uint16_t>(entry.event.object.size()), out);
  return out + entry.event.who + entry.event.what + entry.event.object;
}

std::optional<size_t> AuditEntrySize(BytesView bytes) {
  if (bytes.size() < kAuditFixedSize) return std::nullopt;
  const uint8_t* lengths = bytes.data() + kLengthsAt;
  return kAuditFixedSize + lengths[0] + lengths[1] + LoadBigEndian<uint16_t>(lengths + 2);
}

absl::StatusOr<AuditEntry> DecodeAuditEntry(BytesView bytes) {
  if (bytes.size() < kAuditFixedSize || AsChars(bytes.first(kEntryMagic.size())) != kEntryMagic) {
    return Error(Reason::kBadAudit, "It is not an entry of an audit log, which begins with EXPAUD01.");
  }
  AuditEntry entry;
  entry.sequence = LoadBigEndian<uint64_t>(bytes.data() + kSequenceAt);
  entry.time = LoadBigEndian<uint64_t>(bytes.data() + kTimeAt);
  std::copy_n(bytes.begin() + kPreviousAt, entry.previous.size(), entry.previous.begin());
  if (entry.sequence == 0) return BadAudit(0, "cannot be: the first has number 1.");
  if ((entry.sequence == 1) != (entry.previous == Hash{})) {
    return BadAudit(entry.sequence, "is not the first, or has no predecessor: only the first has none.");
  }
  if (bytes.size() != AuditEntrySize(bytes)) return BadAudit(entry.sequence, "has another length than it says.");
  std::string_view texts = AsChars(bytes.subspan(kAuditFixedSize));
  const auto take = [&texts](size_t size) {
    const std::string text(texts.substr(0, size));
    texts.remove_prefix(size);
    return text;
  };
  entry.event.who = take(bytes[kLengthsAt]);
  entry.event.what = take(bytes[kLengthsAt + 1]);
  entry.event.object = take(texts.size());
  if (!CheckAuditEvent(entry.event).ok()) return BadAudit(entry.sequence, "holds what is not text, or too much of it.");
  return entry;
}

Hash AuditEntryHash(BytesView entry) { return Sha256({AsBytes(Label("audit")), entry}); }

ByteArray<kAuditHeadSize> Encode(const AuditHead& head) {
  ByteArray<kAuditHeadSize> out;
  uint8_t* p = std::copy(kHeadMagic.begin(), kHeadMagic.end(), out.data());
  StoreBigEndian(head.last.sequence, p);
  p = std::copy(head.last.hash.begin(), head.last.hash.end(), p + sizeof(uint64_t));
  StoreBigEndian(head.time, p);
  return out;
}

absl::StatusOr<AuditHead> DecodeAuditHead(BytesView bytes) {
  if (bytes.size() != kAuditHeadSize || AsChars(bytes.first(kHeadMagic.size())) != kHeadMagic) {
    return Error(Reason::kBadAudit, "It is not the head of an audit log, of 56 bytes that begin with EXPAUDH1.");
  }
  AuditHead head;
  const uint8_t* p = bytes.data() + kHeadMagic.size();
  head.last.sequence = LoadBigEndian<uint64_t>(p);
  p += sizeof(uint64_t);
  std::copy_n(p, head.last.hash.size(), head.last.hash.begin());
  head.time = LoadBigEndian<uint64_t>(p + head.last.hash.size());
  if (head.last.sequence == 0) return Error(Reason::kBadAudit, "The head of an audit log names no entry.");
  return head;
}

AuditVerifier::AuditVerifier(uint64_t first) : first_(std::max<uint64_t>(first, 1)), linked_(first_ == 1) {
  last_.sequence = first_ - 1;
}

void AuditVerifier::Require(const AuditPoint& point) {
  required_ = point;
  if (point.sequence == last_.sequence) {
    last_ = point;
    linked_ = true;
  }
}

absl::Status AuditVerifier::Add(BytesView bytes, absl::FunctionRef<void(const AuditEntry&)> sink) {
  RETURN_IF_ERROR(fault_);
  pending_ += AsChars(bytes);
  size_t used = 0;
  for (;;) {
    const BytesView rest = AsBytes(pending_).subspan(used);
    fault_ = CheckStart(rest);
    RETURN_IF_ERROR(fault_);
    const std::optional<size_t> size = AuditEntrySize(rest);
    if (!size || rest.size() < *size) break;
    const absl::StatusOr<AuditEntry> entry = Take(rest.first(*size));
    fault_ = entry.status();
    RETURN_IF_ERROR(fault_);
    sink(*entry);
    used += *size;
  }
  pending_.erase(0, used);
  return absl::OkStatus();
}

// Looks at as much of the next entry's fixed part as there is, so that what is no entry is not waited for.
absl::Status AuditVerifier::CheckStart(BytesView start) const {
  const uint64_t next = last_.sequence + 1;
  const auto begins = [start](size_t at, BytesView expected) {
    const BytesView there = start.subspan(std::min(at, start.size()));
    const size_t size = std::min(there.size(), expected.size());
    return std::equal(expected.begin(), expected.begin() + size, there.begin());
  };
  if (!begins(0, AsBytes(kEntryMagic))) return BadAudit(next, "does not begin like one: the log was edited here.");
  ByteArray<sizeof(uint64_t)> number;
  StoreBigEndian(next, number.data());
  if (!begins(kSequenceAt, number)) return BadAudit(next, "is not there: another number stands in its place.");
  if (linked_ && !begins(kPreviousAt, last_.hash)) {
    return BadAudit(next, "does not follow from the one before: one of the two was edited or replaced.");
  }
  if (start.size() >= kAuditFixedSize) {
    const uint8_t* lengths = start.data() + kLengthsAt;
    if (lengths[0] > kMaxAuditWho || lengths[1] > kMaxAuditWhat ||
        LoadBigEndian<uint16_t>(lengths + 2) > kMaxAuditObject) {
      return BadAudit(next, "is longer than an entry can be.");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<AuditEntry> AuditVerifier::Take(BytesView bytes) {
  ASSIGN_OR_RETURN(AuditEntry entry, DecodeAuditEntry(bytes));
  if (entry.event.what == kAuditClock) {
    time_ = entry.time;
  } else if (entry.time < time_ && time_ - entry.time > kAuditClockSlack) {
    return BadAudit(entry.sequence, "is dated before an earlier one, and none says that the clock was set back.");
  }
  time_ = std::max(time_, entry.time);
  last_ = {.sequence = entry.sequence, .hash = AuditEntryHash(bytes)};
  linked_ = true;
  if (required_ && required_->sequence == last_.sequence && required_->hash != last_.hash) {
    return BadAudit(last_.sequence, "is not the one that was remembered: it, or one before it, was replaced.");
  }
  return entry;
}

absl::Status AuditVerifier::Finish() const {
  RETURN_IF_ERROR(fault_);
  if (!pending_.empty()) return BadAudit(last_.sequence + 1, "is incomplete: the log was cut in it.");
  if (required_ && required_->sequence > last_.sequence) {
    return BadAudit(last_.sequence + 1, absl::StrCat("is missing: the log was cut, and had ", required_->sequence,
                                                     " entries when that was remembered."));
  }
  if (required_ && required_->sequence + 1 < first_) {
    return BadAudit(required_->sequence, "is not in this part, so that it cannot be compared.");
  }
  return absl::OkStatus();
}

}  // namespace exposure::crypto
