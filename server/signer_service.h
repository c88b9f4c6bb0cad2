#ifndef EXPOSURE_SERVER_SIGNER_SERVICE_H_
#define EXPOSURE_SERVER_SIGNER_SERVICE_H_

#include <string>

#include "exposure/v1/signer_service.grpc.pb.h"
#include "server/auditor.h"
#include "server/caller.h"
#include "server/door.h"
#include "server/work_pool.h"
#include "storage/catalogue_signer.h"

namespace exposure::server {

// Bytes of one message of the signer: a whole content, and what stands around it.
inline constexpr int kMaxSignerMessage = 64 << 20;

// SignerService: a thin adapter to the signer of this process.
class SignerServiceImpl final : public v1::SignerService::CallbackService {
 public:
  // All outlive this. `writer` has one thread.
  SignerServiceImpl(storage::CatalogueSigner& signer, Auditor& auditor, WorkPool& writer, const Door& door)
      : signer_(signer), auditor_(auditor), writer_(writer), door_(door) {}

  grpc::ServerUnaryReactor* Sign(grpc::CallbackServerContext* context, const v1::SignRequest* request,
                                 v1::SignResponse* response) override;
  grpc::ServerUnaryReactor* GetNewest(grpc::CallbackServerContext* context, const v1::GetNewestRequest* request,
                                      v1::GetNewestResponse* response) override;
  grpc::ServerUnaryReactor* GetHeaders(grpc::CallbackServerContext* context, const v1::GetHeadersRequest* request,
                                       v1::GetHeadersResponse* response) override;
  grpc::ServerUnaryReactor* SignReceipt(grpc::CallbackServerContext* context, const v1::SignReceiptRequest* request,
                                        v1::SignReceiptResponse* response) override;

 private:
  // Before a new header leaves.
  absl::Status Record(const Caller& caller, const std::string& header);

  storage::CatalogueSigner& signer_;
  Auditor& auditor_;
  WorkPool& writer_;
  const Door& door_;
  std::string recorded_;  // the last header on record; the writer's
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_SIGNER_SERVICE_H_
