// What a notice must say before it is published: checked by the custodian's own tool and again by the service.
#ifndef EXPOSURE_PROTO_RULES_NOTICE_RULES_H_
#define EXPOSURE_PROTO_RULES_NOTICE_RULES_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "exposure/v1/notice.pb.h"

namespace exposure {

// `[a-z0-9-]{1,32}`: a force or a scheme's name.
bool IsToken(std::string_view name);
// `[a-z0-9-]{1,64}`.
bool IsIncidentId(std::string_view id);

// "2023-09-02" or "2023-09".
bool IsDate(std::string_view date);

// Every problem of a notice, each a BAD_NOTICE with its field; empty if it may be published.
std::vector<absl::Status> NoticeProblems(const v1::Notice& notice);

// The first of them, or OK.
absl::Status CheckNotice(const v1::Notice& notice);

}  // namespace exposure

#endif  // EXPOSURE_PROTO_RULES_NOTICE_RULES_H_
