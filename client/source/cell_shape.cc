#include "client/source/cell_shape.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

namespace exposure {
namespace {

constexpr size_t kLongestMask = 24;  // characters
constexpr size_t kLongestShape = 64;

char MaskedCharacter(UChar32 c) {
  if (c < 0) return '?';
  if (u_isalpha(c)) return 'A';
  if (u_isdigit(c)) return '9';
  if (u_isUWhiteSpace(c)) return ' ';
  return c > 0x20 && c < 0x7F ? static_cast<char>(c) : '?';
}

// The mask without spaces, dots and dashes.
std::string Compact(std::string_view mask) {
  std::string compact;
  std::copy_if(mask.begin(), mask.end(), std::back_inserter(compact), [](char c) { return c != ' ' && c != '-'; });
  return compact;
}

bool IsOfficerNumber(std::string_view mask) {
  const size_t letters = mask.find_first_not_of('A');
  if (letters > 2) return false;  // or there is nothing but letters
  const std::string_view digits = mask.substr(letters);
  return mask.size() >= 4 && digits.size() >= 3 && digits.size() <= 8 && digits.find_first_not_of('9') == digits.npos;
}

bool IsPhone(std::string_view text, std::string_view compact) {
  const auto digits = std::count(compact.begin(), compact.end(), '9');
  if (compact.find_first_not_of("9+()") != compact.npos) return false;
  return (text[0] == '0' && digits >= 10 && digits <= 11) || (text.starts_with("+44") && digits == 12);
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool IsEmail(std::string_view mask) {
  const size_t at = mask.find('@');
  return at != mask.npos && at > 0 && mask.find('.', at) != mask.npos && mask.find(' ') == mask.npos;
}

// Its last word is that of a rank.
bool IsRank(std::string_view text) {
  std::string word(text.substr(std::min(text.size(), text.find_last_of(' ') + 1)));
  std::transform(word.begin(), word.end(), word.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return IsOneOf(word, {"pc", "dc", "ps", "sgt", "ds", "insp", "di", "dci", "supt", "csupt", "pcso", "constable",
                        "sergeant", "inspector", "superintendent", "commander", "commissioner"});
}

}  // namespace

std::string MaskOf(std::string_view text) {
  std::string mask;
  const size_t size = text.size();
  for (size_t i = 0; i < size;) {
    if (mask.size() == kLongestMask) return mask + "…";
    UChar32 c;
    U8_NEXT(text.data(), i, size, c);
    mask.push_back(MaskedCharacter(c));
  }
  return mask;
}

CellShape ShapeOf(std::string_view text) {
  if (text.empty() || text.size() > kLongestShape) return CellShape::kOther;
  std::string mask;
  const size_t size = text.size();
  for (size_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(text.data(), i, size, c);
    mask.push_back(MaskedCharacter(c));
  }
  const std::string compact = Compact(mask);
  if (IsPhone(text, compact)) return CellShape::kPhone;
  if (IsOfficerNumber(mask)) return CellShape::kOfficerNumber;
  if (compact == "AA999999A") return CellShape::kNationalInsurance;
  if (IsEmail(mask)) return CellShape::kEmail;
  if (IsOneOf(mask, {"A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA"})) return CellShape::kPostcode;
  if (IsOneOf(mask, {"99/99/9999", "9/99/9999", "99/9/9999", "9/9/9999", "99/99/99", "9999-99-99", "99-99-9999",
                     "99.99.9999", "99 AAA 9999", "99-AAA-9999", "9999-99-99 99:99:99", "99-AAA-99"})) {
    return CellShape::kDate;
  }
  return IsRank(text) ? CellShape::kRank : CellShape::kOther;
}

}  // namespace exposure
