// Signs catalogue contents. An interface, because the signer may be a process of its own with its own key and disk.
#ifndef EXPOSURE_STORAGE_CATALOGUE_SIGNER_H_
#define EXPOSURE_STORAGE_CATALOGUE_SIGNER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/catalogue.h"
#include "crypto/signature.h"
#include "storage/catalogue_store.h"
#include "storage/header_chain.h"

namespace exposure::storage {

// Unix seconds.
using Clock = std::function<uint64_t()>;
Clock SystemClock();

class CatalogueSigner {
 public:
  virtual ~CatalogueSigner() = default;

  // Signs `content` as the next version and syncs header and content before it answers. For the content that is newest
  // already it gives the same header again, unless that is older than six hours: then a new version of it (re-issue).
  // Returns DISK_FULL, STORAGE_FAILED, DELEGATION_EXPIRED, SIGNER_BEHIND. What it returns an error for may have been
  // signed all the same: then it is Newest.
  virtual absl::StatusOr<crypto::SignedCatalogue> Sign(const std::string& content) = 0;

  // The newest that it signed; nothing at first.
  virtual absl::StatusOr<std::optional<crypto::SignedCatalogue>> Newest() = 0;

  // As CatalogueStore::HeadersAfter.
  virtual absl::StatusOr<std::vector<std::string>> HeadersAfter(uint64_t after, size_t most) = 0;

  // Signs the body of a receipt, verbatim. It is not stored here: the same body has the same signature.
  virtual absl::StatusOr<crypto::Signature> SignReceipt(BytesView receipt) = 0;
};

// The delegation that the root gave the online key, as bytes with signature.
struct SignedDelegation {
  std::string delegation;
  std::string signature;
};

// A signer in this process.
class LocalSigner : public CatalogueSigner {
 public:
  // OK, or SIGNER_BEHIND: it was restored, and signs no catalogue (restored.h).
  virtual absl::Status CanSign() const = 0;
};

// No header leaves the signer before it is in `chain`. Returns BAD_DELEGATION if the delegation is for another key, and
// as CheckNotBehind, but for SIGNER_BEHIND.
absl::StatusOr<std::unique_ptr<LocalSigner>> MakeLocalSigner(crypto::SigningKey key, SignedDelegation delegation,
                                                             std::unique_ptr<CatalogueStore> store, HeaderChain chain,
                                                             Clock clock);

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_CATALOGUE_SIGNER_H_
