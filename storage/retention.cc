#include "storage/retention.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::storage {
namespace {

absl::StatusOr<KeepingDates> Checked(const KeepingDates& dates, uint64_t latest_end, uint64_t now) {
  if (dates.ends_at <= now) return FieldError(Reason::kBadRetention, "ends_at", "The end date is past.");
  if (dates.ends_at > latest_end) {
    return FieldError(Reason::kBadRetention, "ends_at",
                      absl::StrCat("The end date is too late: at most ", DateText(latest_end), " is possible."));
  }
  if (dates.review_at > dates.ends_at) {
    return FieldError(Reason::kBadRetention, "review_at",
                      absl::StrCat("The review date is after the end date, ", DateText(dates.ends_at), "."));
  }
  return dates;
}

absl::Status CheckReviewAsked(uint64_t review_at, uint64_t now) {
  if (review_at == 0 || review_at > now) return absl::OkStatus();
  return FieldError(Reason::kBadRetention, "review_at", "The review date is past.");
}

}  // namespace

absl::StatusOr<KeepingDates> DatesOfNew(const KeepingDates& asked, const Retention& terms, uint64_t now) {
  RETURN_IF_ERROR(CheckReviewAsked(asked.review_at, now));
  const uint64_t latest_end = now + terms.end_days * kDay;
  KeepingDates dates = asked;
  if (dates.ends_at == 0) dates.ends_at = latest_end;
  if (dates.review_at == 0) dates.review_at = std::min(now + terms.review_days * kDay, dates.ends_at);
  return Checked(dates, latest_end, now);
}

absl::StatusOr<KeepingDates> DatesOfPublished(const KeepingDates& asked, const v1::Dataset& published,
                                              const Retention& terms, uint64_t now) {
  RETURN_IF_ERROR(CheckReviewAsked(asked.review_at, now));
  const uint64_t latest_end = published.ends_at() != 0 ? published.ends_at() : now + terms.end_days * kDay;
  KeepingDates dates = asked;
  if (dates.ends_at == 0) dates.ends_at = latest_end;
  if (dates.review_at == 0) dates.review_at = std::min(published.review_at(), dates.ends_at);
  return Checked(dates, latest_end, now);
}

std::string DateText(uint64_t seconds) {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(static_cast<int64_t>(seconds)), absl::UTCTimeZone());
}

std::vector<const CheckedDataset*> Ended(const CheckedContent& content, uint64_t now) {
  std::vector<const CheckedDataset*> ended;
  for (const CheckedDataset& dataset : content.datasets()) {
    const uint64_t ends_at = dataset.message->ends_at();
    if (ends_at != 0 && ends_at <= now) ended.push_back(&dataset);
  }
  return ended;
}

std::vector<std::string> RetentionWarnings(const CheckedContent& content, uint64_t now) {
  std::vector<std::string> lines;
  for (const CheckedDataset& dataset : content.datasets()) {
    const v1::Dataset& entry = *dataset.message;
    const std::string which =
        absl::StrCat("dataset ", ToHex(dataset.manifest.dataset_id), " of incident ", entry.incident_id());
    if (entry.ends_at() != 0 && entry.ends_at() <= now + kWarnBeforeEnd) {
      lines.push_back(absl::StrCat(which, " ends on ", DateText(entry.ends_at()),
                                   " and is then removed. If it is still needed, seal and publish it again."));
    }
    if (entry.review_at() != 0 && entry.review_at() <= now) {
      lines.push_back(absl::StrCat(which, " was due for review on ", DateText(entry.review_at()),
                                   ": is it still needed? Retract it, or publish its file again with --review DATE."));
    }
  }
  return lines;
}

}  // namespace exposure::storage
