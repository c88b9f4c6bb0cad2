// A notice to fill in: every field, each with the question that it answers.
#ifndef EXPOSURE_CLIENT_CLI_NOTICE_TEMPLATE_H_
#define EXPOSURE_CLIENT_CLI_NOTICE_TEMPLATE_H_

#include <string>
#include <string_view>

namespace exposure::cli {

// Protobuf text that parses as it is, and lacks what only the custodian knows. `incident_id` is a valid one.
std::string NoticeTemplate(std::string_view incident_id);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_NOTICE_TEMPLATE_H_
