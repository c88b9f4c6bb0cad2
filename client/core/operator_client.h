// The operator's side of OperationsService: sealing grants, quotas, surges.
#ifndef EXPOSURE_CLIENT_CORE_OPERATOR_CLIENT_H_
#define EXPOSURE_CLIENT_CORE_OPERATOR_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/core/transport.h"
#include "exposure/v1/operations_service.pb.h"

namespace exposure {

// Thread-safe. `address`: of the evaluator, as the catalogue gives it; empty: the service's own. Every call has a
// deadline; none is repeated, as a grant given twice counts twice. Errors carry the service's Reason
// (operations_service.proto has them, rpc by rpc).
class OperatorClient {
 public:
  // Does not connect yet. Returns as Channels::Create.
  static absl::StatusOr<std::unique_ptr<OperatorClient>> Connect(const TransportOptions& options);
  virtual ~OperatorClient() = default;

  virtual absl::StatusOr<v1::GrantSealingResponse> GrantSealing(const std::string& address,
                                                                const v1::GrantSealingRequest& request) = 0;
  virtual absl::StatusOr<v1::GetQuotasResponse> GetQuotas(const std::string& address) = 0;
  virtual absl::StatusOr<v1::ProposeSurgeResponse> ProposeSurge(const std::string& address,
                                                                const v1::ProposeSurgeRequest& request) = 0;
  virtual absl::StatusOr<v1::ApproveSurgeResponse> ApproveSurge(const std::string& address,
                                                                const v1::ApproveSurgeRequest& request) = 0;
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_OPERATOR_CLIENT_H_
