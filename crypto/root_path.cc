#include "crypto/root_path.h"

#include <span>

#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::crypto {
namespace {

// Layout and growing serials of all; signatures are checked on the way.
absl::StatusOr<std::vector<RootChange>> DecodeAll(std::span<const SignedRootChange> changes) {
  std::vector<RootChange> out;
  for (const SignedRootChange& change : changes) {
    ASSIGN_OR_RETURN(const RootChange decoded, DecodeRootChange(AsBytes(change.root_change)));
    if (!out.empty() && decoded.serial <= out.back().serial) {
      return Error(Reason::kBadRootChange, "The serials of the changes of root do not grow.");
    }
    out.push_back(decoded);
  }
  return out;
}

// The pinned root itself, which a fingerprint only names.
absl::StatusOr<PublicKey> FindPinned(const SignedCatalogue& catalogue, std::span<const RootChange> changes,
                                     const RootPin& pin) {
  if (pin.key) return *pin.key;
  std::vector<PublicKey> candidates;
  if (const std::optional<PublicKey> key = ToArray<32>(catalogue.root_key)) candidates.push_back(*key);
  for (const RootChange& change : changes) {
    candidates.push_back(change.old_root);
    candidates.push_back(change.new_root);
  }
  for (const PublicKey& candidate : candidates) {
    if (DeriveKeyId(candidate) == pin.fingerprint) return candidate;
  }
  return Error(Reason::kBadDelegation,
               "The service gives no root key with the fingerprint that this client pins.\n"
               "  Get the root's public file from the operator, and pin that.");
}

bool Delegates(const PublicKey& root, const SignedCatalogue& catalogue) {
  const std::optional<Signature> signature = ToArray<64>(catalogue.delegation_signature);
  return signature && VerifySignature(root, kDelegationLabel, AsBytes(catalogue.delegation), *signature).ok();
}

}  // namespace

RootPin RootPin::OfFingerprint(const KeyId& fingerprint) {
  RootPin pin;
  pin.fingerprint = fingerprint;
  return pin;
}

absl::StatusOr<RootChange> CheckRootChange(const SignedRootChange& change) {
  ASSIGN_OR_RETURN(const RootChange decoded, DecodeRootChange(AsBytes(change.root_change)));
  const std::optional<Signature> by_old = ToArray<64>(change.old_signature);
  const std::optional<Signature> by_new = ToArray<64>(change.new_signature);
  const BytesView body = AsBytes(change.root_change);
  if (!by_old || !by_new || !VerifySignature(decoded.old_root, kRootLabel, body, *by_old).ok() ||
      !VerifySignature(decoded.new_root, kRootLabel, body, *by_new).ok()) {
    return Error(Reason::kBadRootChange, "The change of root is not signed by the old root and the new one.");
  }
  return decoded;
}

absl::StatusOr<RootPath> FindRoot(const SignedCatalogue& catalogue, const RootPin& pin, uint64_t now) {
  ASSIGN_OR_RETURN(const std::vector<RootChange> changes, DecodeAll(catalogue.root_changes));
  RootPath path;
  ASSIGN_OR_RETURN(path.pinned, FindPinned(catalogue, changes, pin));
  path.root = path.pinned;
  for (size_t i = 0; i < changes.size() && !Delegates(path.root, catalogue); ++i) {
    if (changes[i].old_root != path.root) continue;
    RETURN_IF_ERROR(CheckRootChange(catalogue.root_changes[i]).status());
    if (changes[i].not_before > now && changes[i].not_before - now > kClockSkew) {
      return Error(Reason::kBadRootChange, "The change of root has not begun, or this computer's clock is behind.");
    }
    path.root = changes[i].new_root;
    path.changes.push_back(catalogue.root_changes[i]);
  }
  if (Delegates(path.root, catalogue)) return path;
  return Error(Reason::kBadDelegation, "The catalogue's key was not delegated by the root that this client trusts.");
}

}  // namespace exposure::crypto
