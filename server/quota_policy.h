// What one call draws from which accounts: limits are written in persons' questions, and enforced in elements
// (questions × numbers of a question × live epochs of the caller's forces). Immutable, thread-safe.
#ifndef EXPOSURE_SERVER_QUOTA_POLICY_H_
#define EXPOSURE_SERVER_QUOTA_POLICY_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "base/error.h"
#include "crypto/epoch.h"
#include "exposure/config/v1/config.pb.h"
#include "exposure/v1/catalogue.pb.h"
#include "server/caller.h"
#include "server/enumeration_alarm.h"
#include "storage/quota_ledger.h"

namespace exposure::server {

// A call's charge, and what it means that a draw is refused: QUOTA_SUBJECT, QUOTA_CALLER or QUOTA_BUDGET.
struct PricedCall {
  storage::Charge charge;
  std::vector<Reason> reasons;  // one for each draw
};

// Names of the day accounts that count what a caller asked of an epoch, for the alarm and for GetQuotas.
struct ShapeAccounts {
  std::string elements;
  std::string batches;
  std::string calls;
  std::string subjects;
  std::string beyond;
};
ShapeAccounts ShapeAccountsOf(const crypto::EpochId& epoch, const std::string& caller);
// The tally of what a caller asked in an hour since 1970: "494580/consumer/met-portal".
std::string HourAccount(uint64_t hour, const std::string& caller);

class QuotaPolicy {
 public:
  // `settings` was checked (CheckQuotas); `content` has its epochs.
  QuotaPolicy(const config::v1::ServerConfig& settings, const v1::CatalogueContent& content);

  // Of `caller` its name, role and subject; limits and forces are the access table's. `surge` multiplies the epoch's
  // budget, `hour` is hours since 1970. A `subject` that is all zero is the caller's own batch. A caller's own subject
  // counts instead of `subject`. Returns UNKNOWN_EPOCH, RETIRED_EPOCH; QUOTA_CALLER for batches of a caller that may
  // have none; NO_GRANT for a custodian, who evaluates under grants only; UNKNOWN_CALLER for a consumer without limits.
  absl::StatusOr<PricedCall> Price(const Caller& caller, const crypto::EpochId& epoch, const ByteArray<16>& subject,
                                   uint64_t elements, uint32_t surge, uint64_t hour) const;

  // Returns UNKNOWN_EPOCH, RETIRED_EPOCH.
  absl::Status CheckEpoch(const crypto::EpochId& epoch) const;
  // Returns BAD_GRANT, field "caller", unless it is `local` or a custodian of the epoch's force.
  absl::Status CheckGrantee(const std::string& caller, const crypto::EpochId& epoch) const;

  // Live epochs, and who asks about one: callers with limits, and `local`.
  std::vector<crypto::EpochId> epochs() const;
  std::vector<std::string> CallersOf(const crypto::EpochId& epoch) const;

  // Elements of a day. 0 for an epoch that is not live.
  uint64_t Budget(const crypto::EpochId& epoch, uint32_t surge) const;
  uint64_t Reserved(const std::string& caller, const crypto::EpochId& epoch, uint32_t surge) const;

  bool HasLimits(const std::string& caller) const;
  DayNormal NormalOf(const std::string& caller, const crypto::EpochId& epoch) const;

 private:
  struct EpochPart {
    std::set<std::string> forces;
    uint64_t population = 0;
    bool live = false;
  };
  struct CallerPart {
    std::set<std::string> forces;
    std::string limits;  // empty: none
  };

  // Null where it is not live.
  const EpochPart* FindLive(const crypto::EpochId& epoch) const;
  // Of the access table; null where it has none.
  const config::v1::ConsumerLimits* LimitsOf(const std::string& caller) const;
  bool IsBound(const std::string& caller, const EpochPart& epoch) const;
  uint64_t LiveEpochs(const std::string& caller) const;

  config::v1::QuotaPolicy quotas_;
  std::map<crypto::EpochId, EpochPart> epochs_;
  std::map<std::string, CallerPart> callers_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_QUOTA_POLICY_H_
