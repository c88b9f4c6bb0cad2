#include "tests/benchmarks/service/bare.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "tests/benchmarks/service/common.h"

namespace exposure::bench {

absl::Status Bare::Start() {
  const testing::TlsFiles& files = service_.files();
  const std::string address = files.Path("bare-address");
  std::filesystem::remove(address);
  process_ = std::make_unique<testing::ChildProcess>(std::vector<std::string>{
      EXPOSURE_BINARY_DIR "/bin/exposure-bench-bare", address, files.Path("tls/server.pem"),
      files.Path("tls/server.key"), files.Path("tls/client-ca.pem"), absl::StrCat(bucket_bytes_)});
  address_ = process_->WaitForFile(address);
  if (address_.empty()) return absl::UnavailableError("exposure-bench-bare did not start: " + process_->Output());
  return absl::OkStatus();
}

absl::StatusOr<BareCosts> MeasureBare(const Bare& bare, Questions& questions, uint64_t count, int askers) {
  BareCosts costs;
  ASSIGN_OR_RETURN(costs.evaluate, CostOfOne(
                                       bare.pid(), count, [&](uint64_t) { return questions.Evaluate(1); }, askers));
  ASSIGN_OR_RETURN(costs.fetch, CostOfOne(
                                    bare.pid(), count, [&](uint64_t) { return questions.Fetch(0); }, askers));
  return costs;
}

}  // namespace exposure::bench
