#include "server/quota_gate.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "crypto/oprf.h"

namespace exposure::server {
namespace {

constexpr size_t kMostWaiting = 8192;  // calls
constexpr size_t kMostTogether = 256;  // calls of one write
constexpr uint64_t kSecondsOfHour = 3600;

absl::Status QuotaError(Reason reason, std::optional<uint64_t> retry_after) {
  std::string who = "This application has used up its questions.";
  if (reason == Reason::kQuotaSubject) who = "The person asking has used up the questions of the hour or the day.";
  if (reason == Reason::kQuotaBudget) who = "The day's budget of this force is used up. Two operators can allow more.";
  if (!retry_after) return Error(reason, "So many numbers are more than may ever be asked at once. Ask about fewer.");
  return WithRetryAfter(Error(reason, who), *retry_after);
}

}  // namespace

QuotaGate::QuotaGate(QuotaPolicy policy, std::unique_ptr<storage::QuotaLedger> ledger, OnAlarm on_alarm)
    : policy_(std::move(policy)),
      ledger_(std::move(ledger)),
      on_alarm_(std::move(on_alarm)),
      idempotency_([this] { return ledger_->Now(); }) {}

absl::StatusOr<std::unique_ptr<QuotaGate>> QuotaGate::Create(QuotaPolicy policy,
                                                             std::unique_ptr<storage::QuotaLedger> ledger,
                                                             OnAlarm on_alarm) {
  std::unique_ptr<QuotaGate> gate(new QuotaGate(std::move(policy), std::move(ledger), std::move(on_alarm)));
  RETURN_IF_ERROR(gate->Load());
  gate->thread_ = std::thread([gate = gate.get()] { gate->Run(); });
  return gate;
}

absl::Status QuotaGate::Load() {
  ASSIGN_OR_RETURN(grants_, storage::SealingGrants::Open(*ledger_));
  ASSIGN_OR_RETURN(surges_, storage::Surges::Open(*ledger_));
  ASSIGN_OR_RETURN(const auto notes, ledger_->Notes("alarm/"));
  for (const auto& [name, value] : notes) {
    if (!absl::StartsWith(name, AlarmPrefix())) {
      RETURN_IF_ERROR(ledger_->Note(name, ""));
    } else if (!alarms_[name].ParseFromString(value)) {
      return Error(Reason::kCorruptRecords, "An alarm in the quota ledger is damaged.");
    }
  }
  return absl::OkStatus();
}

QuotaGate::~QuotaGate() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void QuotaGate::Charge(const QuotaCall& call, const Done& done) {
  const size_t elements = call.blinded.size() / crypto::kElementSize;
  if (elements == 0 || elements > crypto::kMaxBatch || call.blinded.size() % crypto::kElementSize != 0) {
    return done(FieldError(Reason::kBatchSize, "blinded", "must be 1 to 1,024 whole elements of 32 bytes."));
  }
  const std::string what = ToString(call.epoch) + ToString(call.blinded);
  idempotency_.Once(
      call.caller.name, call.idempotency, AsBytes(what),
      [&](Done charged) {
        WriteOrWait({call.caller, call.epoch, call.subject, call.grant, elements, std::move(charged)});
      },
      done);
}

void QuotaGate::WriteOrWait(Waiting call) noexcept {
  std::unique_lock<std::mutex> lock(mutex_);
  if (!writing_ && waiting_.empty()) {
    writing_ = true;
    lock.unlock();
    std::deque<Waiting> alone;
    alone.push_back(std::move(call));
    return Write(std::move(alone));
  }
  if (waiting_.size() < kMostWaiting) {
    waiting_.push_back(std::move(call));
    return;  // whoever writes wakes the gate's thread
  }
  lock.unlock();
  call.done(WithRetryAfter(Error(Reason::kOverloaded, "The service has too much to do. Try again in a moment."), 1));
}

void QuotaGate::Run() {
  for (;;) {
    std::deque<Waiting> calls;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return !writing_ && (ending_ || !waiting_.empty()); });
      if (waiting_.empty()) return;
      writing_ = true;
      while (!waiting_.empty() && calls.size() < kMostTogether) {
        calls.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
    Write(std::move(calls));
  }
}

void QuotaGate::Write(std::deque<Waiting> calls) noexcept {
  const std::vector<absl::Status> statuses = Commit(calls);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    writing_ = false;
    if (!waiting_.empty() || ending_) changed_.notify_one();
  }
  for (size_t i = 0; i < calls.size(); ++i) calls[i].done(statuses[i]);
}

