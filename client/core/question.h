// What is asked: the numbers once each, the epochs that they are looked up in, and how much that may reveal
// (protocol.md §3). Depends on the catalogue and the numbers' schemes only, never on an answer.
#ifndef EXPOSURE_CLIENT_CORE_QUESTION_H_
#define EXPOSURE_CLIENT_CORE_QUESTION_H_

#include <compare>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/core/number.h"
#include "proto/rules/catalogue_content.h"

namespace exposure {

// A number ready to be asked.
struct AskedNumber {
  std::string force;
  std::string scheme;
  OprfInput input;

  std::string scheme_name() const { return force + "/" + scheme; }  // "met/pay"
};

// One person's numbers in canonical form, equal ones once. Returns UNKNOWN_FORCE, UNKNOWN_SCHEME, BAD_NUMBER, and
// BAD_USAGE if there is none.
absl::StatusOr<std::vector<AskedNumber>> ReadNumbers(const CheckedContent& content, std::span<const Number> numbers);

// A number in a live epoch whose scope holds its scheme: one fetch.
struct Pair {
  size_t number;  // which of the question's
  crypto::EpochId epoch_id;
  friend auto operator<=>(const Pair&, const Pair&) = default;  // NOLINT(modernize-use-nullptr): it is not one
};

struct Plan {
  std::vector<Pair> pairs;   // sorted; epochs that are refused are left out
  int least_fetch_bits = 0;  // of the pairs' epochs
  int bits = 0;              // p of each fetch; 0: whole sets, except where B = 0
  bool whole_sets = false;   // whatever p says
};

Plan MakePlan(const CheckedContent& content, std::span<const AskedNumber> numbers);

// The plan for asking again after `first` met a stale catalogue: the same epochs and p, so that nothing more is
// revealed, or whole sets.
Plan MakeSecondPlan(const Plan& first, const CheckedContent& content, std::span<const AskedNumber> numbers);

// Whether the plan takes an epoch's whole sets: p = 0 with B > 0, or buckets of more than 2 MiB.
bool TakesWholeSets(const Plan& plan, const CheckedContent& content, const CheckedEpoch& epoch);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_QUESTION_H_
