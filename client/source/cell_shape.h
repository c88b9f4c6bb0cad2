// What a cell looks like, without what it says.
#ifndef EXPOSURE_CLIENT_SOURCE_CELL_SHAPE_H_
#define EXPOSURE_CLIENT_SOURCE_CELL_SHAPE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace exposure {

// "A999999": letters are A, digits 9, white space a space, and ASCII punctuation itself; all else is "?". What is
// longer than 24 characters ends with "…".
std::string MaskOf(std::string_view text);

enum class CellShape : uint8_t {
  kOther,
  kOfficerNumber,      // up to two letters and 3 to 8 digits, 4 characters or more
  kNationalInsurance,  // AA 99 99 99 A
  kEmail,
  kPhone,     // 0… or +44…, 10 or 11 digits
  kPostcode,  // A9 9AA to AA99 9AA
  kDate,      // 99/99/9999, 9999-99-99 and the like
  kRank,      // "PC", "Detective Sergeant"
};
inline constexpr int kCellShapeCount = 8;

CellShape ShapeOf(std::string_view text);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_CELL_SHAPE_H_