std::vector<absl::Status> QuotaGate::Commit(const std::deque<Waiting>& calls) {
  std::vector<absl::Status> statuses(calls.size());
  std::vector<PricedCall> priced;
  std::vector<storage::Charge> charges;
  std::vector<size_t> charged;  // which call each charge is of
  for (size_t i = 0; i < calls.size(); ++i) {
    absl::StatusOr<PricedCall> price = Price(calls[i]);
    statuses[i] = price.status();
    if (!price.ok()) continue;
    charged.push_back(i);
    charges.push_back(std::exchange(price->charge, {}));
    priced.push_back(*std::move(price));
  }
  const absl::StatusOr<std::vector<storage::Outcome>> outcomes = ledger_->Make(charges);
  std::set<std::pair<crypto::EpochId, std::string>> asked;
  for (size_t c = 0; c < charges.size(); ++c) {
    const Waiting& call = calls[charged[c]];
    statuses[charged[c]] = outcomes.ok() ? RefusalOf(call, priced[c], (*outcomes)[c]) : outcomes.status();
    if (statuses[charged[c]].ok() && !call.grant) asked.emplace(call.epoch, call.caller.name);
  }
  RaiseAlarms(asked);
  return statuses;
}

absl::StatusOr<PricedCall> QuotaGate::Price(const Waiting& call) {
  if (!call.grant) {
    return policy_.Price(call.caller, call.epoch, call.subject, call.elements, surges_->Of(call.epoch).factor,
                         ledger_->Now() / kSecondsOfHour);
  }
  RETURN_IF_ERROR(policy_.CheckEpoch(call.epoch));
  ASSIGN_OR_RETURN(storage::Draw draw, grants_->DrawOf(*call.grant, call.epoch, call.caller.name, call.elements));
  return PricedCall{.charge = {std::move(draw)}, .reasons = {Reason::kGrantUsedUp}};
}

absl::Status QuotaGate::RefusalOf(const Waiting& call, const PricedCall& priced, const storage::Outcome& outcome) {
  if (outcome.ok()) return absl::OkStatus();
  if (call.grant) return grants_->Refusal(*call.grant, call.caller.name);
  return QuotaError(priced.reasons[*outcome.refused], outcome.retry_after);
}

absl::StatusOr<DayShape> QuotaGate::ShapeOf(const crypto::EpochId& epoch, const std::string& caller) {
  const ShapeAccounts names = ShapeAccountsOf(epoch, caller);
  const std::string accounts[] = {names.elements, names.batches, names.calls, names.subjects, names.beyond};
  ASSIGN_OR_RETURN(const std::vector<uint64_t> counts, ledger_->DayCounts(accounts));
  return DayShape{
      .elements = counts[0], .batches = counts[1], .calls = counts[2], .subjects = counts[3], .beyond = counts[4]};
}

void QuotaGate::RaiseAlarms(const std::set<std::pair<crypto::EpochId, std::string>>& asked) {
  for (const auto& [epoch, caller] : asked) {
    if (!policy_.HasLimits(caller)) continue;
    const absl::StatusOr<DayShape> shape = ShapeOf(epoch, caller);
    if (!shape.ok()) continue;  // the next charge tells of the disk
    for (const Suspicion& suspicion : Suspicions(*shape, policy_.NormalOf(caller, epoch))) {
      Raise(epoch, caller, suspicion);
    }
  }
}

std::string QuotaGate::AlarmPrefix() const {
  return absl::StrCat("alarm/", ledger_->Now() / storage::kSecondsOfDay, "/");
}

void QuotaGate::Raise(const crypto::EpochId& epoch, const std::string& caller, const Suspicion& suspicion) {
  const std::string name = absl::StrCat(AlarmPrefix(), ToHex(epoch), "/", suspicion.kind, "/", caller);
  v1::QuotaAlarm alarm;
  {
    const std::lock_guard<std::mutex> lock(alarms_mutex_);
    if (alarms_.count(name) > 0) return;
    for (auto it = alarms_.begin(); it != alarms_.end();) {  // of earlier days
      if (absl::StartsWith(it->first, AlarmPrefix())) {
        ++it;
        continue;
      }
      ledger_->Note(it->first, "").IgnoreError();  // the next start forgets it
      it = alarms_.erase(it);
    }
    alarm.set_caller(caller);
    alarm.set_epoch_id(ToString(epoch));
    alarm.set_raised_at(ledger_->Now());
    alarm.set_shape(suspicion.shape);
    alarms_[name] = alarm;
  }
  ledger_->Note(name, alarm.SerializeAsString()).IgnoreError();  // where it fails, it is raised again after a restart
  if (on_alarm_) on_alarm_(alarm);
}

