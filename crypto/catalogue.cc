#include "crypto/catalogue.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::crypto {
namespace {

absl::StatusOr<Delegation> CheckDelegation(const SignedCatalogue& catalogue, const PublicKey& root) {
  const std::optional<Signature> signature = ToArray<64>(catalogue.delegation_signature);
  if (!signature) return Error(Reason::kCatalogueMalformed, "A delegation's signature has 64 bytes.");
  ASSIGN_OR_RETURN(const Delegation delegation, DecodeDelegation(AsBytes(catalogue.delegation)));
  if (!VerifySignature(root, kDelegationLabel, AsBytes(catalogue.delegation), *signature).ok()) {
    return Error(Reason::kBadDelegation, "The catalogue's key was not delegated by the root that this client trusts.");
  }
  return delegation;
}

// Whether `now` is more than the allowed skew after `time`, without overflow.
bool PassedBySkew(uint64_t time, uint64_t now) { return now > time && now - time > kClockSkew; }

}  // namespace

absl::StatusOr<CatalogueHeader> CheckSignatures(const SignedCatalogue& catalogue, const PublicKey& root) {
  ASSIGN_OR_RETURN(const Delegation delegation, CheckDelegation(catalogue, root));
  ASSIGN_OR_RETURN(const CatalogueHeader header, DecodeHeader(AsBytes(catalogue.header)));
  const std::optional<Signature> signature = ToArray<64>(catalogue.signature);
  if (!signature) return Error(Reason::kCatalogueMalformed, "A catalogue's signature has 64 bytes.");
  if (header.signer != DeriveKeyId(delegation.catalogue_key) ||
      !VerifySignature(delegation.catalogue_key, kCatalogueLabel, AsBytes(catalogue.header), *signature).ok()) {
    return Error(Reason::kCatalogueWronglySigned, "The catalogue is not signed by the delegated key.");
  }
  if (header.content_size != catalogue.content.size() ||
      header.content_hash != ContentHash(AsBytes(catalogue.content))) {
    return Error(Reason::kCatalogueContent, "The catalogue's content is not the one that was signed.");
  }
  if (header.issued < delegation.not_before || header.expires > delegation.not_after) {
    return Error(Reason::kDelegationExpired, "The catalogue's life is not within that of its key's delegation.");
  }
  return header;
}

absl::Status CheckTime(const CatalogueHeader& header, const Delegation& delegation, uint64_t now) {
  if (header.issued > now + kClockSkew) {
    return Error(Reason::kClockBehind, "The catalogue was issued in the future: this computer's clock is behind.");
  }
  if (now + kClockSkew < delegation.not_before || PassedBySkew(delegation.not_after, now)) {
    return Error(Reason::kDelegationExpired, "The delegation of the catalogue's key has expired.");
  }
  if (header.expires <= now && now - header.expires >= kClockSkew) {
    return Error(Reason::kCatalogueExpired, "The catalogue has expired, or this computer's clock is ahead.");
  }
  return absl::OkStatus();
}

absl::StatusOr<TrustState> CheckChain(const TrustState& known, std::span<const std::string> headers, BytesView newest,
                                      const Delegation& delegation) {
  ASSIGN_OR_RETURN(const CatalogueHeader header, DecodeHeader(newest));
  const TrustState next = {header.version, HeaderHash(newest), delegation.serial};
  if (known.version == 0) return next;
  if (delegation.serial < known.delegation_serial) {
    return Error(Reason::kDelegationOld, "The catalogue's key has an older delegation than one seen before.");
  }
  if (header.version < known.version) {
    return Error(Reason::kCatalogueRolledBack, absl::StrCat("The catalogue is version ", header.version, "; version ",
                                                            known.version, " was seen before."));
  }
  const absl::Status forked =
      Error(Reason::kCatalogueForked, "The catalogue does not follow from the one that was seen before.");
  if (header.version - known.version != headers.size()) return forked;
  Hash previous = known.header_hash;
  uint64_t version = known.version;
  for (const std::string& bytes : headers) {
    const absl::StatusOr<CatalogueHeader> step = DecodeHeader(AsBytes(bytes));
    if (!step.ok() || step->version != ++version || step->previous != previous) return forked;
    previous = HeaderHash(AsBytes(bytes));
  }
  if (previous != next.header_hash) return forked;
  return next;
}

std::vector<std::string> EndWarnings(const Delegation& delegation, uint64_t now) {
  if (delegation.not_after <= now || delegation.not_after - now >= kDelegationEndsSoon) return {};
  return {absl::StrCat("The delegation of the catalogue's key ends in ", (delegation.not_after - now) / (24 * 3600),
                       " days: its operator lets the root key sign a new one (exposure keys delegate).")};
}

std::vector<std::string> EndWarnings(const CatalogueHeader& header, const Delegation& delegation, uint64_t now) {
  std::vector<std::string> warnings = EndWarnings(delegation, now);
  if (header.expires > now && header.expires - now < kCatalogueEndsSoon) {
    warnings.insert(warnings.begin(),
                    absl::StrCat("The catalogue expires in ", (header.expires - now) / 3600,
                                 " hours, and was not issued again: its operator looks at the signer's log."));
  }
  return warnings;
}

}  // namespace exposure::crypto
