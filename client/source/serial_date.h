// Dates as workbooks store them: days since 1900 (with a 29 February 1900 that never was) or since 1904.
#ifndef EXPOSURE_CLIENT_SOURCE_SERIAL_DATE_H_
#define EXPOSURE_CLIENT_SOURCE_SERIAL_DATE_H_

#include <cstdint>
#include <string>

namespace exposure {

enum class DateSystem : uint8_t { k1900, k1904 };

// "2024-01-31", "2024-01-31T10:30:00", to the second; "10:30:00" where `serial` is less than a day, unless
// `whole_days`. Empty where `serial` is no date that a workbook can show.
std::string IsoDate(double serial, DateSystem system, bool whole_days);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_SERIAL_DATE_H_