absl::StatusOr<storage::Grant> QuotaGate::GrantSealing(const std::string& who, const storage::GrantScope& scope,
                                                       uint64_t rows, uint32_t runs) {
  RETURN_IF_ERROR(policy_.CheckEpoch(scope.epoch));
  if (who == scope.caller) {
    return Error(Reason::kSamePerson, "Nobody grants to themselves. Let an operator do it.");
  }
  RETURN_IF_ERROR(policy_.CheckGrantee(scope.caller, scope.epoch));
  return grants_->Give(scope, rows, runs);
}

absl::StatusOr<storage::Grant> QuotaGate::FindGrant(const storage::GrantScope& scope, uint64_t rows) {
  RETURN_IF_ERROR(policy_.CheckEpoch(scope.epoch));
  return grants_->Find(scope, rows);
}

absl::StatusOr<storage::SurgeId> QuotaGate::ProposeSurge(const std::string& who, const crypto::EpochId& epoch,
                                                         uint32_t factor, uint32_t hours) {
  RETURN_IF_ERROR(policy_.CheckEpoch(epoch));
  return surges_->Propose(who, epoch, factor, hours);
}

absl::StatusOr<uint64_t> QuotaGate::ApproveSurge(const std::string& who, const storage::SurgeId& id) {
  return surges_->Approve(who, id);
}

absl::StatusOr<v1::GetQuotasResponse> QuotaGate::Usage() {
  v1::GetQuotasResponse usage;
  usage.set_day(
      absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(static_cast<int64_t>(ledger_->Now())), absl::UTCTimeZone()));
  for (const crypto::EpochId& epoch : policy_.epochs()) {
    const storage::Surges::Effect surge = surges_->Of(epoch);
    v1::EpochUsage* of_epoch = usage.add_epochs();
    of_epoch->set_epoch_id(ToString(epoch));
    of_epoch->set_budget(policy_.Budget(epoch, surge.factor));
    of_epoch->set_surge_until(surge.until);
    for (const std::string& caller : policy_.CallersOf(epoch)) {
      ASSIGN_OR_RETURN(const DayShape shape, ShapeOf(epoch, caller));
      v1::CallerUsage* of_caller = usage.add_callers();
      of_caller->set_caller(caller);
      of_caller->set_epoch_id(ToString(epoch));
      of_caller->set_elements(shape.elements + shape.batches);
      of_caller->set_reserved(policy_.Reserved(caller, epoch, surge.factor));
      of_caller->set_subjects(shape.subjects);
      of_epoch->set_elements(of_epoch->elements() + of_caller->elements());
    }
  }
  const std::lock_guard<std::mutex> lock(alarms_mutex_);
  for (const auto& [name, alarm] : alarms_) {
    if (absl::StartsWith(name, AlarmPrefix())) *usage.add_alarms() = alarm;
  }
  return usage;
}

absl::StatusOr<std::vector<HourCount>> QuotaGate::FinishedHours() {
  ASSIGN_OR_RETURN(const auto tallies, ledger_->Tallies());
  std::vector<HourCount> finished;
  for (const auto& [name, elements] : tallies) {
    const size_t slash = name.find('/');
    uint64_t hour = 0;
    if (slash == std::string::npos || !absl::SimpleAtoi(name.substr(0, slash), &hour)) {
      return Error(Reason::kCorruptRecords, "An hour's count in the quota ledger is damaged.");
    }
    if (hour >= ledger_->Now() / kSecondsOfHour) continue;
    finished.push_back({.caller = name.substr(slash + 1), .hour = hour * kSecondsOfHour, .elements = elements});
  }
  return finished;
}

absl::Status QuotaGate::ForgetHours(std::span<const HourCount> hours) {
  std::vector<std::string> names;
  for (const HourCount& count : hours) names.push_back(HourAccount(count.hour / kSecondsOfHour, count.caller));
  return ledger_->ForgetTallies(names);
}

}  // namespace exposure::server
