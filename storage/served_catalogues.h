// The catalogues that clients may use: the newest, for ten minutes the one before, and the headers of all that were
// signed. Reading never waits for a change, nor for the signer.
#ifndef EXPOSURE_STORAGE_SERVED_CATALOGUES_H_
#define EXPOSURE_STORAGE_SERVED_CATALOGUES_H_

#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "crypto/catalogue.h"
#include "proto/rules/catalogue_content.h"
#include "storage/catalogue_signer.h"
#include "storage/header_chain.h"

namespace exposure::storage {

inline constexpr uint64_t kPreviousServed = 600;  // seconds that the previous content is still served

// One catalogue, immutable once made.
struct ServedCatalogue {
  crypto::SignedCatalogue signed_catalogue;
  crypto::CatalogueHeader header;
  CheckedContent content;
};

using Served = std::shared_ptr<const ServedCatalogue>;

// Returns the errors of a header or content that does not parse.
absl::StatusOr<Served> MakeServed(crypto::SignedCatalogue signed_catalogue);

// What becomes of the one that was the newest.
enum class Previous { kKeep, kEnd };

// Thread-safe; changed by one thread at a time.
class ServedCatalogues {
 public:
  explicit ServedCatalogues(Clock clock) : clock_(std::move(clock)) {}

  // Null before the first.
  Served Current() const;
  // The current or the previous one. Returns STALE_CATALOGUE.
  absl::StatusOr<Served> ByContentHash(BytesView content_hash) const;
  // At most `most`, oldest first. Returns UNKNOWN_VERSION beyond the current one.
  absl::StatusOr<std::vector<std::string>> HeadersAfter(uint64_t after, size_t most) const;
  // The newest version whose header is known: past the current one where the signer signed more.
  uint64_t NewestVersion() const;

  void Serve(Served next, Previous previous);
  // Asks `signer` for the headers that are not known here. Returns SIGNER_BEHIND where it lacks one that is, or has
  // another; and its errors.
  absl::Status LearnHeaders(CatalogueSigner& signer);

 private:
  const Clock clock_;
  mutable std::shared_mutex mutex_;  // guards what follows; never held across I/O
  Served current_;
  Headers headers_;  // all that were signed: clients ask for them, and the signer is not troubled
  Served previous_;  // null where there is none, or it was ended
  uint64_t previous_until_ = 0;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_SERVED_CATALOGUES_H_
