// Which root is believed: the one that a client pins, or the one that changes signed by both roots lead to from it
// (protocol.md §6). Pure functions over bytes.
#ifndef EXPOSURE_CRYPTO_ROOT_PATH_H_
#define EXPOSURE_CRYPTO_ROOT_PATH_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/catalogue.h"

namespace exposure::crypto {

// What a client was told of its root: the key, or its fingerprint H(key) only.
struct RootPin {
  RootPin() = default;
  RootPin(const PublicKey& root) : fingerprint(DeriveKeyId(root)), key(root) {}  // NOLINT(google-explicit-constructor)
  static RootPin OfFingerprint(const KeyId& fingerprint);

  KeyId fingerprint{};
  std::optional<PublicKey> key;
};

// From the pinned root to the one that delegates.
struct RootPath {
  PublicKey pinned{};
  PublicKey root{};
  std::vector<SignedRootChange> changes;  // those followed; none where pinned == root
};

// One change, signed by both roots. Returns BAD_ROOT_CHANGE.
absl::StatusOr<RootChange> CheckRootChange(const SignedRootChange& change);

// Follows the catalogue's root changes from the pinned root to the root that signed its delegation. A change counts
// once `now` has reached its beginning, less the skew. The signature of the delegation is checked by CheckSignatures
// with the root found.
// Returns BAD_ROOT_CHANGE if a change on the way is not signed by both, has not begun, or serials do not grow;
// BAD_DELEGATION if no root on the way signed the delegation, or none has the pinned fingerprint.
absl::StatusOr<RootPath> FindRoot(const SignedCatalogue& catalogue, const RootPin& pin, uint64_t now);

}  // namespace exposure::crypto

#endif  // EXPOSURE_CRYPTO_ROOT_PATH_H_
