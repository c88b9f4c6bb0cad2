#include "crypto/oprf.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/hash.h"

namespace exposure::crypto {
namespace {

constexpr std::string_view kSeedTag = "Seed-OPRFV1-\x01-ristretto255-SHA512";  // RFC 9497 §2.2.1
constexpr size_t kCancelCheckEvery = 16;                                       // elements, about 1 ms

// I2OSP(|bytes|, 2) || bytes.
void AppendSized(BytesView bytes, std::string& out) {
  AppendBigEndian(static_cast<uint16_t>(bytes.size()), out);
  out.append(AsChars(bytes));
}

absl::Status CheckBatch(std::span<const Element> blinded, std::span<const Element> evaluated) {
  if (blinded.empty() || blinded.size() > kMaxBatch || evaluated.size() != blinded.size()) {
    return Error(Reason::kBatchSize, absl::StrCat("A batch has 1 to ", kMaxBatch, " elements, and as many evaluated."));
  }
  return absl::OkStatus();
}

// The d_i of ComputeComposites, RFC 9497 §2.2.1.
absl::StatusOr<std::vector<Scalar>> CompositeWeights(const Element& public_key, std::span<const Element> blinded,
                                                     std::span<const Element> evaluated) {
  std::string transcript;
  AppendSized(public_key.bytes(), transcript);
  AppendSized(AsBytes(kSeedTag), transcript);
  const WipedArray<64> seed = Sha512({AsBytes(transcript)});

  std::vector<Scalar> weights;
  weights.reserve(blinded.size());
  for (size_t i = 0; i < blinded.size(); ++i) {
    transcript.clear();
    AppendSized(seed.Reveal(), transcript);
    AppendBigEndian(static_cast<uint16_t>(i), transcript);
    AppendSized(blinded[i].bytes(), transcript);
    AppendSized(evaluated[i].bytes(), transcript);
    transcript.append("Composite");
    ASSIGN_OR_RETURN(Scalar weight, Scalar::HashFrom(AsBytes(transcript)));
    weights.push_back(std::move(weight));
  }
  return weights;
}

// c of the proof: HashToScalar over the challenge transcript, RFC 9497 §2.2.1.
absl::StatusOr<Scalar> Challenge(const Element& public_key, const Element& m, const Element& z, const Element& t2,
                                 const Element& t3) {
  std::string transcript;
  for (const Element* element : {&public_key, &m, &z, &t2, &t3}) AppendSized(element->bytes(), transcript);
  transcript.append("Challenge");
  return Scalar::HashFrom(AsBytes(transcript));
}

// Σ weights[i] · elements[i], a few at a time.
absl::StatusOr<Element> SumUnless(absl::FunctionRef<bool()> cancelled, std::span<const Scalar> weights,
                                  std::span<const Element> elements) {
  std::optional<Element> sum;
  for (size_t i = 0; i < elements.size(); i += kCancelCheckEvery) {
    if (cancelled()) return absl::CancelledError("The call was cancelled.");
    const size_t count = std::min(kCancelCheckEvery, elements.size() - i);
    ASSIGN_OR_RETURN(const Element part, MultiplyAndSum(weights.subspan(i, count), elements.subspan(i, count)));
    if (!sum) {
      sum = part;
      continue;
    }
    ASSIGN_OR_RETURN(sum, Add(*sum, part));
  }
  return *sum;
}

absl::StatusOr<Proof> ProveUnless(absl::FunctionRef<bool()> cancelled, const EvaluatorKey& key,
                                  std::span<const Element> blinded, std::span<const Element> evaluated,
                                  const std::optional<Scalar>& nonce) {
  RETURN_IF_ERROR(CheckBatch(blinded, evaluated));
  ASSIGN_OR_RETURN(const Scalar secret, Scalar::Decode(key.Reveal()));
  // ComputeCompositesFast: Z = k · M.
  ASSIGN_OR_RETURN(const std::vector<Scalar> weights, CompositeWeights(key.public_key(), blinded, evaluated));
  ASSIGN_OR_RETURN(const Element m, SumUnless(cancelled, weights, blinded));
  ASSIGN_OR_RETURN(const Element z, Multiply(secret, m));

  WipedArray<64> random;
  randombytes_buf(random.RevealMutable().data(), random.Reveal().size());
  ASSIGN_OR_RETURN(const Scalar hedged, HedgedNonce(key.Reveal(), m, random.Reveal()));
  const Scalar& r = nonce ? *nonce : hedged;

  ASSIGN_OR_RETURN(const Element t2, MultiplyBase(r));
  ASSIGN_OR_RETURN(const Element t3, Multiply(r, m));
  ASSIGN_OR_RETURN(const Scalar c, Challenge(key.public_key(), m, z, t2, t3));
  ASSIGN_OR_RETURN(const Scalar s, SubtractProduct(r, c, secret));
  Proof proof;
  std::copy(c.Reveal().begin(), c.Reveal().end(), proof.begin());
  std::copy(s.Reveal().begin(), s.Reveal().end(), proof.begin() + kScalarSize);
  return proof;
}

}  // namespace

absl::StatusOr<EvaluatorKey> EvaluatorKey::Generate() {
  if (!InitialiseSodium()) return absl::InternalError("libsodium cannot be initialised.");
  return Decode(Scalar::Random().Reveal());
}

absl::StatusOr<EvaluatorKey> EvaluatorKey::Decode(BytesView bytes) {
  ASSIGN_OR_RETURN(const Scalar scalar, Scalar::Decode(bytes));
  ASSIGN_OR_RETURN(const Element public_key, MultiplyBase(scalar));
  return EvaluatorKey(Secret(bytes), public_key);
}

absl::StatusOr<Blinding> Blind(const Element& point) { return BlindWith(point, Scalar::Random()); }

absl::StatusOr<Blinding> BlindWith(const Element& point, const Scalar& blind) {
  ASSIGN_OR_RETURN(const Element element, Multiply(blind, point));
  return Blinding{blind, element};
}

absl::StatusOr<Evaluation> Evaluate(const EvaluatorKey& key, std::span<const Element> blinded,
                                    absl::FunctionRef<bool()> cancelled) {
  RETURN_IF_ERROR(CheckBatch(blinded, blinded));
  ASSIGN_OR_RETURN(const Scalar secret, Scalar::Decode(key.Reveal()));
  Evaluation evaluation;
  evaluation.evaluated.reserve(blinded.size());
  for (size_t i = 0; i < blinded.size(); ++i) {
    if (i % kCancelCheckEvery == 0 && cancelled()) return absl::CancelledError("The call was cancelled.");
    ASSIGN_OR_RETURN(const Element element, Multiply(secret, blinded[i]));
    evaluation.evaluated.push_back(element);
  }
  ASSIGN_OR_RETURN(evaluation.proof, ProveUnless(cancelled, key, blinded, evaluation.evaluated, std::nullopt));
  return evaluation;
}

absl::StatusOr<Scalar> HedgedNonce(BytesView secret_key, const Element& composite, const ByteArray<64>& random) {
  return Scalar::Reduce(Sha512({AsBytes(Label("nonce")), secret_key, composite.bytes(), random}).Reveal());
}

absl::StatusOr<Proof> Prove(const EvaluatorKey& key, std::span<const Element> blinded,
                            std::span<const Element> evaluated, const std::optional<Scalar>& nonce) {
  return ProveUnless([] { return false; }, key, blinded, evaluated, nonce);
}

absl::Status VerifyEvaluation(const Element& public_key, std::span<const Element> blinded,
                              std::span<const Element> evaluated, const Proof& proof) {
  RETURN_IF_ERROR(CheckBatch(blinded, evaluated));
  const BytesView bytes = proof;
  ASSIGN_OR_RETURN(const Scalar c, Scalar::Decode(bytes.first(kScalarSize)));
  ASSIGN_OR_RETURN(const Scalar s, Scalar::Decode(bytes.subspan(kScalarSize)));

  const auto recompute = [&]() -> absl::StatusOr<Scalar> {
    ASSIGN_OR_RETURN(const std::vector<Scalar> weights, CompositeWeights(public_key, blinded, evaluated));
    ASSIGN_OR_RETURN(const Element m, MultiplyAndSum(weights, blinded));
    ASSIGN_OR_RETURN(const Element z, MultiplyAndSum(weights, evaluated));
    ASSIGN_OR_RETURN(const Element s_base, MultiplyBase(s));
    ASSIGN_OR_RETURN(const Element c_key, Multiply(c, public_key));
    ASSIGN_OR_RETURN(const Element s_m, Multiply(s, m));
    ASSIGN_OR_RETURN(const Element c_z, Multiply(c, z));
    ASSIGN_OR_RETURN(const Element t2, Add(s_base, c_key));
    ASSIGN_OR_RETURN(const Element t3, Add(s_m, c_z));
    return Challenge(public_key, m, z, t2, t3);
  };
  const absl::StatusOr<Scalar> expected = recompute();
  // An identity on the way does not happen for an honest evaluation.
  if (!expected.ok() || sodium_memcmp(expected->Reveal().data(), c.Reveal().data(), kScalarSize) != 0) {
    return Error(Reason::kBadProof, "The evaluation was not made with the published key.");
  }
  return absl::OkStatus();
}

absl::StatusOr<Output> Finalize(BytesView input, std::span<const Contribution> contributions) {
  std::optional<Element> sum;
  for (const Contribution& contribution : contributions) {
    const std::vector<Scalar> inverse = Invert({&contribution.blind, 1});
    ASSIGN_OR_RETURN(const Element unblinded, Multiply(inverse[0], contribution.evaluated));
    if (!sum) {
      sum = unblinded;
    } else {
      ASSIGN_OR_RETURN(sum, Add(*sum, unblinded));
    }
  }
  if (!sum) return Error(Reason::kBatchSize, "There is no evaluation to finalise.");
  return FinalizeHash(input, *sum);
}

absl::StatusOr<std::vector<Element>> Unblind(std::span<const Blinding> blindings, std::span<const Element> evaluated) {
  if (blindings.size() != evaluated.size())
    return Error(Reason::kBatchSize, "There is not one evaluation for a blind.");
  std::vector<Scalar> blinds;
  blinds.reserve(blindings.size());
  for (const Blinding& blinding : blindings) blinds.push_back(blinding.blind);
  const std::vector<Scalar> inverses = Invert(blinds);
  std::vector<Element> out;
  out.reserve(evaluated.size());
  for (size_t i = 0; i < evaluated.size(); ++i) {
    ASSIGN_OR_RETURN(const Element element, Multiply(inverses[i], evaluated[i]));
    out.push_back(element);
  }
  return out;
}

Output FinalizeHash(BytesView input, const Element& unblinded) {
  ByteArray<2> input_size;
  StoreBigEndian(static_cast<uint16_t>(input.size()), input_size.data());
  static constexpr ByteArray<2> kElementLength = {0, kElementSize};
  // RFC 9497 §3.3.1, Finalize.
  return Sha512({input_size, input, kElementLength, unblinded.bytes(), AsBytes("Finalize")});
}

}  // namespace exposure::crypto
