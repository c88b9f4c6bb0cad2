#include "server/quota_policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "server/caller.h"
#include "server/quota_limits.h"

namespace exposure::server {
namespace {

using config::v1::ConsumerLimits;
using config::v1::Rate;
using storage::DayDraw;
using storage::RateDraw;
using storage::TallyDraw;

constexpr ByteArray<16> kOwnBatch = {};
constexpr uint64_t kAgentsInTurn = 10;  // of a caller with a limit of its own: so many more than it needs at once

uint64_t Times(uint64_t a, uint64_t b) { return b != 0 && a > storage::kUnlimited / b ? storage::kUnlimited : a * b; }

// Rounds down without overflow.
uint64_t Percent(uint64_t whole, uint64_t percent) { return whole / 100 * percent + whole % 100 * percent / 100; }

std::string OfEpoch(const char* what, const crypto::EpochId& epoch, const std::string& caller = "") {
  return absl::StrCat(what, "/", ToHex(epoch), caller.empty() ? "" : "/", caller);
}

// Adds draws to a call, each with what its refusal means.
class Pricing {
 public:
  void Add(Reason reason, storage::Draw draw) {
    call_.charge.push_back(std::move(draw));
    call_.reasons.push_back(reason);
  }

  // `unit`: elements that one of the rate's questions may have.
  void AddRate(Reason reason, const storage::AccountName& name, const Rate& rate, uint64_t unit, uint64_t elements) {
    if (rate.per_hour() > 0) {
      Add(reason, RateDraw{.name = name,
                           .amount = elements,
                           .per_hour = Times(rate.per_hour(), unit),
                           .burst = Times(rate.burst(), unit)});
    }
    if (rate.per_day() > 0) {
      Add(reason, DayDraw{.name = name, .amount = elements, .limit = Times(rate.per_day(), unit)});
    }
  }

  // What is never refused.
  void Count(storage::Draw draw) { Add(Reason::kInternal, std::move(draw)); }

  PricedCall Take() { return std::move(call_); }

