#ifndef EXPOSURE_SERVER_CATALOGUE_SERVICE_H_
#define EXPOSURE_SERVER_CATALOGUE_SERVICE_H_

#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <mutex>
#include <utility>

#include "exposure/v1/catalogue_service.grpc.pb.h"
#include "server/door.h"
#include "server/keys.h"
#include "server/work_pool.h"
#include "storage/publisher.h"

namespace exposure::server {

// CatalogueService. The answer to GetCatalogue is made once for each version, and then only referred to: it is what
// everybody asks for in the first hour.
class CatalogueServiceImpl final
    : public v1::CatalogueService::WithRawCallbackMethod_GetCatalogue<
          v1::CatalogueService::WithCallbackMethod_GetCatalogueHeaders<v1::CatalogueService::Service>> {
 public:
  // All outlive this. Headers are read on `readers`.
  CatalogueServiceImpl(storage::Publisher& publisher, WorkPool& readers, const Door& door, ServedRoots roots = {})
      : publisher_(publisher), readers_(readers), door_(door), roots_(std::move(roots)) {}

  grpc::ServerUnaryReactor* GetCatalogue(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetCatalogueHeaders(grpc::CallbackServerContext* context,
                                                const v1::GetCatalogueHeadersRequest* request,
                                                v1::GetCatalogueHeadersResponse* response) override;

 private:
  // The serialised response of the current catalogue.
  absl::StatusOr<grpc::ByteBuffer> Prepared();

  storage::Publisher& publisher_;
  WorkPool& readers_;
  const Door& door_;
  const ServedRoots roots_;
  std::mutex mutex_;
  std::shared_ptr<const storage::ServedCatalogue> prepared_for_;  // guarded by mutex_
  grpc::ByteBuffer prepared_;                                     // guarded by mutex_
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_CATALOGUE_SERVICE_H_
