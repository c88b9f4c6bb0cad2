// A signer whose directory was restored must not sign a version a second time: that would be a fork for everybody who
// saw the first. What it holds is compared with its chain file (header_chain.h), which is no part of a backup.
#ifndef EXPOSURE_STORAGE_RESTORED_H_
#define EXPOSURE_STORAGE_RESTORED_H_

#include "absl/status/status.h"
#include "crypto/catalogue.h"
#include "crypto/signature.h"
#include "storage/catalogue_store.h"
#include "storage/header_chain.h"

namespace exposure::storage {

// Returns SIGNER_BEHIND unless the store has all that the chain file has; a store that has signed needs one. Adds to
// the chain what it lacks. Also as CatalogueStore and HeaderChain.
absl::Status CheckNotBehind(CatalogueStore& store, HeaderChain& chain);

// Gives store and chain the newest catalogue that is known outside, so that the next version follows from it. Nothing
// changes where the store is newer and the chain agrees.
// Returns CATALOGUE_MALFORMED, CATALOGUE_CONTENT, CATALOGUE_WRONGLY_SIGNED (not by `own`, nor by the key of the newest
// in the store), CATALOGUE_FORKED (store, chain and `newest` are not of one chain), SIGNER_BEHIND (a newer one
// is known to have been signed), and as CatalogueStore and HeaderChain.
absl::Status AcceptNewest(const crypto::SignedCatalogue& newest, const crypto::PublicKey& own, CatalogueStore& store,
                          HeaderChain& chain);

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_RESTORED_H_
