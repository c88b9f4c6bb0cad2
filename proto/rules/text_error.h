// What the parser of protobuf text says of a wrong file, without what the file holds: it may be a list of numbers.
#ifndef EXPOSURE_PROTO_RULES_TEXT_ERROR_H_
#define EXPOSURE_PROTO_RULES_TEXT_ERROR_H_

#include <string>
#include <string_view>

namespace exposure {

// Names of our fields and messages are kept; any word of the file is left out, also one that looks like a field: line
// and column say where it is.
std::string DescribeTextError(std::string_view parser_message);

}  // namespace exposure

#endif  // EXPOSURE_PROTO_RULES_TEXT_ERROR_H_
