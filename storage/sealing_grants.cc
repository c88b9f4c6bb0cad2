#include "storage/sealing_grants.h"

#include <sodium.h>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::storage {
namespace {

constexpr std::string_view kGrantPrefix = "grant/";  // of notes: hexadecimal id → what Encode gives
constexpr size_t kCallerAt = 26;

std::string GrantName(const GrantId& id) { return absl::StrCat(std::string(kGrantPrefix), ToHex(id)); }

absl::Status CheckGrant(const GrantScope& scope, uint64_t rows, uint32_t runs) {
  if (scope.incident.empty()) return FieldError(Reason::kBadGrant, "incident_id", "must name the incident.");
  if (scope.caller.empty() || scope.caller.size() > 256) {
    return FieldError(Reason::kBadGrant, "caller", "must name the caller, as in \"custodian/met-response\".");
  }
  if (rows == 0 || rows > kMostGrantRows) return FieldError(Reason::kBadGrant, "rows", "must be 1 to 2,000,000.");
  if (runs > kMostGrantRuns) return FieldError(Reason::kBadGrant, "runs", "must be at most 10.");
  return absl::OkStatus();
}

absl::Status NoGrant(const std::string& incident, const std::string& caller, uint64_t rows) {
  return Error(Reason::kNoGrant, absl::StrCat("There is no grant to seal this, or its time is over. An operator can "
                                              "give one:\n  ",
                                              GrantCommand(incident, caller, rows)));
}

}  // namespace

std::string GrantCommand(const std::string& incident, const std::string& caller, uint64_t rows) {
  return absl::StrCat("exposure grant ", incident, " --caller ", caller, " --rows ", rows, " --runs 1");
}

// epoch (16) || u64 rows || u16 |caller| || caller || incident.
std::string SealingGrants::Encode(const Granted& granted) {
  std::string out = ToString(granted.scope.epoch);
  AppendBigEndian(granted.rows, out);
  AppendBigEndian(static_cast<uint16_t>(granted.scope.caller.size()), out);
  return out + granted.scope.caller + granted.scope.incident;
}

std::optional<SealingGrants::Granted> SealingGrants::Decode(std::string_view value) {
  if (value.size() < kCallerAt) return std::nullopt;
  const uint8_t* bytes = AsBytes(value).data();
  const size_t caller_size = LoadBigEndian<uint16_t>(bytes + 24);
  if (value.size() < kCallerAt + caller_size) return std::nullopt;
  return Granted{.scope = {.epoch = *ToArray<16>(value.substr(0, 16)),
                           .caller = std::string(value.substr(kCallerAt, caller_size)),
                           .incident = std::string(value.substr(kCallerAt + caller_size))},
                 .rows = LoadBigEndian<uint64_t>(bytes + 16)};
}

absl::StatusOr<std::unique_ptr<SealingGrants>> SealingGrants::Open(QuotaLedger& ledger) {
  ASSIGN_OR_RETURN(const auto notes, ledger.Notes(kGrantPrefix));
  std::unique_ptr<SealingGrants> grants(new SealingGrants(ledger));
  for (const auto& [name, value] : notes) {
    const std::optional<GrantId> id = ArrayFromHex<16>(std::string_view(name).substr(kGrantPrefix.size()));
    std::optional<Granted> granted = Decode(value);
    if (!id || !granted) return Error(Reason::kCorruptRecords, "A grant in the quota ledger is damaged.");
    grants->grants_[*id] = *std::move(granted);
  }
  return grants;
}

absl::StatusOr<std::optional<Grant>> SealingGrants::FindHolding(const GrantScope& scope) {
  std::optional<Grant> found;
  for (auto it = grants_.begin(); it != grants_.end();) {
    ASSIGN_OR_RETURN(const std::optional<Balance> balance, ledger_.FindBalance(GrantName(it->first)));
    if (!balance) {
      RETURN_IF_ERROR(ledger_.Note(GrantName(it->first), ""));
      it = grants_.erase(it);
      continue;
    }
    if (it->second.scope == scope) found = Grant{it->first, *balance};
    ++it;
  }
  return found;
}

absl::StatusOr<Grant> SealingGrants::Give(const GrantScope& scope, uint64_t rows, uint32_t runs) {
  if (runs == 0) runs = kGrantRuns;
  RETURN_IF_ERROR(CheckGrant(scope, rows, runs));
  const std::lock_guard<std::mutex> lock(mutex_);
  ASSIGN_OR_RETURN(const std::optional<Grant> before, FindHolding(scope));
  Grant grant = before.value_or(Grant{});
  if (!before) randombytes_buf(grant.id.data(), grant.id.size());
  const Granted granted{.scope = scope, .rows = rows};
  RETURN_IF_ERROR(ledger_.Note(GrantName(grant.id), Encode(granted)));
  const uint64_t elements = (rows * runs * 105 + 99) / 100;
  ASSIGN_OR_RETURN(grant.balance, ledger_.Deposit(GrantName(grant.id), elements, ledger_.Now() + kGrantSeconds));
  grants_[grant.id] = granted;
  return grant;
}

absl::StatusOr<Grant> SealingGrants::Find(const GrantScope& scope, uint64_t rows) {
  const std::lock_guard<std::mutex> lock(mutex_);
  ASSIGN_OR_RETURN(const std::optional<Grant> grant, FindHolding(scope));
  if (grant) return *grant;
  return NoGrant(scope.incident, scope.caller, rows);
}

absl::StatusOr<Draw> SealingGrants::DrawOf(const GrantId& id, const crypto::EpochId& epoch, const std::string& caller,
                                           uint64_t elements) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto it = grants_.find(id);
  if (it == grants_.end() || it->second.scope.epoch != epoch || it->second.scope.caller != caller) {
    return NoGrant("INCIDENT", caller, elements);
  }
  return BalanceDraw{.account = GrantName(id), .amount = elements};
}

absl::Status SealingGrants::Refusal(const GrantId& id, const std::string& caller) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto it = grants_.find(id);
  if (it == grants_.end()) return NoGrant("INCIDENT", caller, 1);
  const auto& [scope, rows] = it->second;
  ASSIGN_OR_RETURN(const std::optional<Balance> balance, ledger_.FindBalance(GrantName(id)));
  if (!balance) return NoGrant(scope.incident, caller, rows);
  return Error(Reason::kGrantUsedUp, absl::StrCat("The grant covers ", balance->left,
                                                  " more numbers, which is too few. An operator can extend it:\n  ",
                                                  GrantCommand(scope.incident, caller, rows)));
}

}  // namespace exposure::storage
