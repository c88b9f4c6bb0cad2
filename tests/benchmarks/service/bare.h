// gRPC by itself: a process that answers the calls of a check with nothing behind them, over the same TLS. A
// question and a fetch are answered with as many bytes, a batch with none. What they cost there, no service saves that
// is asked by gRPC.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_BARE_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_BARE_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "tests/benchmarks/service/questions.h"
#include "tests/benchmarks/service/service.h"
#include "tests/support/child_process.h"

namespace exposure::bench {

class Bare {
 public:
  // With a bucket of so many bytes. `service` outlives this: its certificates are used.
  Bare(const Service& service, uint64_t bucket_bytes) : service_(service), bucket_bytes_(bucket_bytes) {}

  // Returns UNAVAILABLE where it does not come up.
  absl::Status Start();

  pid_t pid() const { return process_->pid(); }
  // Of a new connection.
  std::shared_ptr<grpc::Channel> Connect() const { return service_.files().Connect(address_, &caller_); }

 private:
  const Service& service_;
  const uint64_t bucket_bytes_;
  const testing::Issued caller_ = service_.files().ca().IssueTo("consumer/met-portal");
  std::unique_ptr<testing::ChildProcess> process_;
  std::string address_;
};

// What the two calls of a check cost there, in µs.
struct BareCosts {
  Cost evaluate, fetch;
  // Of the server, when the machine was as fast as `then`.
  double BothOfServer(const Floor& then) const { return evaluate.At(then).server + fetch.At(then).server; }
};

// `count` calls of each, by so many askers.
absl::StatusOr<BareCosts> MeasureBare(const Bare& bare, Questions& questions, uint64_t count, int askers);

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_BARE_H_
