// The rules by which a catalogue is believed (protocol.md §6): delegation, signature, time, chain. Pure functions over
// bytes; no protobuf, no clock, no files.
#ifndef EXPOSURE_CRYPTO_CATALOGUE_H_
#define EXPOSURE_CRYPTO_CATALOGUE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/bodies.h"

namespace exposure::crypto {

inline constexpr uint64_t kClockSkew = 300;            // seconds
inline constexpr uint64_t kCatalogueLife = 24 * 3600;  // seconds
inline constexpr uint64_t kReissueAfter = 6 * 3600;    // seconds
inline constexpr uint64_t kMaxDelegationLife = 90 * 24 * 3600;

// A change of the root, as it came.
struct SignedRootChange {
  std::string root_change;
  std::string old_signature;
  std::string new_signature;
  friend bool operator==(const SignedRootChange&, const SignedRootChange&) = default;
};

// A catalogue as it came: the fields of GetCatalogue.
struct SignedCatalogue {
  std::string header;
  std::string signature;
  std::string content;
  std::string delegation;
  std::string delegation_signature;
  std::vector<SignedRootChange> root_changes = {};  // oldest first
  std::string root_key = {};                        // for clients that pin a fingerprint; checked against it
};

// What a client keeps of the newest catalogue that it verified, across runs.
struct TrustState {
  uint64_t version = 0;  // 0: none yet
  Hash header_hash{};
  uint64_t delegation_serial = 0;
  friend bool operator==(const TrustState&, const TrustState&) = default;
};

// Signatures, layout, content hash and delegation; not the clock and not the chain, so that a notice stays readable
// when expired. Returns CATALOGUE_MALFORMED, BAD_DELEGATION (not by `root`, which FindRoot found),
// CATALOGUE_WRONGLY_SIGNED, CATALOGUE_CONTENT (hash or size), DELEGATION_EXPIRED (the header's life is not within the
// delegation's).
absl::StatusOr<CatalogueHeader> CheckSignatures(const SignedCatalogue& catalogue, const PublicKey& root);

// The clock. Returns CLOCK_BEHIND (issued in the future), CATALOGUE_EXPIRED, DELEGATION_EXPIRED.
absl::Status CheckTime(const CatalogueHeader& header, const Delegation& delegation, uint64_t now);

// The chain from what the client knew: `headers` are those after known.version, up to and including `newest`, as
// GetCatalogueHeaders gave them (empty where nothing is newer). A client that knows nothing (version 0) needs none.
// Returns CATALOGUE_ROLLED_BACK (older than known), CATALOGUE_FORKED (another header for a known version, or a chain
// that does not lead here), DELEGATION_OLD (a lower serial than known).
absl::StatusOr<TrustState> CheckChain(const TrustState& known, std::span<const std::string> headers, BytesView newest,
                                      const Delegation& delegation);

inline constexpr uint64_t kCatalogueEndsSoon = 12 * 3600;        // seconds
inline constexpr uint64_t kDelegationEndsSoon = 30 * 24 * 3600;  // seconds

// What is about to end, for people: a catalogue with less than 12 hours left, which should have been issued again by
// now; a delegation with less than 30 days. Says nothing of what is over: CheckTime does.
std::vector<std::string> EndWarnings(const CatalogueHeader& header, const Delegation& delegation, uint64_t now);
// The delegation alone.
std::vector<std::string> EndWarnings(const Delegation& delegation, uint64_t now);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_CATALOGUE_H_
