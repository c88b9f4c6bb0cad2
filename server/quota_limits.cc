#include "server/quota_limits.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/caller.h"

namespace exposure::server {
namespace {

using config::v1::CallerRule;
using config::v1::ConsumerLimits;
using config::v1::Rate;

constexpr uint64_t kMostQuestions = 1'000'000'000;  // of any rate: products of it stay far below 2^64
constexpr uint32_t kMostNumbers = 1024;             // of a question: one batch
constexpr uint32_t kMostMultiple = 1000;

Rate MakeRate(uint64_t per_hour, uint64_t burst, uint64_t per_day) {
  Rate rate;
  rate.set_per_hour(per_hour);
  rate.set_burst(burst);
  rate.set_per_day(per_day);
  return rate;
}

ConsumerLimits MakeLimits(const char* name, const Rate& subject, const Rate& caller, uint64_t batch_numbers,
                          uint32_t reserved_percent, uint64_t usual) {
  ConsumerLimits limits;
  limits.set_name(name);
  *limits.mutable_subject() = subject;
  *limits.mutable_caller() = caller;
  limits.set_batch_numbers_per_day(batch_numbers);
  limits.set_reserved_percent(reserved_percent);
  limits.set_usual_per_day(usual);
  return limits;
}

void CheckRate(const Rate& rate, const Place& place) {
  const auto check = [&](const char* field, uint64_t value) {
    if (value > kMostQuestions) place.Report(field, -1, "is more than 1,000,000,000.");
  };
  check("per_hour", rate.per_hour());
  check("burst", rate.burst());
  check("per_day", rate.per_day());
  if (rate.per_hour() == 0 && rate.burst() > 0) {
    place.Report("burst", -1, "has no meaning without per_hour.", "per_hour: how many in the long run");
  }
  if (rate.per_hour() > 0 && rate.burst() > rate.per_hour()) {
    place.Report("burst", -1, "is more than per_hour.", absl::StrCat("burst: at most ", rate.per_hour()));
  }
  if (rate.per_day() > 0 && rate.burst() > rate.per_day()) {
    place.Report("burst", -1, "is more than per_day.", absl::StrCat("burst: at most ", rate.per_day()));
  }
}

void CheckLimits(const ConsumerLimits& limits, const Place& place) {
  if (limits.name().empty()) place.Report("name", -1, "must be given.", "the name that access.callers use");
  if (limits.has_subject()) CheckRate(limits.subject(), place.Nested("subject", -1));
  if (limits.has_caller()) CheckRate(limits.caller(), place.Nested("caller", -1));
  if (limits.subject().per_hour() == 0 && limits.subject().per_day() == 0) {
    place.Report("subject", -1, "has neither per_hour nor per_day: one person could ask without end.",
                 "subject { per_day: 10 }");
  }
  if (limits.batch_numbers_per_day() > kMostQuestions) {
    place.Report("batch_numbers_per_day", -1, "is more than 1,000,000,000.");
  }
  if (limits.reserved_percent() > 100) place.Report("reserved_percent", -1, "is more than 100.");
  if (limits.subject().per_day() > 0 && limits.usual_per_day() > limits.subject().per_day()) {
    place.Report("usual_per_day", -1, "is more than a subject may ask: the alarm would never be raised.",
                 absl::StrCat("usual_per_day: at most ", limits.subject().per_day()));
  }
}

void CheckCaller(const CallerRule& caller, int index, const std::map<std::string, uint32_t>& reserved,
                 const Place& access) {
  const Place place = access.Nested("callers", index);
  const bool asks = absl::StartsWith(caller.name(), "consumer/");
  if (caller.limits().empty()) {
    if (asks) place.Report("limits", -1, "a consumer needs limits.", "limits: \"portal\", or one of quotas.limits");
    return;
  }
  if (!asks && caller.name() != kLocalCaller) {
    return place.Report("limits", -1, "are for consumers: a custodian evaluates under grants only.", "remove it");
  }
  if (reserved.count(caller.limits()) == 0) {
    place.Report("limits", -1, absl::StrCat("there are no limits of the name \"", caller.limits(), "\"."),
                 "portal, helpdesk, mobile, or one of quotas.limits");
  }
}

// Of each force, the shares that are kept for its callers.
void CheckShares(const config::v1::ServerConfig& settings, const std::map<std::string, uint32_t>& reserved,
                 const Place& file) {
  std::map<std::string, uint64_t> sums;
  uint64_t everywhere = 0;  // `local` is bound to all forces
  for (const CallerRule& caller : settings.access().callers()) {
    const auto found = reserved.find(caller.limits());
    if (found == reserved.end()) continue;
    if (caller.name() == kLocalCaller) everywhere += found->second;
    for (const std::string& force : std::set<std::string>(caller.forces().begin(), caller.forces().end())) {
      if (caller.name() != kLocalCaller) sums[force] += found->second;
    }
  }
  for (const auto& [force, sum] : sums) {
    if (sum + everywhere <= 100) continue;
    file.Report("quotas", -1,
                absl::StrCat("reserves ", sum + everywhere, "% of the budget of \"", force, "\" for its callers."),
                "lower reserved_percent of their limits: 100 in sum at most");
  }
}

}  // namespace

config::v1::QuotaPolicy FillQuotas(config::v1::QuotaPolicy quotas) {
  if (quotas.numbers_per_question() == 0) quotas.set_numbers_per_question(4);
  if (quotas.budget_multiple() == 0) quotas.set_budget_multiple(2);
  for (const ConsumerLimits& limits :
       {MakeLimits("portal", MakeRate(20, 10, 20), MakeRate(200'000, 5'000, 0), 50'000, 25, 2),
        MakeLimits("helpdesk", MakeRate(60, 20, 480), MakeRate(1'200, 200, 5'000), 0, 10, 240),
        MakeLimits("mobile", MakeRate(10, 5, 10), MakeRate(200'000, 5'000, 0), 0, 25, 2)}) {
    const bool named = std::any_of(quotas.limits().begin(), quotas.limits().end(),
                                   [&](const ConsumerLimits& entry) { return entry.name() == limits.name(); });
    if (!named) *quotas.add_limits() = limits;
  }
  for (ConsumerLimits& limits : *quotas.mutable_limits()) {
    if (limits.usual_per_day() == 0) limits.set_usual_per_day(2);
    for (Rate* rate : {limits.mutable_subject(), limits.mutable_caller()}) {
      if (rate->burst() == 0) rate->set_burst(rate->per_hour());
    }
  }
  return quotas;
}

void CheckQuotas(const config::v1::ServerConfig& settings, const Place& file) {
  const config::v1::QuotaPolicy& quotas = settings.quotas();
  const Place place = file.Nested("quotas", -1);
  if (quotas.numbers_per_question() > kMostNumbers) place.Report("numbers_per_question", -1, "is more than 1,024.");
  if (quotas.budget_multiple() > kMostMultiple) place.Report("budget_multiple", -1, "is more than 1,000.");
  std::set<std::string> names;
  for (int i = 0; i < quotas.limits_size(); ++i) {
    CheckLimits(quotas.limits(i), place.Nested("limits", i));
    if (!names.insert(quotas.limits(i).name()).second) {
      place.Report("limits", i, absl::StrCat("there are limits of the name \"", quotas.limits(i).name(), "\" above."));
    }
  }
  std::map<std::string, uint32_t> reserved;
  const config::v1::QuotaPolicy filled = FillQuotas(quotas);
  for (const ConsumerLimits& limits : filled.limits()) reserved[limits.name()] = limits.reserved_percent();
  const Place access = file.Nested("access", -1);
  for (int i = 0; i < settings.access().callers_size(); ++i) {
    CheckCaller(settings.access().callers(i), i, reserved, access);
  }
  CheckShares(settings, reserved, file);
}

}  // namespace exposure::server
