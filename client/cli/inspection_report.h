// What was seen in a source, for people and for programs; never a cell.
#ifndef EXPOSURE_CLIENT_CLI_INSPECTION_REPORT_H_
#define EXPOSURE_CLIENT_CLI_INSPECTION_REPORT_H_

#include <string>

#include "client/cli/inspection.h"

namespace exposure::cli {

std::string InspectionText(const Inspection& inspection);
// One line, as docs/json.md says.
std::string InspectionJson(const Inspection& inspection);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_INSPECTION_REPORT_H_
