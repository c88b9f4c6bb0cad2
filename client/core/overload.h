// Coming back to a service that has too much to do.
#ifndef EXPOSURE_CLIENT_CORE_OVERLOAD_H_
#define EXPOSURE_CLIENT_CORE_OVERLOAD_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace exposure {

// Repeats `call` while it returns OVERLOADED. Before each repetition it waits as long as the service said, and up to
// half as long again, so that those who were refused together do not come back together. Gives up, with the last
// error, before it would have waited longer than `patience` in all.
absl::Status WhileOverloaded(
    absl::Duration patience, absl::FunctionRef<absl::Status()> call,
    absl::FunctionRef<void(absl::Duration)> wait = [](absl::Duration time) { absl::SleepFor(time); });

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_OVERLOAD_H_
