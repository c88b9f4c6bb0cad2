#include "server/methods.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"
#include "exposure/v1/catalogue_service.pb.h"
#include "exposure/v1/custodian_service.pb.h"
#include "exposure/v1/evaluation_service.pb.h"
#include "exposure/v1/operations_service.pb.h"
#include "exposure/v1/record_service.pb.h"
#include "exposure/v1/signer_service.pb.h"
#include "grpc/health/v1/health.pb.h"

namespace exposure::server {

const std::set<std::string, std::less<>>& Methods() {
  static const std::set<std::string, std::less<>> methods = [] {
    // gRPC's reflection service brings no description of its own that could be asked here.
    std::set<std::string, std::less<>> all = {"grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"};
    for (const google::protobuf::Descriptor* message :
         {v1::GetCatalogueRequest::descriptor(), v1::EvaluateRequest::descriptor(),
          v1::FetchBucketRequest::descriptor(), v1::BeginUploadRequest::descriptor(),
          v1::GetQuotasRequest::descriptor(), v1::SignRequest::descriptor(),
          grpc::health::v1::HealthCheckRequest::descriptor()}) {
      const google::protobuf::ServiceDescriptor& service = *message->file()->service(0);
      for (int i = 0; i < service.method_count(); ++i) {
        all.insert(absl::StrCat(service.full_name(), "/", service.method(i)->name()));
      }
    }
    return all;
  }();
  return methods;
}

}  // namespace exposure::server
