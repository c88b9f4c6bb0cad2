// Blind, evaluate at every evaluator, verify, finalise: from inputs to F, one or fifty thousand.
#ifndef EXPOSURE_CLIENT_CORE_EVALUATION_H_
#define EXPOSURE_CLIENT_CORE_EVALUATION_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "client/core/number.h"
#include "client/core/transport.h"
#include "crypto/oprf.h"
#include "proto/rules/catalogue_content.h"

namespace exposure {

// Opaque pseudonym of the person asking, for quotas alone: new each day, and nothing that says who it is.
using Subject = ByteArray<16>;

// Of a person whom the caller does not count.
Subject RandomSubject();

struct EvaluationOptions {
  // Who asks; all zero: the caller itself, with a batch of its own.
  Subject subject{};
  // The sealing grant of each evaluator, in their order, 0 or 16 bytes; no list: nothing is sealed.
  std::vector<std::string> grants;
  // Threads that blind and verify, and as many batches in flight; 0: two for each core. One question needs one.
  uint32_t threads = 1;
  // Called after each batch with the number of inputs done so far, from one thread at a time; may be null.
  std::function<void(size_t done)> progress;
};

// F of each input, in order, every evaluation verified against the epoch's published keys. Batches of up to 1,024; a
// failed batch fails all. Returns BAD_PROOF, BAD_SCALAR, BAD_RESPONSE (wrong lengths), epoch.status if it is refused,
// and the service's errors.
absl::StatusOr<std::vector<crypto::Output>> EvaluateInputs(Transport& transport, const CheckedEpoch& epoch,
                                                           std::span<const OprfInput> inputs,
                                                           const EvaluationOptions& options = {});

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_EVALUATION_H_
