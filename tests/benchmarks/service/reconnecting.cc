#include "tests/benchmarks/service/reconnecting.h"

#include <utility>

#include "base/status_macros.h"

namespace exposure::bench {
namespace {

thread_local Transport* of_this_thread = nullptr;

}  // namespace

absl::StatusOr<std::unique_ptr<Reconnecting>> Reconnecting::Create(const TransportOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Transport> shared, MakeGrpcTransport(options));
  return std::unique_ptr<Reconnecting>(new Reconnecting(options, std::move(shared)));
}

absl::Status Reconnecting::OnNewConnection(absl::FunctionRef<absl::Status()> work) const {
  ASSIGN_OR_RETURN(const std::unique_ptr<Transport> fresh, MakeGrpcTransport(options_));
  of_this_thread = fresh.get();
  absl::Status status = work();
  of_this_thread = nullptr;
  return status;
}

Transport& Reconnecting::Current() const { return of_this_thread == nullptr ? *shared_ : *of_this_thread; }

}  // namespace exposure::bench
