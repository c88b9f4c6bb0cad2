// A source read whole, with what was repaired and corrected: its people, and the hash by which a resumed sealing knows
// it again.
#ifndef EXPOSURE_CLIENT_SEAL_SOURCE_H_
#define EXPOSURE_CLIENT_SEAL_SOURCE_H_

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "client/seal/people.h"
#include "client/sealer.h"

namespace exposure {

struct Source {
  People people;  // finished
  // Of the files' bytes in their order. Not of mapping, repairs and corrections: what they change is in the salt
  // (protocol.md §4), so that one seed serves a repaired run, too, and never seals two contents under one key.
  ByteArray<32> hash;
};

// `options.mapping` has passed CheckMapping; `rule` of its scheme. Hidden rows and columns are read as any other.
// `options.progress` gets the rows read so far. Returns FILE_ERROR, KEY_FILE, and BAD_SOURCE as OpenSources,
// PlanTables, ColumnPlan, Unsaid, Repairs, Corrections and People.
absl::StatusOr<Source> ReadSource(const SealOptions& options, const v1::CanonicalRule& rule);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_SOURCE_H_
