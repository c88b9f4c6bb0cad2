#include "client/source/serial_date.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"

namespace exposure {
namespace {

constexpr int64_t kSecondsOfDay = 86400;
constexpr int64_t kNeverWas = 60;  // 1900-02-29, which a workbook of 1900 counts
constexpr int64_t kAfterLast = 2958466;

std::string IsoDay(int64_t day, DateSystem system) {
  if (system == DateSystem::k1900 && day == kNeverWas) return "1900-02-29";
  const absl::CivilDay first = system == DateSystem::k1904 ? absl::CivilDay(1904, 1, 1)
                               : day < kNeverWas           ? absl::CivilDay(1899, 12, 31)
                                                           : absl::CivilDay(1899, 12, 30);
  const absl::CivilDay civil = first + day;
  return absl::StrFormat("%04d-%02d-%02d", civil.year(), civil.month(), civil.day());
}

}  // namespace

std::string IsoDate(double serial, DateSystem system, bool whole_days) {
  if (!(serial >= 0) || serial >= static_cast<double>(kAfterLast)) return "";
  const int64_t seconds = std::llround((serial - std::floor(serial)) * static_cast<double>(kSecondsOfDay));
  const int64_t day = static_cast<int64_t>(serial) + seconds / kSecondsOfDay;
  const int64_t second = seconds % kSecondsOfDay;
  if (day >= kAfterLast - (system == DateSystem::k1904 ? 1462 : 0)) return "";
  const std::string time = absl::StrFormat("%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60);
  const bool has_day_zero = system == DateSystem::k1904;
  if (day == 0 && (!whole_days || second != 0)) return time;
  if (day == 0 && !has_day_zero) return "";
  return second == 0 ? IsoDay(day, system) : absl::StrCat(IsoDay(day, system), "T", time);
}

}  // namespace exposure
