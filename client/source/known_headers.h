// What a column's header says about it, as custodians' programs write it: "Pay No", "PayNo", "Payroll number". A
// suggestion: the custodian confirms.
#ifndef EXPOSURE_CLIENT_SOURCE_KNOWN_HEADERS_H_
#define EXPOSURE_CLIENT_SOURCE_KNOWN_HEADERS_H_

#include <string_view>

#include "exposure/v1/category.pb.h"

namespace exposure {

struct HeaderMeaning {
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  std::string_view scheme;  // of a number that people can be found by: "pay"; else empty
};

// Null where the header is not known. Case, spaces and punctuation make no difference.
const HeaderMeaning* MeaningOf(std::string_view header);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_KNOWN_HEADERS_H_
