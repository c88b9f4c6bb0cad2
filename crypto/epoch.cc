#include "crypto/epoch.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/hash.h"

namespace exposure::crypto {
namespace {

constexpr std::string_view kSuite("ristretto255-SHA512\0", 20);

// Hpop = HtG(L("pop") || x_i || P_i).
absl::StatusOr<Element> PossessionPoint(uint32_t index, BytesView public_key) {
  std::string input = Label("pop");
  input.push_back(static_cast<char>(index));
  input.append(AsChars(public_key));
  return Element::HashFrom(AsBytes(input));
}

absl::Status CheckPossession(const EvaluatorEntry& entry, const Element& public_key) {
  ASSIGN_OR_RETURN(const Element point, PossessionPoint(entry.index, entry.public_key));
  const absl::StatusOr<Element> element = Element::Decode(entry.possession_element);
  if (!element.ok() || !VerifyEvaluation(public_key, {&point, 1}, {&*element, 1}, entry.possession_proof).ok()) {
    return Error(Reason::kBadPossession,
                 absl::StrCat("Evaluator ", entry.index, " does not prove that it has its key."));
  }
  return absl::OkStatus();
}

absl::Status CheckDistinct(std::span<const EvaluatorEntry> entries) {
  std::set<uint32_t> indexes;
  std::set<ByteArray<32>> keys;
  for (const EvaluatorEntry& entry : entries) {
    if (entry.index < 1 || entry.index > 255) {
      return Error(Reason::kBadEpoch, "An evaluator's index is not in 1 to 255.");
    }
    if (!indexes.insert(entry.index).second || !keys.insert(entry.public_key).second) {
      return Error(Reason::kDuplicateEvaluator,
                   absl::StrCat("Evaluator ", entry.index, " has an index or a key that another one has too."));
    }
  }
  return absl::OkStatus();
}

}  // namespace

EpochId DeriveEpochId(const Element& public_key) {
  const ByteArray<32> hash = Sha256({AsBytes(Label("epoch")), AsBytes(kSuite), public_key.bytes()});
  return *ToArray<16>(BytesView(hash).first(16));
}

absl::StatusOr<EvaluatorEntry> MakeEvaluatorEntry(const EvaluatorKey& key, uint32_t index) {
  if (index < 1 || index > 255) return Error(Reason::kBadEpoch, "An evaluator's index is not in 1 to 255.");
  EvaluatorEntry entry;
  entry.index = index;
  entry.public_key = key.public_key().bytes();
  ASSIGN_OR_RETURN(const Element point, PossessionPoint(index, entry.public_key));
  ASSIGN_OR_RETURN(const Evaluation evaluation, Evaluate(key, {&point, 1}));
  entry.possession_element = evaluation.evaluated[0].bytes();
  entry.possession_proof = evaluation.proof;
  return entry;
}

absl::StatusOr<Element> CombinePublicKeys(std::span<const EvaluatorEntry> entries) {
  if (entries.empty()) return Error(Reason::kBadEpoch, "An epoch has no evaluator.");
  ASSIGN_OR_RETURN(Element sum, Element::Decode(entries[0].public_key));
  for (const EvaluatorEntry& entry : entries.subspan(1)) {
    ASSIGN_OR_RETURN(const Element public_key, Element::Decode(entry.public_key));
    ASSIGN_OR_RETURN(sum, Add(sum, public_key));
  }
  return sum;
}

absl::StatusOr<std::vector<Element>> CheckEvaluators(const ByteArray<32>& public_key, uint32_t rule,
                                                     std::span<const EvaluatorEntry> entries) {
  if (rule != kRuleAdditive) {
    return Error(Reason::kUnknownRule, "The epoch combines its evaluators by a rule that this version does not know.");
  }
  if (entries.empty() || entries.size() > 255) {
    return Error(Reason::kBadEpoch, "An epoch has 1 to 255 evaluators.");
  }
  RETURN_IF_ERROR(CheckDistinct(entries));
  std::vector<Element> keys;
  keys.reserve(entries.size());
  for (const EvaluatorEntry& entry : entries) {
    ASSIGN_OR_RETURN(const Element key, Element::Decode(entry.public_key));
    keys.push_back(key);
  }
  const absl::StatusOr<Element> sum = CombinePublicKeys(entries);
  if (!sum.ok() || sum->bytes() != public_key) {
    return Error(Reason::kBadKeySum, "The evaluators' keys do not add up to the epoch's key.");
  }
  for (size_t i = 0; i < entries.size(); ++i) RETURN_IF_ERROR(CheckPossession(entries[i], keys[i]));
  return keys;
}

}  // namespace exposure::crypto
