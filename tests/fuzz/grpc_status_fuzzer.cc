// The details of an error, from a service that cannot be trusted.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "client/core/grpc_status.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes = exposure::ToString({data, size});
  const absl::Status status = exposure::FromGrpc({grpc::StatusCode::INTERNAL, bytes, bytes}, "there");
  if (status.ok() || status.message().find('\x1b') != absl::string_view::npos) std::abort();
  return 0;
}
