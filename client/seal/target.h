// What a custodian may seal for: the incident, epoch and scheme of a mapping in the catalogue, and the custodian's own
// entry.
#ifndef EXPOSURE_CLIENT_SEAL_TARGET_H_
#define EXPOSURE_CLIENT_SEAL_TARGET_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/signature.h"
#include "exposure/v1/dataset.pb.h"
#include "proto/rules/catalogue_content.h"

namespace exposure {

// Both owned by the content.
struct SealTarget {
  const CheckedEpoch* epoch = nullptr;
  const v1::Scheme* scheme = nullptr;
};

// The live epoch whose scope holds the mapping's scheme; of several the one listed last: the next key's, beside the one
// until now. Returns UNKNOWN_INCIDENT, WRONG_INCIDENT (its notice does not name the scheme), UNKNOWN_FORCE,
// UNKNOWN_SCHEME, or why the epoch is refused.
absl::StatusOr<SealTarget> FindTarget(const CheckedContent& content, const v1::Mapping& mapping,
                                      std::string_view incident_id);

// Whether the catalogue lets `key` seal for `force` at `now`. Returns UNKNOWN_CUSTODIAN, REVOKED_CUSTODIAN,
// WRONG_FORCE.
absl::Status CheckCustodian(const CheckedContent& content, const crypto::PublicKey& key, std::string_view force,
                            uint64_t now);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_TARGET_H_
