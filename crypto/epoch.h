// An epoch's identity and its list of evaluators (protocol.md §2).
#ifndef EXPOSURE_CRYPTO_EPOCH_H_
#define EXPOSURE_CRYPTO_EPOCH_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/oprf.h"

namespace exposure::crypto {

using EpochId = ByteArray<16>;

// H(L("epoch") || "ristretto255-SHA512" || 0x00 || P)[0..16): of the combined key only.
EpochId DeriveEpochId(const Element& public_key);

inline constexpr uint32_t kRuleAdditive = 1;

// An evaluator as the catalogue lists it, not yet checked.
struct EvaluatorEntry {
  uint32_t index = 0;                  // x_i
  ByteArray<32> public_key{};          // P_i
  ByteArray<32> possession_element{};  // E_i = k_i · HtG(L("pop") || x_i || P_i)
  Proof possession_proof{};            // the RFC's proof for E_i
};

// The entry for `key` under index 1..255, with its proof of possession. Returns BAD_EPOCH for another index.
absl::StatusOr<EvaluatorEntry> MakeEvaluatorEntry(const EvaluatorKey& key, uint32_t index);

// Σ P_i. Returns BAD_ELEMENT or BAD_EPOCH (no entry).
absl::StatusOr<Element> CombinePublicKeys(std::span<const EvaluatorEntry> entries);

// The checks that let a client trust a list of evaluators. Returns UNKNOWN_RULE; BAD_EPOCH for no entry, more than 255,
// or an index outside 1..255; DUPLICATE_EVALUATOR for two equal indexes or keys (an ordinary answer of one evaluator
// would prove possession for a second listing of its key); BAD_KEY_SUM unless Σ P_i = P; BAD_POSSESSION; BAD_ELEMENT.
// On success the evaluators' public keys in the order of `entries`.
absl::StatusOr<std::vector<Element>> CheckEvaluators(const ByteArray<32>& public_key, uint32_t rule,
                                                     std::span<const EvaluatorEntry> entries);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_EPOCH_H_
