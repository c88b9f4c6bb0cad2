#include "storage/quota_ledger.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "storage/rocks_quota_ledger.h"

namespace exposure::storage {
namespace {

constexpr std::string_view kFormatName = "format";
constexpr std::string_view kLedgerFormat = "1";
constexpr size_t kDayKeyBytes = 32;

// Levels and balances have a time; what is counted has none.
bool HasTime(char mark) { return mark == kRateMark || mark == kBalanceMark; }

std::string Encode(char mark, const QuotaAccount& account) {
  std::string value;
  AppendBigEndian(account.amount, value);
  if (HasTime(mark)) AppendBigEndian(account.at, value);
  return value;
}

std::optional<QuotaAccount> Decode(char mark, std::string_view value) {
  if (value.size() != (HasTime(mark) ? 16 : 8)) return std::nullopt;
  QuotaAccount account{.amount = LoadBigEndian<uint64_t>(AsBytes(value).data())};
  if (HasTime(mark)) account.at = LoadBigEndian<uint64_t>(AsBytes(value).data() + 8);
  return account;
}

std::string After(char mark) { return std::string(1, static_cast<char>(mark + 1)); }

// Whether it is remembered in `known_`.
bool IsRemembered(const QuotaKey& key) { return key.family == kAccounts && key.key[0] != kBalanceMark; }

absl::Status DamagedLedger() { return ReadError(rocksdb::Status::Corruption()); }

}  // namespace

absl::StatusOr<std::unique_ptr<QuotaLedger>> QuotaLedger::Open(QuotaLedgerOptions options) {
  if (!crypto::InitialiseSodium()) return Error(Reason::kInternal, "The system gives no random bytes.");
  ASSIGN_OR_RETURN(std::unique_ptr<Rocks> rocks,
                   Rocks::Open(options.directory, {{.name = "default", .counts = true}, {"subjects"}}, options.env));
  auto ledger = std::make_unique<RocksQuotaLedger>(std::move(options.clock), std::move(rocks));
  RETURN_IF_ERROR(ledger->Load());
  return ledger;
}

absl::Status RocksQuotaLedger::Load() {
  const std::lock_guard<std::mutex> lock(mutex_);
  const rocksdb::Slice names[] = {ToSlice(kFormatName), ToSlice(kDayName), ToSlice(kEarlierName), ToSlice(kDayKeyName)};
  std::string values[4];
  {
    ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
    for (size_t i = 0; i < 4; ++i) {
      const QuotaFamily family = i == 3 ? kSubjects : kAccounts;
      const rocksdb::Status status = use.db().Get(kUncached, use.family(family), names[i], &values[i]);
      if (!status.ok() && !status.IsNotFound()) return ReadError(status);
      if (i == 2) remains_ = status.ok();
    }
  }
  const auto& [format, day, earlier, key] = values;
  if (format.empty()) return Turn();
  if (format != kLedgerFormat) {
    return Error(Reason::kStorageFailed,
                 "The quota ledger was written by a later version of this program. Use that one.");
  }
  if (day.size() != sizeof day_ || key.size() != kDayKeyBytes) return DamagedLedger();
  day_ = LoadBigEndian<uint64_t>(AsBytes(day).data());
  day_key_ = crypto::Secret(key);
  sodium_memzero(values[3].data(), values[3].size());
  latest_ = day_ * kSecondsOfDay;
  return Turn();
}

uint64_t RocksQuotaLedger::Now() {
  const uint64_t clock = clock_();
  uint64_t latest = latest_;
  while (latest < clock && !latest_.compare_exchange_weak(latest, clock)) {
  }
  return std::max(latest, clock);
}

absl::Status RocksQuotaLedger::Turn() {
  if (const uint64_t day = Now() / kSecondsOfDay; day != day_ || day_key_.size() == 0) {
    crypto::Secret key = crypto::Secret::Random(kDayKeyBytes);
    std::string day_bytes;
    AppendBigEndian(day, day_bytes);
    rocksdb::WriteBatch batch;
    {
      ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
      batch.Put(ToSlice(kFormatName), ToSlice(kLedgerFormat));
      batch.Put(ToSlice(kDayName), day_bytes);
      batch.Put(ToSlice(kEarlierName), "");
      batch.DeleteRange(std::string(1, kDayMark), After(kDayMark));
      batch.DeleteRange(use.family(kSubjects), "", "\xff");
      batch.Put(use.family(kSubjects), ToSlice(kDayKeyName), ToSlice(AsChars(key.Reveal())));
    }
    known_.clear();
    RETURN_IF_ERROR(rocks_->Write(batch));
    day_ = day;
    day_key_ = std::move(key);
    remains_ = true;
  }
  RemoveEarlierDays().IgnoreError();  // the new day has begun; what could not be removed is tried again
  return absl::OkStatus();
}

absl::Status RocksQuotaLedger::RemoveEarlierDays() {
  if (!remains_) return absl::OkStatus();
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  RETURN_IF_ERROR(rocks_->Change([&](const Rocks::Use& use) {
    rocksdb::Status status = use.db().Flush(rocksdb::FlushOptions(), use.families());
    for (rocksdb::ColumnFamilyHandle* family : use.families()) {
      if (status.ok()) status = use.db().CompactRange(options, family, nullptr, nullptr);
    }
    return status;
  }));
  RETURN_IF_ERROR(rocks_->Reopen());
  rocksdb::WriteBatch batch;
  batch.Delete(ToSlice(kEarlierName));
  RETURN_IF_ERROR(rocks_->Write(batch));
  remains_ = false;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<QuotaAccount>> RocksQuotaLedger::Read(const QuotaKey& key) {
  if (const auto it = known_.find(key.key); IsRemembered(key) && it != known_.end()) return it->second;
  ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
  std::string value;
  const rocksdb::Status status = use.db().Get(kUncached, use.family(key.family), key.key, &value);
  if (!status.ok() && !status.IsNotFound()) return ReadError(status);
  std::optional<QuotaAccount> account;
  if (status.ok()) {
    account = Decode(key.key[0], value);
    if (!account) return DamagedLedger();
  }
  if (IsRemembered(key)) known_[key.key] = account;
  return account;
}

absl::Status RocksQuotaLedger::Write(const std::map<QuotaKey, QuotaAccount>& accounts) {
  rocksdb::WriteBatch batch;
  {
    ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
    for (const auto& [key, account] : accounts) {
      batch.Put(use.family(key.family), key.key, Encode(key.key[0], account));
      if (IsRemembered(key)) known_.erase(key.key);  // it is known again once it is on disk
    }
  }
  RETURN_IF_ERROR(rocks_->Write(batch));
  for (const auto& [key, account] : accounts) {
    if (IsRemembered(key)) known_[key.key] = account;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::string>> RocksQuotaLedger::Scan(char mark, std::string_view prefix) {
  ASSIGN_OR_RETURN(const Rocks::Use use, rocks_->Begin());
  const std::string begin = mark + std::string(prefix);
  std::map<std::string, std::string> found;
  const std::unique_ptr<rocksdb::Iterator> it(use.db().NewIterator(kUncached));
  for (it->Seek(begin); it->Valid() && it->key().starts_with(begin); it->Next()) {
    found[it->key().ToString().substr(1)] = it->value().ToString();
  }
  RETURN_IF_ERROR(ReadError(it->status()));
  return found;
}

absl::StatusOr<std::optional<Balance>> RocksQuotaLedger::BalanceHolding(const std::string& account) {
  ASSIGN_OR_RETURN(const std::optional<QuotaAccount> found, Read({kAccounts, kBalanceMark + account}));
  if (!found || found->at <= Now()) return std::optional<Balance>();
  return std::optional(Balance{.left = found->amount, .expires_at = found->at});
}

absl::StatusOr<Balance> RocksQuotaLedger::Deposit(const std::string& account, uint64_t amount, uint64_t expires_at) {
  const std::lock_guard<std::mutex> lock(mutex_);
  RETURN_IF_ERROR(Turn());
  ASSIGN_OR_RETURN(const std::optional<Balance> before, BalanceHolding(account));
  const Balance now{.left = before.value_or(Balance{}).left + amount, .expires_at = expires_at};
  RETURN_IF_ERROR(Write({{{kAccounts, kBalanceMark + account}, {.amount = now.left, .at = now.expires_at}}}));
  return now;
}

absl::StatusOr<std::optional<Balance>> RocksQuotaLedger::FindBalance(const std::string& account) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return BalanceHolding(account);
}

absl::StatusOr<std::vector<uint64_t>> RocksQuotaLedger::DayCounts(std::span<const std::string> accounts) {
  const std::lock_guard<std::mutex> lock(mutex_);
  RETURN_IF_ERROR(Turn());
  std::vector<uint64_t> counts;
  for (const std::string& account : accounts) {
    ASSIGN_OR_RETURN(const std::optional<QuotaAccount> found, Read({kAccounts, kDayMark + account}));
    counts.push_back(found.value_or(QuotaAccount{}).amount);
  }
  return counts;
}

absl::StatusOr<std::map<std::string, uint64_t>> RocksQuotaLedger::Tallies() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ASSIGN_OR_RETURN(const auto values, Scan(kTallyMark, ""));
  std::map<std::string, uint64_t> tallies;
  for (const auto& [name, value] : values) {
    const std::optional<QuotaAccount> account = Decode(kTallyMark, value);
    if (!account) return DamagedLedger();
    tallies[name] = account->amount;
  }
  return tallies;
}

absl::Status RocksQuotaLedger::ForgetTallies(std::span<const std::string> accounts) {
  const std::lock_guard<std::mutex> lock(mutex_);
  rocksdb::WriteBatch batch;
  for (const std::string& account : accounts) {
    batch.Delete(kTallyMark + account);
    known_.erase(kTallyMark + account);
  }
  return rocks_->Write(batch);
}

absl::Status RocksQuotaLedger::Note(const std::string& name, std::string_view value) {
  const std::lock_guard<std::mutex> lock(mutex_);
  rocksdb::WriteBatch batch;
  if (value.empty()) {
    batch.Delete(kNoteMark + name);
  } else {
    batch.Put(kNoteMark + name, ToSlice(value));
  }
  return rocks_->Write(batch);
}

absl::StatusOr<std::map<std::string, std::string>> RocksQuotaLedger::Notes(std::string_view prefix) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return Scan(kNoteMark, prefix);
}

}  // namespace exposure::storage
