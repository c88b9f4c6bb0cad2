#ifndef EXPOSURE_SERVER_SIGNER_SERVICE_H_
#define EXPOSURE_SERVER_SIGNER_SERVICE_H_

#include "exposure/v1/signer_service.grpc.pb.h"
#include "server/door.h"
#include "server/work_pool.h"
#include "storage/catalogue_signer.h"

namespace exposure::server {

// Bytes of one message of the signer: a whole content, and what stands around it.
inline constexpr int kMaxSignerMessage = 64 << 20;

// SignerService: a thin adapter to the signer of this process.
class SignerServiceImpl final : public v1::SignerService::CallbackService {
 public:
  // All outlive this.
  SignerServiceImpl(storage::CatalogueSigner& signer, WorkPool& workers, const Door& door)
      : signer_(signer), workers_(workers), door_(door) {}

  grpc::ServerUnaryReactor* Sign(grpc::CallbackServerContext* context, const v1::SignRequest* request,
                                 v1::SignResponse* response) override;
  grpc::ServerUnaryReactor* GetNewest(grpc::CallbackServerContext* context, const v1::GetNewestRequest* request,
                                      v1::GetNewestResponse* response) override;
  grpc::ServerUnaryReactor* GetHeaders(grpc::CallbackServerContext* context, const v1::GetHeadersRequest* request,
                                       v1::GetHeadersResponse* response) override;
  grpc::ServerUnaryReactor* SignReceipt(grpc::CallbackServerContext* context, const v1::SignReceiptRequest* request,
                                        v1::SignReceiptResponse* response) override;

 private:
  storage::CatalogueSigner& signer_;
  WorkPool& workers_;
  const Door& door_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_SIGNER_SERVICE_H_
