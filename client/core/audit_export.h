// The operator's reading of a service's audit log.
#ifndef EXPOSURE_CLIENT_CORE_AUDIT_EXPORT_H_
#define EXPOSURE_CLIENT_CORE_AUDIT_EXPORT_H_

#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "client/core/transport.h"

namespace exposure {

// Calls `sink` for each piece of the log from entry `from` on, whole entries as they are in the log; nothing of it is
// verified yet. An error of `sink` ends the call and is returned. Blocks, for the timeout at most. Returns BAD_OFFSET
// beyond the end.
absl::Status ExportAudit(const TransportOptions& options, uint64_t from,
                         absl::FunctionRef<absl::Status(std::string_view)> sink);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_AUDIT_EXPORT_H_
