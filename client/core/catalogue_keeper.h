// The catalogue that a client believes: fetched, verified against the pinned root, chained to what it believed before,
// and remembered across runs.
// A root change that was followed is remembered with it: the root before is not believed again.
#ifndef EXPOSURE_CLIENT_CORE_CATALOGUE_KEEPER_H_
#define EXPOSURE_CLIENT_CORE_CATALOGUE_KEEPER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/core/transport.h"
#include "crypto/catalogue.h"
#include "crypto/root_path.h"
#include "proto/rules/catalogue_content.h"

namespace exposure {

// Unix seconds.
using Clock = std::function<uint64_t()>;
Clock SystemClock();

// Called when a catalogue is believed under another root than the one before: the person should pin the new one.
using RootChanged = std::function<void(const crypto::PublicKey& new_root)>;

// A catalogue whose signatures were checked. Immutable.
struct VerifiedCatalogue {
  crypto::SignedCatalogue bytes;
  crypto::RootPath roots;  // from the pinned root to the one that delegates
  crypto::CatalogueHeader header;
  crypto::Delegation delegation;
  CheckedContent content;
  // OK, or why it may not be used for checks: CATALOGUE_EXPIRED, CLOCK_BEHIND, DELEGATION_EXPIRED. Notices stay
  // readable.
  absl::Status usable;
};

struct CatalogueKeeperOptions {
  crypto::RootPin root;         // pinned
  std::string state_directory;  // what is remembered; empty: nothing across runs. Made if missing, 0700.
  Clock clock;
  RootChanged root_changed = nullptr;  // may be null
};

// Thread-safe, and several processes may share a state directory.
class CatalogueKeeper {
 public:
  // `transport` outlives it. Reads what is remembered. Returns FILE_ERROR, also where that is damaged: forgetting it
  // would let an older catalogue in, so that a person has to remove it.
  static absl::StatusOr<std::unique_ptr<CatalogueKeeper>> Create(Transport* transport, CatalogueKeeperOptions options);
  virtual ~CatalogueKeeper() = default;

  // Fetches and verifies the newest, with the headers in between, and remembers it. Returns as crypto/catalogue.h; an
  // expired one is not an error here but `usable`.
  virtual absl::StatusOr<std::shared_ptr<const VerifiedCatalogue>> Refresh() = 0;

  // The newest of this run; fetches if there is none or it may not be used any more.
  virtual absl::StatusOr<std::shared_ptr<const VerifiedCatalogue>> Current() = 0;

  // The newest that is known without asking, of this run or an earlier one: for notices while the service cannot be
  // reached, and for checks against kept sets. Returns UNAVAILABLE where there is none.
  virtual absl::StatusOr<std::shared_ptr<const VerifiedCatalogue>> Remembered() = 0;
};

// Verifies a catalogue that came as bytes (an export, a mirror): root, signatures and clock, no chain.
absl::StatusOr<VerifiedCatalogue> VerifyCatalogue(crypto::SignedCatalogue bytes, const crypto::RootPin& root,
                                                  uint64_t now);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_CATALOGUE_KEEPER_H_
