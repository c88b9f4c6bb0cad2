// What a scheme's canonical rule must be, so that each of its numbers can be read, and in one way only.
#ifndef EXPOSURE_PROTO_RULES_CANONICAL_RULE_H_
#define EXPOSURE_PROTO_RULES_CANONICAL_RULE_H_

#include "absl/status/status.h"
#include "exposure/v1/catalogue.pb.h"

namespace exposure {

// Returns BAD_EPOCH if it does not add up, or if one of its numbers could be read as another; UNKNOWN_RULE if it asks
// for something that this version does not know.
absl::Status CheckCanonicalRule(const v1::CanonicalRule& rule);

}  // namespace exposure

#endif  // EXPOSURE_PROTO_RULES_CANONICAL_RULE_H_
