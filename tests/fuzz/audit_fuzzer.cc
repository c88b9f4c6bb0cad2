// The audit log: whatever decodes encodes to the same bytes, and a log verifies alike in one piece and in many.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "crypto/audit.h"

using namespace exposure;          // NOLINT: a fuzz target is one function
using namespace exposure::crypto;  // NOLINT

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const BytesView bytes(data, size);
  if (const auto entry = DecodeAuditEntry(bytes); entry.ok()) {
    Require(Encode(*entry) == AsChars(bytes));
    Require(AuditEntrySize(bytes) == size);
  }
  if (const auto head = DecodeAuditHead(bytes); head.ok()) Require(ToString(Encode(*head)) == AsChars(bytes));

  AuditVerifier whole;
  size_t used = 0;
  const absl::Status once = whole.Add(bytes, [&used](const AuditEntry& entry) { used += Encode(entry).size(); });
  if (once.ok()) Require(used + whole.incomplete() == size);
  AuditVerifier pieces;
  absl::Status many;
  for (size_t at = 0; at < size && many.ok(); at += 7)
    many = pieces.Add(bytes.subspan(at, std::min<size_t>(7, size - at)));
  Require(once == many);
  Require(whole.last() == pieces.last());
  return 0;
}
