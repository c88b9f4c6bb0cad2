// How a number is shown: what a person at the spreadsheet reads, where it differs from what is stored.
#ifndef EXPOSURE_CLIENT_SOURCE_NUMBER_FORMAT_H_
#define EXPOSURE_CLIENT_SOURCE_NUMBER_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/source/serial_date.h"
#include "client/source/source_file.h"

namespace exposure {

struct ShownNumber {
  std::string text;
  CellKind kind = CellKind::kNumber;
  bool exact = true;
};

// Of a format that pads ("000000", "0000-00", "\P000") the digits are shown so, of one for dates the date. Any other
// format is not applied, for it rounds or groups: the stored number is shown in full. Immutable.
class NumberFormat {
 public:
  // "General", "000000;-000000", "[$-809]d mmmm yyyy": never fails; what is not understood is not applied.
  explicit NumberFormat(std::string_view code);

  // `stored` as in the file: "42", "1.2345678E7". Nothing if it is not a finite number. Inexact is a whole number of
  // more than 15 digits, one whose last digits were lost before it was stored, and one whose leading zeros are shown in
  // a way that is not applied here.
  std::optional<ShownNumber> Show(std::string_view stored, DateSystem system) const;

 private:
  enum class Shape : uint8_t { kPlain, kPadded, kPaddedOtherwise, kScientific, kDate, kTime };
  struct Section {
    Shape shape = Shape::kPlain;
    std::string pattern;     // of kPadded: digits '0' and '#', and literals
    std::string is_literal;  // beside it, 'l' for each literal
    char relation = 0;       // of its condition, if there is one: '<', '>', '=', 'l' (<=), 'g' (>=), 'n' (<>)
    double bound = 0;
  };
  class Parser;

  const Section& Choose(double value) const;
  static std::string Pad(const Section& section, std::string_view digits);

  std::vector<Section> sections_;  // one at least
};

// The format that `id` stands for without being written in the file: 14 is a date. "General" where it is not known.
std::string_view BuiltInFormat(uint64_t id);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_NUMBER_FORMAT_H_
