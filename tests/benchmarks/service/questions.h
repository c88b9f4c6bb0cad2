// Calls of a consumer as they are on the wire, made ready beforehand: for measuring the service without the client's
// own arithmetic.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_QUESTIONS_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_QUESTIONS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "exposure/v1/catalogue_service.grpc.pb.h"
#include "exposure/v1/evaluation_service.grpc.pb.h"
#include "exposure/v1/record_service.grpc.pb.h"
#include "tests/benchmarks/service/service.h"

namespace exposure::bench {

// Thread-safe. One connection.
class Questions {
 public:
  // `service` outlives this.
  explicit Questions(const Service& service) : Questions(service, service.Connect()) {}
  // As if `channel` led to `service`.
  Questions(const Service& service, const std::shared_ptr<grpc::Channel>& channel);

  // Fetches the catalogue, which fetching needs.
  absl::Status Prepare();

  // Of random elements; of a person's own, or as the caller's batch.
  v1::EvaluateRequest MakeEvaluate(size_t elements) const;
  absl::Status Evaluate(size_t elements);
  // One random bucket of an epoch.
  absl::Status Fetch(size_t epoch);
  // A call that asks for nothing: what any call costs.
  absl::Status Nothing();

  v1::EvaluationService::Stub& evaluation() { return *evaluation_; }

 private:
  const Service& service_;
  const std::unique_ptr<v1::CatalogueService::Stub> catalogue_;
  const std::unique_ptr<v1::EvaluationService::Stub> evaluation_;
  const std::unique_ptr<v1::RecordService::Stub> records_;
  std::string content_hash_;
  uint64_t version_ = 0;
};

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_QUESTIONS_H_
