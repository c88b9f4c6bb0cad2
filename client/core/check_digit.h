// Check digits: whether the last digit of a number follows from those before it.
#ifndef EXPOSURE_CLIENT_CORE_CHECK_DIGIT_H_
#define EXPOSURE_CLIENT_CORE_CHECK_DIGIT_H_

#include <string_view>

#include "exposure/v1/catalogue.pb.h"

namespace exposure {

// `digits` are 0–9. True where `rule` asks for no check; false for a rule that is not known.
bool CheckDigitFits(v1::CheckRule rule, std::string_view digits);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_CHECK_DIGIT_H_
