// The counts of the day, for people and for programs.
#ifndef EXPOSURE_CLIENT_CLI_QUOTA_REPORT_H_
#define EXPOSURE_CLIENT_CLI_QUOTA_REPORT_H_

#include <string>

#include "exposure/v1/operations_service.pb.h"
#include "proto/rules/catalogue_content.h"

namespace exposure::cli {

// `address`: of the evaluator that counted; empty: the service's own.
std::string QuotasText(const std::string& address, const v1::GetQuotasResponse& quotas, const CheckedContent& content);
// One line, as docs/json.md says.
std::string QuotasJson(const std::string& address, const v1::GetQuotasResponse& quotas);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_QUOTA_REPORT_H_
