// What was asked, counted: accounts that are drawn from, all or nothing. One small interface, so that several
// evaluators can share a store later; here RocksDB. Knows neither callers nor elements: server/quota_policy says what a
// call draws.
#ifndef EXPOSURE_STORAGE_QUOTA_LEDGER_H_
#define EXPOSURE_STORAGE_QUOTA_LEDGER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/catalogue_signer.h"

namespace rocksdb {
class Env;
}

namespace exposure::storage {

inline constexpr uint64_t kUnlimited = UINT64_MAX;
inline constexpr uint64_t kSecondsOfDay = 86400;

// Names of accounts are kept in the clear: none may tell a person. A person's own account is the account's name with a
// `subject`, and that pair is kept only as a hash under a random key of the day, which is thrown away with it.
struct AccountName {
  std::string account;
  std::string subject{};  // empty: nobody's own
};

// Counts what is drawn in a UTC day.
struct DayDraw {
  AccountName name;
  uint64_t amount = 0;
  uint64_t limit = kUnlimited;
  // What goes beyond `limit` is drawn from this day account, up to its own limit.
  std::string overflow{};
  uint64_t overflow_limit = 0;
  // Day accounts that are told of this one: +1 when it is drawn from for the first time in a day; and what it is drawn
  // beyond `usual`. Empty: none.
  std::string first{};
  std::string beyond{};
  uint64_t usual = 0;
};

// A bucket that holds `burst` and is filled with `per_hour`. Both at least 1.
struct RateDraw {
  AccountName name;
  uint64_t amount = 0;
  uint64_t per_hour = 0;
  uint64_t burst = 0;
};

// What was put there with Deposit, until it expires.
struct BalanceDraw {
  std::string account;
  uint64_t amount = 0;
};

// Counts for ever, until it is forgotten: never refused.
struct TallyDraw {
  std::string account;
  uint64_t amount = 0;
};

using Draw = std::variant<DayDraw, RateDraw, BalanceDraw, TallyDraw>;
using Charge = std::vector<Draw>;

// What became of a charge: `refused` is the first draw that cannot be made, and nothing of the charge was counted.
struct Outcome {
  std::optional<size_t> refused;
  // Seconds until that draw could be made, if nothing else is drawn; nothing where it never can.
  std::optional<uint64_t> retry_after;

  bool ok() const { return !refused.has_value(); }
};

struct Balance {
  uint64_t left = 0;
  uint64_t expires_at = 0;  // Unix seconds
};

struct QuotaLedgerOptions {
  std::string directory;  // made if missing, mode 0700
  Clock clock;
  rocksdb::Env* env = nullptr;  // not owned; null: the system's
};

// Thread-safe. What was answered is on disk: a restart resets nothing. Every call may return DISK_FULL, STORAGE_FAILED
// or CORRUPT_RECORDS; then nothing was changed.
class QuotaLedger {
 public:
  // Returns DATA_DIRECTORY_IN_USE, too.
  static absl::StatusOr<std::unique_ptr<QuotaLedger>> Open(QuotaLedgerOptions options);
  virtual ~QuotaLedger() = default;

  // Unix seconds by which everything here is judged. Its day never goes backwards, not across a restart either: a clock
  // that jumps back gives nothing twice. One that jumped ahead keeps the day that it showed.
  virtual uint64_t Now() = 0;

  // Makes the charges one after the other, and writes what they changed in one synced step. As many outcomes.
  virtual absl::StatusOr<std::vector<Outcome>> Make(std::span<const Charge> charges) = 0;

  // Adds to what is left of a balance, unless that has expired, and sets its expiry.
  virtual absl::StatusOr<Balance> Deposit(const std::string& account, uint64_t amount, uint64_t expires_at) = 0;
  // Nothing where there was never a deposit, or it has expired.
  virtual absl::StatusOr<std::optional<Balance>> FindBalance(const std::string& account) = 0;

  // Today's counts of day accounts that have no subject, in this order.
  virtual absl::StatusOr<std::vector<uint64_t>> DayCounts(std::span<const std::string> accounts) = 0;

  // All tallies, by name, and their end.
  virtual absl::StatusOr<std::map<std::string, uint64_t>> Tallies() = 0;
  virtual absl::Status ForgetTallies(std::span<const std::string> accounts) = 0;

  // Small things that must last beside the accounts: `value` under `name`; an empty one removes it.
  virtual absl::Status Note(const std::string& name, std::string_view value) = 0;
  // By name, those whose name begins with `prefix`.
  virtual absl::StatusOr<std::map<std::string, std::string>> Notes(std::string_view prefix) = 0;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_QUOTA_LEDGER_H_
