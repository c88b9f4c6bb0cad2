#include "client/source/blank.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace exposure {

bool IsBlank(std::string_view cell) {
  const size_t size = cell.size();
  for (size_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(cell.data(), i, size, c);
    if (c < 0 || !(u_isUWhiteSpace(c) || u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))) return false;
  }
  return true;
}

}  // namespace exposure
