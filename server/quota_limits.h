// How much may be asked, as it is configured: defaults filled in, and checked. docs/operations.md, "Quotas, grants,
// surges".
#ifndef EXPOSURE_SERVER_QUOTA_LIMITS_H_
#define EXPOSURE_SERVER_QUOTA_LIMITS_H_

#include "exposure/config/v1/config.pb.h"
#include "server/problems.h"

namespace exposure::server {

// The same with defaults for what is not set: the limits "portal", "helpdesk" and "mobile" unless it has entries of
// these names, and every 0 that stands for a default.
config::v1::QuotaPolicy FillQuotas(config::v1::QuotaPolicy quotas);

// `settings` as it was read, before defaults are filled in; `file` takes the problems of `quotas`, and those of
// `access.callers` that are about limits.
void CheckQuotas(const config::v1::ServerConfig& settings, const Place& file);

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_QUOTA_LIMITS_H_
