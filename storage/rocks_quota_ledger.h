// QuotaLedger on RocksDB: docs/storage.md has every byte. One class in two files: quota_ledger.cc (opening, the day,
// what is kept beside the accounts) and quota_charging.cc (what a charge changes).
#ifndef EXPOSURE_STORAGE_ROCKS_QUOTA_LEDGER_H_
#define EXPOSURE_STORAGE_ROCKS_QUOTA_LEDGER_H_

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "crypto/secret.h"
#include "storage/quota_ledger.h"
#include "storage/rocks.h"

namespace exposure::storage {

// Families. All of kSubjects goes with the day, the key of its names included.
enum QuotaFamily : size_t { kAccounts = 0, kSubjects = 1 };

// First byte of a key; the account's name follows.
inline constexpr char kDayMark = 'd';      // → u64 drawn today
inline constexpr char kRateMark = 'r';     // → u64 level || u64 Unix seconds of it
inline constexpr char kBalanceMark = 'b';  // → u64 left || u64 expires
inline constexpr char kTallyMark = 't';    // → u64
inline constexpr char kNoteMark = 'n';     // → bytes

// Of a hashed name.
inline constexpr size_t kSubjectHashBytes = 16;

inline constexpr std::string_view kDayName = "utc-day";      // in kAccounts → u64 days since 1970
inline constexpr std::string_view kEarlierName = "earlier";  // in kAccounts: bytes of earlier days are to be removed
inline constexpr std::string_view kDayKeyName = "key";       // in kSubjects → 32 bytes: hashes the names there

// The value of an account.
struct QuotaAccount {
  uint64_t amount = 0;  // drawn, level (in 1/3600) or left
  uint64_t at = 0;      // second of a level, expiry of a balance; else not stored
};

// Where an account is.
struct QuotaKey {
  QuotaFamily family = kAccounts;
  std::string key;
  friend bool operator==(const QuotaKey&, const QuotaKey&) = default;
  friend bool operator<(const QuotaKey& a, const QuotaKey& b) {
    return std::tie(a.family, a.key) < std::tie(b.family, b.key);
  }
};

class RocksQuotaLedger : public QuotaLedger {
 public:
  RocksQuotaLedger(Clock clock, std::unique_ptr<Rocks> rocks) : clock_(std::move(clock)), rocks_(std::move(rocks)) {}

  // Reads the day and its key, and finishes what a crash interrupted.
  absl::Status Load();

  uint64_t Now() override;
  absl::StatusOr<std::vector<Outcome>> Make(std::span<const Charge> charges) override;
  absl::StatusOr<Balance> Deposit(const std::string& account, uint64_t amount, uint64_t expires_at) override;
  absl::StatusOr<std::optional<Balance>> FindBalance(const std::string& account) override;
  absl::StatusOr<std::vector<uint64_t>> DayCounts(std::span<const std::string> accounts) override;
  absl::StatusOr<std::map<std::string, uint64_t>> Tallies() override;
  absl::Status ForgetTallies(std::span<const std::string> accounts) override;
  absl::Status Note(const std::string& name, std::string_view value) override;
  absl::StatusOr<std::map<std::string, std::string>> Notes(std::string_view prefix) override;

 private:
  // All of these while holding mutex_.
  // Begins a new day where the clock says so.
  absl::Status Turn();
  // Removes the bytes of earlier days from the files. Tried again with the next call where it fails.
  absl::Status RemoveEarlierDays();
  // Nothing where it is not there.
  absl::StatusOr<std::optional<QuotaAccount>> Read(const QuotaKey& key);
  absl::Status Write(const std::map<QuotaKey, QuotaAccount>& accounts);
  // What is under `mark` and names that begin with `prefix`, by name.
  absl::StatusOr<std::map<std::string, std::string>> Scan(char mark, std::string_view prefix);
  absl::StatusOr<std::optional<Balance>> BalanceHolding(const std::string& account);

  const Clock clock_;
  const std::unique_ptr<Rocks> rocks_;

  std::mutex mutex_;  // guards what follows; one call at a time
  uint64_t day_ = 0;  // days since 1970
  crypto::Secret day_key_;
  bool remains_ = false;  // bytes of earlier days may still be in the files
  // What is on disk under names of ours, by key; nothing where it is not there. A charge asks for ten of them, always
  // the same. No balances, whose names callers choose, and nothing of a subject.
  std::map<std::string, std::optional<QuotaAccount>> known_;

  std::atomic<uint64_t> latest_ = 0;  // Unix seconds: never less than was shown before
};

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_ROCKS_QUOTA_LEDGER_H_
