// Calls to a whole service, as custodians, askers and operators make them.
#ifndef EXPOSURE_TESTS_SUPPORT_SERVICE_CLIENT_H_
#define EXPOSURE_TESTS_SUPPORT_SERVICE_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "crypto/bucket.h"
#include "crypto/catalogue.h"
#include "exposure/v1/catalogue_service.grpc.pb.h"
#include "exposure/v1/custodian_service.grpc.pb.h"
#include "exposure/v1/evaluation_service.grpc.pb.h"
#include "exposure/v1/record_service.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "tests/support/service_files.h"

namespace exposure::testing {

class ServiceClient {
 public:
  using Serving = grpc::health::v1::HealthCheckResponse;

  // `files` outlives this.
  ServiceClient(const std::string& address, const ServiceFiles& files);
  ServiceClient(std::shared_ptr<grpc::Channel> channel, const ServiceFiles& files);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  grpc::Status Catalogue(v1::GetCatalogueResponse* response) const;
  // The newest, its signatures checked against the root.
  crypto::SignedCatalogue CheckedCatalogue() const;

  grpc::Status PublishNotice(const v1::Notice& notice = SampleNotice()) const;
  // Begins or goes on, in pieces of `chunk` bytes.
  grpc::Status Upload(const SealedFile& sealed, size_t chunk = 1 << 20) const;
  grpc::Status Publish(const SealedFile& sealed) const;
  grpc::Status Retract(const SealedFile& sealed) const;
  // Publishes the sample notice and a dataset of it.
  SealedFile PublishSample(size_t records) const;

  // For the newest catalogue.
  v1::FetchBucketRequest FetchRequest(const crypto::Prefix& prefix) const;
  grpc::Status Fetch(const v1::FetchBucketRequest& request, v1::FetchBucketResponse* response) const;

  // `blinded`: 32 bytes for each element.
  grpc::Status Evaluate(const std::string& blinded) const;
  // Of one good element.
  grpc::Status Evaluate() const;

  // SERVICE_UNKNOWN also where it cannot be asked.
  Serving::ServingStatus Health(const std::string& service) const;

 private:
  const ServiceFiles& files_;
  const std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_SERVICE_CLIENT_H_
