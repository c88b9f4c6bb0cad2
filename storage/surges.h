// A larger budget of an epoch for some hours: one operator proposes it, another approves. Kept in the quota ledger.
#ifndef EXPOSURE_STORAGE_SURGES_H_
#define EXPOSURE_STORAGE_SURGES_H_

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

inline constexpr uint32_t kLeastSurgeFactor = 2;
inline constexpr uint32_t kMostSurgeFactor = 10;
inline constexpr uint32_t kMostSurgeHours = 72;
inline constexpr uint64_t kSurgeWaits = 3600;  // seconds that a proposal waits

using SurgeId = ByteArray<16>;

// Thread-safe. Every call that changes may return as QuotaLedger does.
class Surges {
 public:
  // Reads what was proposed and approved. `ledger` outlives this.
  static absl::StatusOr<std::unique_ptr<Surges>> Open(QuotaLedger& ledger);

  // Returns BAD_SURGE, with the field.
  absl::StatusOr<SurgeId> Propose(const std::string& who, const crypto::EpochId& epoch, uint32_t factor,
                                  uint32_t hours);
  // Unix seconds until which the budget is multiplied. Returns UNKNOWN_SURGE; SAME_PERSON.
  absl::StatusOr<uint64_t> Approve(const std::string& who, const SurgeId& id);

  // What is in effect: the largest factor, 1 if there is none; and its end, else 0.
  struct Effect {
    uint32_t factor = 1;
    uint64_t until = 0;
  };
  Effect Of(const crypto::EpochId& epoch);

 private:
  struct Surge {
    crypto::EpochId epoch{};
    uint32_t factor = 1;
    uint32_t hours = 0;
    bool approved = false;
    uint64_t until = 0;  // the end of its effect, or of its wait
    std::string proposer;
  };

  explicit Surges(QuotaLedger& ledger) : ledger_(ledger) {}

  static std::string Encode(const Surge& surge);
  static std::optional<Surge> Decode(std::string_view value);
  absl::Status ForgetEnded();  // holding mutex_

  QuotaLedger& ledger_;
  std::mutex mutex_;
  std::map<SurgeId, Surge> surges_;  // guarded by mutex_
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_SURGES_H_
