// A transport whose calls go over one connection, or, for one thread and a while, over a new one: a portal that
// connects anew keeps what it knows.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_RECONNECTING_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_RECONNECTING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/core/transport.h"

namespace exposure::bench {

class Reconnecting final : public Transport {
 public:
  static absl::StatusOr<std::unique_ptr<Reconnecting>> Create(const TransportOptions& options);

  // Calls of this thread go over a new connection while `work` runs, which ends with it.
  absl::Status OnNewConnection(absl::FunctionRef<absl::Status()> work) const;

  absl::StatusOr<crypto::SignedCatalogue> GetCatalogue() override { return Current().GetCatalogue(); }
  absl::StatusOr<std::vector<std::string>> GetCatalogueHeaders(uint64_t after_version) override {
    return Current().GetCatalogueHeaders(after_version);
  }
  absl::StatusOr<v1::EvaluateResponse> Evaluate(const std::string& address,
                                                const v1::EvaluateRequest& request) override {
    return Current().Evaluate(address, request);
  }
  absl::StatusOr<v1::RequestGrantResponse> RequestGrant(const std::string& address,
                                                        const v1::RequestGrantRequest& request) override {
    return Current().RequestGrant(address, request);
  }
  absl::StatusOr<v1::FetchBucketResponse> FetchBucket(const v1::FetchBucketRequest& request) override {
    return Current().FetchBucket(request);
  }
  absl::Status DownloadDataset(BytesView dataset_id, uint64_t offset,
                               absl::FunctionRef<absl::Status(std::string_view)> sink) override {
    return Current().DownloadDataset(dataset_id, offset, sink);
  }

 private:
  Reconnecting(TransportOptions options, std::unique_ptr<Transport> shared)
      : options_(std::move(options)), shared_(std::move(shared)) {}
  Transport& Current() const;

  const TransportOptions options_;
  const std::unique_ptr<Transport> shared_;
};

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_RECONNECTING_H_
