// Who may seal what: sealing evaluates every number of a file, so it needs a second person's word for it. Kept by each
// evaluator in its quota ledger. docs/operations.md, "Quotas, grants, surges".
#ifndef EXPOSURE_STORAGE_SEALING_GRANTS_H_
#define EXPOSURE_STORAGE_SEALING_GRANTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "crypto/epoch.h"
#include "storage/quota_ledger.h"

namespace exposure::storage {

inline constexpr uint32_t kGrantRuns = 3;  // sealing, one repair, verification
inline constexpr uint32_t kMostGrantRuns = 10;
inline constexpr uint64_t kMostGrantRows = 2'000'000;
inline constexpr uint64_t kGrantSeconds = 48 * 3600;

using GrantId = ByteArray<16>;

struct Grant {
  GrantId id{};
  Balance balance;
};

// What a grant is for.
struct GrantScope {
  crypto::EpochId epoch{};
  std::string caller;  // "custodian/met-response"
  std::string incident;

  friend bool operator==(const GrantScope&, const GrantScope&) = default;
};

// "exposure grant INCIDENT --caller NAME --rows N --runs 1": how an operator gives or extends a grant.
std::string GrantCommand(const std::string& incident, const std::string& caller, uint64_t rows);

// Thread-safe. Every call may return as QuotaLedger does.
class SealingGrants {
 public:
  // Reads what was granted. `ledger` outlives this.
  static absl::StatusOr<std::unique_ptr<SealingGrants>> Open(QuotaLedger& ledger);

  // rows × runs and 5% more elements, added to what is left; 48 hours from now. `runs` 0: three. The id stays the same
  // while the grant lasts. Returns BAD_GRANT, with the field.
  absl::StatusOr<Grant> Give(const GrantScope& scope, uint64_t rows, uint32_t runs);

  // Returns NO_GRANT, with the command for `rows`: there is none, or its time is over.
  absl::StatusOr<Grant> Find(const GrantScope& scope, uint64_t rows);

  // The draw of so many elements. Returns NO_GRANT where this grant is not of this caller and epoch.
  absl::StatusOr<Draw> DrawOf(const GrantId& id, const crypto::EpochId& epoch, const std::string& caller,
                              uint64_t elements);
  // Why such a draw was refused: GRANT_USED_UP, with the command for one more run, or NO_GRANT.
  absl::Status Refusal(const GrantId& id, const std::string& caller);

 private:
  struct Granted {
    GrantScope scope;
    uint64_t rows = 0;  // as they were declared last
  };

  static std::string Encode(const Granted& granted);
  static std::optional<Granted> Decode(std::string_view value);

  explicit SealingGrants(QuotaLedger& ledger) : ledger_(ledger) {}

  // Holding mutex_: the grant of this scope that has not expired. Expired ones are forgotten.
  absl::StatusOr<std::optional<Grant>> FindHolding(const GrantScope& scope);

  QuotaLedger& ledger_;
  std::mutex mutex_;
  std::map<GrantId, Granted> grants_;  // guarded by mutex_
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_SEALING_GRANTS_H_
