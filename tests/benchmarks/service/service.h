// A real exposured, as a process of its own on loopback, with its keys, certificates, callers and datasets.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_SERVICE_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/core/transport.h"
#include "crypto/oprf.h"
#include "tests/benchmarks/service/cost.h"
#include "tests/benchmarks/service/sealed.h"
#include "tests/support/child_process.h"
#include "tests/support/tls_files.h"

namespace exposure::bench {

struct ServiceSpec {
  uint64_t population = 0;  // of each epoch; B and fetch_bits follow from it
  size_t epochs = 1;        // epoch i has the scheme SchemeName(i) of force met
  bool tls = true;          // without it callers are `local`
};

std::string SchemeName(size_t epoch);

class Service {
 public:
  // Writes its files. Limits are so wide that nobody meets them.
  explicit Service(const ServiceSpec& spec);

  // Starts the process; it may be started again after Stop. Returns UNAVAILABLE where it does not come up.
  absl::Status Start();
  absl::Status Stop();
  // From the process's beginning until it said its address, in seconds.
  double start_seconds() const { return start_seconds_; }

  // Publishes a notice for all epochs, then a dataset of `rows` rows for each.
  absl::Status Publish(uint64_t rows, Rows kind);
  // A grant for the custodian to seal up to `rows` rows of the first epoch.
  absl::Status Grant(uint64_t rows) const;

  pid_t pid() const { return process_->pid(); }
  int port() const;
  int bucket_bits() const { return bucket_bits_; }
  // Bytes of all published datasets.
  uint64_t published_bytes() const { return published_bytes_; }
  crypto::EpochId epoch_id(size_t epoch) const;
  const testing::TlsFiles& files() const { return files_; }

  // Of a new connection; as the consumer.
  std::shared_ptr<grpc::Channel> Connect() const;
  TransportOptions ConsumerOptions() const;
  TransportOptions CustodianOptions() const;

  // What `work` costs.
  template <typename Work>
  Cost Measure(const Work& work) const {
    return MeasureCost(pid(), work);
  }

 private:
  void Configure();
  void WriteCaller(const std::string& file, const testing::Issued& issued) const;
  std::shared_ptr<grpc::Channel> ConnectAs(const testing::Issued& caller) const;
  TransportOptions OptionsOf(const std::string& file) const;

  const ServiceSpec spec_;
  const int bucket_bits_;
  testing::TlsFiles files_;
  std::vector<crypto::EvaluatorKey> more_keys_;  // of epochs 1, 2, …
  const testing::Issued consumer_ = files_.ca().IssueTo("consumer/met-portal");
  const testing::Issued custodian_ = files_.ca().IssueTo("custodian/met-response");
  std::unique_ptr<testing::ChildProcess> process_;
  std::string address_;
  double start_seconds_ = 0;
  uint64_t published_bytes_ = 0;
};

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_SERVICE_H_
