// The oblivious pseudorandom function: RFC 9497, mode 0x01 (VOPRF), ristretto255-SHA512, with several evaluators
// (protocol.md §2). Security: the evaluator learns nothing of the input; the asker learns F of the inputs it asked for,
// and nothing else of the key; a wrong evaluation fails verification. All functions are thread-safe.
//
//   asker                                     each evaluator i
//   r_i, B_i = Blind(point)      ── B_i ──▶
//                                ◀─ Z_i, proof ──   Evaluate(key_i, B_i)
//   VerifyEvaluation(P_i, …)
//   Finalize(input, {r_i, Z_i}) = F
#ifndef EXPOSURE_CRYPTO_OPRF_H_
#define EXPOSURE_CRYPTO_OPRF_H_

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/group.h"
#include "crypto/secret.h"

namespace exposure::crypto {

inline constexpr size_t kMaxBatch = 1024;  // elements of one Evaluate (protocol.md §7)
inline constexpr size_t kOutputSize = 64;  // Nh of SHA-512

// F, the output for one input.
using Output = WipedArray<kOutputSize>;
// c || s.
using Proof = ByteArray<64>;

// An evaluator's key, or its share of one. Move-only.
class EvaluatorKey {
 public:
  static absl::StatusOr<EvaluatorKey> Generate();
  // 32 bytes. Returns BAD_SCALAR unless reduced and not zero.
  static absl::StatusOr<EvaluatorKey> Decode(BytesView bytes);

  const Element& public_key() const { return public_key_; }
  // The secret scalar's bytes, for writing the key file.
  BytesView Reveal() const { return secret_.Reveal(); }

 private:
  EvaluatorKey(Secret secret, const Element& public_key) : secret_(std::move(secret)), public_key_(public_key) {}

  Secret secret_;
  Element public_key_;
};

// A blind and the element that goes to an evaluator. A fresh one for each evaluator and each question.
struct Blinding {
  Scalar blind;
  Element element;
};

// `point` is Element::HashFrom(input): computed once, blinded for each evaluator.
absl::StatusOr<Blinding> Blind(const Element& point);
// With a given blind: for the vectors.
absl::StatusOr<Blinding> BlindWith(const Element& point, const Scalar& blind);

struct Evaluation {
  std::vector<Element> evaluated;
  Proof proof;
};

// Evaluates 1..kMaxBatch elements and proves them. `cancelled` is asked every few elements.
// Returns BATCH_SIZE for another number of elements, CANCELLED if `cancelled` says so.
absl::StatusOr<Evaluation> Evaluate(
    const EvaluatorKey& key, std::span<const Element> blinded,
    absl::FunctionRef<bool()> cancelled = [] { return false; });

// DLEQ proof of RFC 9497 §2.2.1. The nonce is hedged: reduce(SHA512(L("nonce") || sk || M || 64 random bytes)) with M
// the composite element. `nonce` replaces it in the vector test only.
absl::StatusOr<Proof> Prove(const EvaluatorKey& key, std::span<const Element> blinded,
                            std::span<const Element> evaluated, const std::optional<Scalar>& nonce = std::nullopt);

// The hedged nonce itself.
absl::StatusOr<Scalar> HedgedNonce(BytesView secret_key, const Element& composite, const ByteArray<64>& random);

// Returns BAD_PROOF if the evaluation is not by `public_key`, BAD_SCALAR if a scalar of the proof is not reduced (which
// libsodium would accept), BATCH_SIZE if the sizes differ.
absl::Status VerifyEvaluation(const Element& public_key, std::span<const Element> blinded,
                              std::span<const Element> evaluated, const Proof& proof);

// What one evaluator contributed to one input: its blind and its verified evaluation.
struct Contribution {
  const Scalar& blind;
  const Element& evaluated;
};

// N = Σ r_i⁻¹·Z_i, then the RFC's Finalize hash. At least one contribution.
absl::StatusOr<Output> Finalize(BytesView input, std::span<const Contribution> contributions);

// Unblinds one evaluator's verified batch: r_j⁻¹·Z_j for all j, with one inversion. Sum these over evaluators with Add.
absl::StatusOr<std::vector<Element>> Unblind(std::span<const Blinding> blindings, std::span<const Element> evaluated);

// The RFC's Finalize hash of an unblinded element.
Output FinalizeHash(BytesView input, const Element& unblinded);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_OPRF_H_