 private:
  PricedCall call_;
};

}  // namespace

ShapeAccounts ShapeAccountsOf(const crypto::EpochId& epoch, const std::string& caller) {
  return {.elements = OfEpoch("elements", epoch, caller),
          .batches = OfEpoch("batches", epoch, caller),
          .calls = OfEpoch("calls", epoch, caller),
          .subjects = OfEpoch("subjects", epoch, caller),
          .beyond = OfEpoch("beyond", epoch, caller)};
}

std::string HourAccount(uint64_t hour, const std::string& caller) { return absl::StrCat(hour, "/", caller); }

QuotaPolicy::QuotaPolicy(const config::v1::ServerConfig& settings, const v1::CatalogueContent& content)
    : quotas_(FillQuotas(settings.quotas())) {
  for (const v1::Epoch& epoch : content.epochs()) {
    const auto id = ToArray<16>(epoch.epoch_id());
    if (!id) continue;
    EpochPart& part = epochs_[*id];
    part.live = epoch.state() == v1::EPOCH_STATE_LIVE;
    for (const v1::Scheme& scheme : epoch.schemes()) {
      part.forces.insert(scheme.force());
      part.population += std::min(scheme.population(), storage::kUnlimited - part.population);
    }
  }
  callers_[kLocalCaller] = {};
  for (const config::v1::CallerRule& rule : settings.access().callers()) {
    callers_[rule.name()] = {.forces = {rule.forces().begin(), rule.forces().end()}, .limits = rule.limits()};
  }
}

const QuotaPolicy::EpochPart* QuotaPolicy::FindLive(const crypto::EpochId& epoch) const {
  const auto found = epochs_.find(epoch);
  return found != epochs_.end() && found->second.live ? &found->second : nullptr;
}

absl::Status QuotaPolicy::CheckEpoch(const crypto::EpochId& epoch) const {
  if (FindLive(epoch) != nullptr) return absl::OkStatus();
  if (epochs_.count(epoch) > 0) {
    return Error(Reason::kRetiredEpoch, "The life of this epoch is over. Fetch the catalogue again.");
  }
  return Error(Reason::kUnknownEpoch, "This epoch is not evaluated here. Fetch the catalogue again.");
}

const ConsumerLimits* QuotaPolicy::LimitsOf(const std::string& caller) const {
  const auto found = callers_.find(caller);
  if (found == callers_.end()) return nullptr;
  for (const ConsumerLimits& limits : quotas_.limits()) {
    if (limits.name() == found->second.limits) return &limits;
  }
  return nullptr;
}

bool QuotaPolicy::IsBound(const std::string& caller, const EpochPart& epoch) const {
  if (caller == kLocalCaller) return true;
  const auto found = callers_.find(caller);
  return found != callers_.end() && std::any_of(epoch.forces.begin(), epoch.forces.end(), [&](const std::string& f) {
           return found->second.forces.count(f) > 0;
         });
}

uint64_t QuotaPolicy::LiveEpochs(const std::string& caller) const {
  return static_cast<uint64_t>(std::count_if(epochs_.begin(), epochs_.end(), [&](const auto& entry) {
    return entry.second.live && IsBound(caller, entry.second);
  }));
}

absl::Status QuotaPolicy::CheckGrantee(const std::string& caller, const crypto::EpochId& epoch) const {
  const EpochPart* part = FindLive(epoch);
  const bool may_seal = caller == kLocalCaller || absl::StartsWith(caller, "custodian/");
  if (may_seal && part != nullptr && IsBound(caller, *part)) return absl::OkStatus();
  return FieldError(Reason::kBadGrant, "caller",
                    "must be a custodian that access.callers binds to the epoch's force, as in "
                    "\"custodian/met-response\".");
}

std::vector<crypto::EpochId> QuotaPolicy::epochs() const {
  std::vector<crypto::EpochId> live;
  for (const auto& [id, part] : epochs_) {
    if (part.live) live.push_back(id);
  }
  return live;
}

std::vector<std::string> QuotaPolicy::CallersOf(const crypto::EpochId& epoch) const {
  std::vector<std::string> callers;
  const EpochPart* part = FindLive(epoch);
  for (const auto& [name, rule] : callers_) {
    if (part == nullptr || !IsBound(name, *part)) continue;
    if (name == kLocalCaller || HasLimits(name)) callers.push_back(name);
  }
  return callers;
}

uint64_t QuotaPolicy::Budget(const crypto::EpochId& epoch, uint32_t surge) const {
  const EpochPart* part = FindLive(epoch);
  return part == nullptr ? 0 : Times(Times(part->population, quotas_.budget_multiple()), surge);
}

uint64_t QuotaPolicy::Reserved(const std::string& caller, const crypto::EpochId& epoch, uint32_t surge) const {
  const EpochPart* part = FindLive(epoch);
  if (part == nullptr || !IsBound(caller, *part)) return 0;
  const ConsumerLimits* limits = LimitsOf(caller);
  return limits == nullptr ? 0 : Percent(Budget(epoch, surge), limits->reserved_percent());
}

bool QuotaPolicy::HasLimits(const std::string& caller) const { return LimitsOf(caller) != nullptr; }

DayNormal QuotaPolicy::NormalOf(const std::string& caller, const crypto::EpochId& epoch) const {
  const EpochPart* part = FindLive(epoch);
  const ConsumerLimits* limits = LimitsOf(caller);
  DayNormal normal{.budget = Budget(epoch, 1),
                   .numbers_per_question = quotas_.numbers_per_question(),
                   .most_subjects = part == nullptr ? 0 : part->population};
  if (limits != nullptr && limits->caller().per_day() > 0) {
    const uint64_t agents = limits->caller().per_day() * kAgentsInTurn / std::max<uint64_t>(1, limits->usual_per_day());
    normal.most_subjects = std::min(normal.most_subjects, agents);
  }
  return normal;
}

absl::StatusOr<PricedCall> QuotaPolicy::Price(const Caller& caller, const crypto::EpochId& epoch,
                                              const ByteArray<16>& subject, uint64_t elements, uint32_t surge,
                                              uint64_t hour) const {
  RETURN_IF_ERROR(CheckEpoch(epoch));
  const ShapeAccounts shape = ShapeAccountsOf(epoch, caller.name);
  const ByteArray<16> who = caller.subject.value_or(subject);
  const bool batch = who == kOwnBatch;
  const std::string subject_bytes = batch ? "" : ToString(who);
  const ConsumerLimits* limits = LimitsOf(caller.name);
  Pricing pricing;
  if (limits != nullptr) {
    const uint64_t epochs = LiveEpochs(caller.name);
    const uint64_t question = Times(quotas_.numbers_per_question(), epochs);
    if (batch) {
      if (limits->batch_numbers_per_day() == 0) {
        return Error(Reason::kQuotaCaller, "This application may have no batches: it asks for one person at a time.");
      }
      pricing.Add(Reason::kQuotaCaller, DayDraw{.name = {absl::StrCat("batches/", caller.name)},
                                                .amount = elements,
                                                .limit = Times(limits->batch_numbers_per_day(), epochs)});
    } else {
      const storage::AccountName person = {absl::StrCat("subject/", caller.name), subject_bytes};
      pricing.AddRate(Reason::kQuotaSubject, person, limits->subject(), question, elements);
      pricing.AddRate(Reason::kQuotaCaller, {absl::StrCat("caller/", caller.name)}, limits->caller(), question,
                      elements);
    }
    uint64_t common = Budget(epoch, surge);
    for (const std::string& other : CallersOf(epoch)) common -= std::min(common, Reserved(other, epoch, surge));
    pricing.Add(Reason::kQuotaBudget, DayDraw{.name = {OfEpoch("reserved", epoch, caller.name)},
                                              .amount = elements,
                                              .limit = Reserved(caller.name, epoch, surge),
                                              .overflow = OfEpoch("common", epoch),
                                              .overflow_limit = common});
  } else if (caller.role == config::v1::CALLER_ROLE_CUSTODIAN) {
    return Error(Reason::kNoGrant,
                 absl::StrCat("A custodian evaluates under a grant only. An operator can give one:\n  exposure grant "
                              "INCIDENT --caller ",
                              caller.name, " --rows ", elements, " --runs 1"));
  } else if (!caller.is_local()) {
    return Error(Reason::kUnknownCaller,
                 absl::StrCat("The caller ", caller.name,
                              " has no limits. The operator adds `limits` to it in access.callers."));
  }
  if (batch) {
    pricing.Count(DayDraw{.name = {shape.batches}, .amount = elements});
  } else {
    const uint64_t usual =
        limits == nullptr ? storage::kUnlimited : Times(limits->usual_per_day(), quotas_.numbers_per_question());
    pricing.Count(DayDraw{.name = {shape.elements}, .amount = elements});
    pricing.Count(DayDraw{.name = {shape.calls}, .amount = 1});
    pricing.Count(DayDraw{.name = {shape.subjects, subject_bytes},
                          .amount = elements,
                          .first = shape.subjects,
                          .beyond = shape.beyond,
                          .usual = usual});
  }
  pricing.Count(TallyDraw{.account = HourAccount(hour, caller.name), .amount = elements});
  return pricing.Take();
}

}  // namespace exposure::server
