#include "client/core/question.h"

#include <algorithm>
#include <climits>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/bucket.h"

namespace exposure {
namespace {

absl::StatusOr<const v1::Scheme*> FindScheme(const CheckedContent& content, const Number& number) {
  if (const v1::Scheme* scheme = content.FindScheme(number.force, number.scheme); scheme != nullptr) return scheme;
  std::string of_force, all;
  for (const CheckedEpoch& epoch : content.epochs()) {
    if (!epoch.live()) continue;
    for (const v1::Scheme& scheme : epoch.message->schemes()) {
      const std::string name = " " + scheme.force() + "/" + scheme.name();
      all += name;
      if (scheme.force() == number.force) of_force += name;
    }
  }
  // What was typed is not repeated: it may be a number in the wrong place.
  if (!of_force.empty()) {
    return Error(Reason::kUnknownScheme, "The force has no such kind of number here. Known:" + of_force + ".");
  }
  return Error(Reason::kUnknownForce, "No such force is known here. Known:" + all + ".");
}

}  // namespace

absl::StatusOr<std::vector<AskedNumber>> ReadNumbers(const CheckedContent& content, std::span<const Number> numbers) {
  if (numbers.empty()) return Error(Reason::kBadUsage, "No number was given.");
  std::vector<AskedNumber> asked;
  for (const Number& number : numbers) {
    ASSIGN_OR_RETURN(const v1::Scheme* scheme, FindScheme(content, number));
    ASSIGN_OR_RETURN(const CanonicalNumber canonical, Canonicalise(scheme->rule(), AsChars(number.number.Reveal())));
    const OprfInput input(number.force, number.scheme, canonical);
    const bool known =
        std::any_of(asked.begin(), asked.end(), [&](const AskedNumber& other) { return other.input == input; });
    if (!known) asked.push_back({number.force, number.scheme, input});
  }
  return asked;
}

Plan MakePlan(const CheckedContent& content, std::span<const AskedNumber> numbers) {
  Plan plan;
  int least = INT_MAX;
  for (const CheckedEpoch& epoch : content.epochs()) {
    if (!epoch.status.ok() || !epoch.live()) continue;
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (epoch.FindScheme(numbers[i].force, numbers[i].scheme) == nullptr) continue;
      plan.pairs.push_back({i, epoch.id});
      least = std::min(least, static_cast<int>(epoch.message->fetch_bits()));
    }
  }
  std::sort(plan.pairs.begin(), plan.pairs.end());
  if (plan.pairs.empty()) return plan;
  plan.least_fetch_bits = std::min(least, crypto::kMaxFetchBits);
  plan.bits = crypto::QuestionBits(plan.least_fetch_bits, static_cast<int>(plan.pairs.size()));
  return plan;
}

Plan MakeSecondPlan(const Plan& first, const CheckedContent& content, std::span<const AskedNumber> numbers) {
  Plan second = MakePlan(content, numbers);
  const int revealed = first.bits * static_cast<int>(first.pairs.size());
  second.whole_sets = first.whole_sets || second.pairs != first.pairs || revealed > second.least_fetch_bits;
  second.bits = first.bits;
  return second;
}

bool TakesWholeSets(const Plan& plan, const CheckedContent& content, const CheckedEpoch& epoch) {
  const int bucket_bits = static_cast<int>(epoch.message->bucket_bits());
  if (plan.whole_sets || (plan.bits == 0 && bucket_bits > 0)) return true;
  uint64_t bytes = 0;
  for (const CheckedDataset* dataset : content.DatasetsOf(epoch.id)) {
    bytes += crypto::FetchBytes(dataset->manifest.bucket_bytes(), bucket_bits, std::min(plan.bits, bucket_bits));
  }
  return bytes > crypto::kMaxFetchBytes;
}

}  // namespace exposure
