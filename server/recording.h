// How services put on record what they are asked to do.
#ifndef EXPOSURE_SERVER_RECORDING_H_
#define EXPOSURE_SERVER_RECORDING_H_

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/auditor.h"
#include "server/caller.h"

namespace exposure::server {

// Records a call that was let in and then refused: by a quota, a missing grant, or because of whose it is. Any other
// status, OK included, is not recorded.
void RecordRefused(Auditor& auditor, const Caller& caller, std::string_view method, const absl::Status& status);

// A change after its entry `recorded`: not made if that is an error; one that fails has a second entry.
template <typename Change>
auto Recorded(Auditor& auditor, const Caller& caller, std::string_view what, const absl::Status& recorded,
              Change change) -> decltype(change()) {
  if (!recorded.ok()) return recorded;
  auto made = change();
  if (!made.ok()) auditor.Failed(caller.name, what, ReasonWordOf(made.status())).IgnoreError();
  return made;
}

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_RECORDING_H_
