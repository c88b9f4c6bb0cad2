#include "server/recording.h"

#include <optional>

#include "base/error.h"

namespace exposure::server {

void RecordRefused(Auditor& auditor, const Caller& caller, std::string_view method, const absl::Status& status) {
  switch (ReasonOf(status).value_or(Reason::kInternal)) {
    case Reason::kEpochNotAllowed:
    case Reason::kWrongForce:
    case Reason::kSamePerson:
    case Reason::kQuotaSubject:
    case Reason::kQuotaCaller:
    case Reason::kQuotaBudget:
    case Reason::kIdempotencyReused:
    case Reason::kNoGrant:
    case Reason::kGrantUsedUp:
      return auditor.Refused(caller.name, method, ReasonWordOf(status));
    default:
      return;
  }
}

}  // namespace exposure::server
