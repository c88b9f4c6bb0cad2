#include "client/core/overload.h"

#include <sodium.h>

#include <cstdint>
#include <optional>

#include "base/error.h"

namespace exposure {
namespace {

constexpr uint32_t kSteps = 1024;  // of the random part

}  // namespace

absl::Status WhileOverloaded(absl::Duration patience, absl::FunctionRef<absl::Status()> call,
                             absl::FunctionRef<void(absl::Duration)> wait) {
  for (;;) {
    absl::Status status = call();
    const std::optional<uint64_t> seconds = RetryAfter(status);
    if (ReasonOf(status) != Reason::kOverloaded || !seconds) return status;
    const absl::Duration named = absl::Seconds(static_cast<int64_t>(*seconds));
    const absl::Duration time = named + named * randombytes_uniform(kSteps) / (2 * kSteps);
    if (time > patience) return status;
    patience -= time;
    wait(time);
  }
}

}  // namespace exposure
