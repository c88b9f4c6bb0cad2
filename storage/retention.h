// How long datasets are kept: the dates of a dataset and what follows from them, as pure functions. Times are Unix
// seconds.
#ifndef EXPOSURE_STORAGE_RETENTION_H_
#define EXPOSURE_STORAGE_RETENTION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/rules/catalogue_content.h"

namespace exposure::storage {

inline constexpr uint64_t kDay = 86'400;               // seconds
inline constexpr uint64_t kWarnBeforeEnd = 30 * kDay;  // seconds

// The service's own terms.
struct Retention {
  uint32_t review_days = 365;
  uint32_t end_days = 2190;  // also the most that may be asked for
};

// When somebody should look whether a dataset is still needed, and when it is retracted by itself. 0 in a request: as
// the service's terms say.
struct KeepingDates {
  uint64_t review_at = 0;
  uint64_t ends_at = 0;
  friend bool operator==(const KeepingDates&, const KeepingDates&) = default;
};

// The dates of a new dataset. Returns BAD_RETENTION for one that is past or beyond the terms, or a review after the
// end.
absl::StatusOr<KeepingDates> DatesOfNew(const KeepingDates& asked, const Retention& terms, uint64_t now);

// Other dates of a published dataset; 0: as they are. Its end may come sooner, never later. Returns BAD_RETENTION.
absl::StatusOr<KeepingDates> DatesOfPublished(const KeepingDates& asked, const v1::Dataset& published,
                                              const Retention& terms, uint64_t now);

// "2032-11-24", UTC.
std::string DateText(uint64_t seconds);

// Those whose end has come.
std::vector<const CheckedDataset*> Ended(const CheckedContent& content, uint64_t now);

// A line for each dataset that ends within 30 days or whose review is due.
std::vector<std::string> RetentionWarnings(const CheckedContent& content, uint64_t now);

}  // namespace exposure::storage

#endif  // EXPOSURE_STORAGE_RETENTION_H_
