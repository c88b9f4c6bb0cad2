#include "storage/surges.h"

#include <sodium.h>

#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::storage {
namespace {

constexpr std::string_view kSurgePrefix = "surge/";  // of notes: hexadecimal id → what Encode gives
constexpr size_t kProposerAt = 27;

std::string SurgeName(const SurgeId& id) { return absl::StrCat(std::string(kSurgePrefix), ToHex(id)); }

}  // namespace

// epoch (16) || u8 factor || u8 hours || u8 approved || u64 until || proposer.
std::string Surges::Encode(const Surge& surge) {
  std::string out = ToString(surge.epoch);
  AppendBigEndian(static_cast<uint8_t>(surge.factor), out);
  AppendBigEndian(static_cast<uint8_t>(surge.hours), out);
  AppendBigEndian(static_cast<uint8_t>(surge.approved ? 1 : 0), out);
  AppendBigEndian(surge.until, out);
  return out + surge.proposer;
}

std::optional<Surges::Surge> Surges::Decode(std::string_view value) {
  if (value.size() < kProposerAt) return std::nullopt;
  const uint8_t* bytes = AsBytes(value).data();
  return Surge{.epoch = *ToArray<16>(value.substr(0, 16)),
               .factor = bytes[16],
               .hours = bytes[17],
               .approved = bytes[18] != 0,
               .until = LoadBigEndian<uint64_t>(bytes + 19),
               .proposer = std::string(value.substr(kProposerAt))};
}

absl::StatusOr<std::unique_ptr<Surges>> Surges::Open(QuotaLedger& ledger) {
  ASSIGN_OR_RETURN(const auto notes, ledger.Notes(kSurgePrefix));
  std::unique_ptr<Surges> surges(new Surges(ledger));
  for (const auto& [name, value] : notes) {
    const std::optional<SurgeId> id = ArrayFromHex<16>(std::string_view(name).substr(kSurgePrefix.size()));
    std::optional<Surge> surge = Decode(value);
    if (!id || !surge) return Error(Reason::kCorruptRecords, "A surge in the quota ledger is damaged.");
    surges->surges_[*id] = *std::move(surge);
  }
  return surges;
}

absl::Status Surges::ForgetEnded() {
  for (auto it = surges_.begin(); it != surges_.end();) {
    if (it->second.until > ledger_.Now()) {
      ++it;
      continue;
    }
    RETURN_IF_ERROR(ledger_.Note(SurgeName(it->first), ""));
    it = surges_.erase(it);
  }
  return absl::OkStatus();
}

absl::StatusOr<SurgeId> Surges::Propose(const std::string& who, const crypto::EpochId& epoch, uint32_t factor,
                                        uint32_t hours) {
  if (factor < kLeastSurgeFactor || factor > kMostSurgeFactor) {
    return FieldError(Reason::kBadSurge, "factor", "must be 2 to 10.");
  }
  if (hours == 0 || hours > kMostSurgeHours) return FieldError(Reason::kBadSurge, "hours", "must be 1 to 72.");
  const std::lock_guard<std::mutex> lock(mutex_);
  RETURN_IF_ERROR(ForgetEnded());
  SurgeId id;
  randombytes_buf(id.data(), id.size());
  const Surge surge{.epoch = epoch,
                    .factor = factor,
                    .hours = hours,
                    .approved = false,
                    .until = ledger_.Now() + kSurgeWaits,
                    .proposer = who};
  RETURN_IF_ERROR(ledger_.Note(SurgeName(id), Encode(surge)));
  surges_[id] = surge;
  return id;
}

absl::StatusOr<uint64_t> Surges::Approve(const std::string& who, const SurgeId& id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  RETURN_IF_ERROR(ForgetEnded());
  const auto it = surges_.find(id);
  if (it == surges_.end() || it->second.approved) {
    return Error(Reason::kUnknownSurge,
                 "No proposal of a surge with this id waits. Propose it again: a proposal waits an hour.");
  }
  if (it->second.proposer == who) {
    return Error(Reason::kSamePerson, "Whoever proposed a surge cannot approve it. Let another operator do it.");
  }
  Surge approved = it->second;
  approved.approved = true;
  approved.until = ledger_.Now() + uint64_t{approved.hours} * 3600;
  RETURN_IF_ERROR(ledger_.Note(SurgeName(id), Encode(approved)));
  it->second = approved;
  return approved.until;
}

Surges::Effect Surges::Of(const crypto::EpochId& epoch) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Effect effect;
  for (const auto& [id, surge] : surges_) {
    const bool in_effect = surge.approved && surge.epoch == epoch && surge.until > ledger_.Now();
    if (in_effect && std::pair(surge.factor, surge.until) > std::pair(effect.factor, effect.until)) {
      effect = {surge.factor, surge.until};
    }
  }
  return effect;
}

}  // namespace exposure::storage
