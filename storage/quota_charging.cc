#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/bytes.h"
#include "base/status_macros.h"
#include "crypto/hash.h"
#include "storage/rocks_quota_ledger.h"

namespace exposure::storage {
namespace {

constexpr uint64_t kLevelUnit = 3600;  // levels are in 1/3600, so that a second's part of `per_hour` is a whole number
constexpr uint64_t kMostRate = uint64_t{1} << 50;

// The charges of one step, one after the other.
class Charging {
 public:
  using ReadAccount = std::function<absl::StatusOr<std::optional<QuotaAccount>>(const QuotaKey&)>;

  // `read` gives what is on disk; `day_key` outlives this.
  Charging(ReadAccount read, const crypto::Secret& day_key, uint64_t now)
      : read_(std::move(read)), day_key_(day_key), now_(now) {}

  absl::StatusOr<Outcome> Make(const Charge& charge) {
    changed_.clear();
    for (size_t i = 0; i < charge.size(); ++i) {
      ASSIGN_OR_RETURN(Outcome outcome, std::visit([this](const auto& draw) { return Take(draw); }, charge[i]));
      if (outcome.ok()) continue;
      outcome.refused = i;
      return outcome;
    }
    for (auto& [key, account] : changed_) made_[key] = account;
    return Outcome{};
  }

  // What is to be written.
  const std::map<QuotaKey, QuotaAccount>& made() const { return made_; }

 private:
  static constexpr Outcome Refused(std::optional<uint64_t> retry_after) {
    return {.refused = 0, .retry_after = retry_after};
  }
  uint64_t ToMidnight() const { return kSecondsOfDay - now_ % kSecondsOfDay; }

  absl::StatusOr<std::optional<QuotaAccount>> Find(const QuotaKey& key) {
    if (const auto it = changed_.find(key); it != changed_.end()) return it->second;
    if (const auto it = made_.find(key); it != made_.end()) return it->second;
    return read_(key);
  }

  QuotaKey Key(char mark, const AccountName& name) const {
    if (name.subject.empty()) return {kAccounts, mark + name.account};
    std::string length;
    AppendBigEndian(static_cast<uint32_t>(name.account.size()), length);
    const auto hash = crypto::HmacSha256(day_key_.Reveal(), {AsBytes(crypto::Label("quota/subject")), AsBytes(length),
                                                             AsBytes(name.account), AsBytes(name.subject)});
    return {kSubjects, mark + ToString(BytesView(hash.Reveal()).first(kSubjectHashBytes))};
  }

  // Counts without a limit.
  absl::Status Add(char mark, const std::string& account, uint64_t amount) {
    const QuotaKey key = Key(mark, {account});
    ASSIGN_OR_RETURN(const std::optional<QuotaAccount> found, Find(key));
    changed_[key] = {.amount = found.value_or(QuotaAccount{}).amount + amount};
    return absl::OkStatus();
  }

  absl::StatusOr<Outcome> Take(const DayDraw& draw) {
    const QuotaKey key = Key(kDayMark, draw.name);
    ASSIGN_OR_RETURN(const std::optional<QuotaAccount> found, Find(key));
    const uint64_t before = found.value_or(QuotaAccount{}).amount;
    const uint64_t own = std::min(draw.amount, draw.limit - std::min(draw.limit, before));
    if (const uint64_t rest = draw.amount - own; rest > 0) {
      const bool fits_a_day = draw.amount <= draw.limit || draw.amount - draw.limit <= draw.overflow_limit;
      const Outcome refused = Refused(fits_a_day ? std::optional(ToMidnight()) : std::nullopt);
      if (draw.overflow.empty()) return refused;
      ASSIGN_OR_RETURN(const std::optional<QuotaAccount> other, Find(Key(kDayMark, {draw.overflow})));
      const uint64_t drawn = other.value_or(QuotaAccount{}).amount;
      if (drawn > draw.overflow_limit || rest > draw.overflow_limit - drawn) return refused;
      RETURN_IF_ERROR(Add(kDayMark, draw.overflow, rest));
    }
    changed_[key] = {.amount = before + own};
    if (!draw.first.empty() && !found) RETURN_IF_ERROR(Add(kDayMark, draw.first, 1));
    const uint64_t usual_left = draw.usual - std::min(draw.usual, before);
    if (!draw.beyond.empty() && own > usual_left) RETURN_IF_ERROR(Add(kDayMark, draw.beyond, own - usual_left));
    return Outcome{};
  }

  absl::StatusOr<Outcome> Take(const RateDraw& draw) {
    const uint64_t per_hour = std::clamp<uint64_t>(draw.per_hour, 1, kMostRate);
    const uint64_t burst = std::min(draw.burst, kMostRate);
    if (draw.amount > burst) return Refused(std::nullopt);
    const QuotaKey key = Key(kRateMark, draw.name);
    ASSIGN_OR_RETURN(const std::optional<QuotaAccount> found, Find(key));
    QuotaAccount account = found.value_or(QuotaAccount{});
    const uint64_t seconds = now_ - std::min(now_, account.at);
    account.amount = seconds > account.amount / per_hour ? 0 : account.amount - seconds * per_hour;
    account.amount += draw.amount * kLevelUnit;
    account.at = std::max(now_, account.at);
    if (const uint64_t full = burst * kLevelUnit; account.amount > full) {
      return Refused((account.amount - full + per_hour - 1) / per_hour);
    }
    changed_[key] = account;
    return Outcome{};
  }

  absl::StatusOr<Outcome> Take(const BalanceDraw& draw) {
    const QuotaKey key = Key(kBalanceMark, {draw.account});
    ASSIGN_OR_RETURN(const std::optional<QuotaAccount> found, Find(key));
    if (!found || found->at <= now_ || found->amount < draw.amount) return Refused(std::nullopt);
    changed_[key] = {.amount = found->amount - draw.amount, .at = found->at};
    return Outcome{};
  }

  absl::StatusOr<Outcome> Take(const TallyDraw& draw) {
    RETURN_IF_ERROR(Add(kTallyMark, draw.account, draw.amount));
    return Outcome{};
  }

  const ReadAccount read_;
  const crypto::Secret& day_key_;
  const uint64_t now_;
  std::map<QuotaKey, QuotaAccount> made_;     // by earlier charges
  std::map<QuotaKey, QuotaAccount> changed_;  // by this one
};

}  // namespace

absl::StatusOr<std::vector<Outcome>> RocksQuotaLedger::Make(std::span<const Charge> charges) {
  const std::lock_guard<std::mutex> lock(mutex_);
  RETURN_IF_ERROR(Turn());
  Charging charging([this](const QuotaKey& key) { return Read(key); }, day_key_, Now());
  std::vector<Outcome> outcomes;
  for (const Charge& charge : charges) {
    ASSIGN_OR_RETURN(const Outcome outcome, charging.Make(charge));
    outcomes.push_back(outcome);
  }
  if (charging.made().empty()) return outcomes;
  RETURN_IF_ERROR(Write(charging.made()));
  return outcomes;
}

}  // namespace exposure::storage
