// What a lookup asks of the service: the public rpcs, blocking. The lookup never sees gRPC; tests put a liar in
// between.
#ifndef EXPOSURE_CLIENT_CORE_TRANSPORT_H_
#define EXPOSURE_CLIENT_CORE_TRANSPORT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/catalogue.h"
#include "exposure/v1/evaluation_service.pb.h"
#include "exposure/v1/record_service.pb.h"

namespace exposure {

// Thread-safe. Every call has a deadline; UNAVAILABLE is retried with back-off by the implementation, as all of these
// are idempotent, and Evaluate comes back when an OVERLOADED service said. Errors carry the service's Reason where it
// gave one.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual absl::StatusOr<crypto::SignedCatalogue> GetCatalogue() = 0;
  virtual absl::StatusOr<std::vector<std::string>> GetCatalogueHeaders(uint64_t after_version) = 0;
  // `address`: of the evaluator, as the catalogue gives it; empty: the catalogue's own.
  virtual absl::StatusOr<v1::EvaluateResponse> Evaluate(const std::string& address,
                                                        const v1::EvaluateRequest& request) = 0;
  // The grant under which this caller may seal; `address` as of Evaluate.
  virtual absl::StatusOr<v1::RequestGrantResponse> RequestGrant(const std::string& address,
                                                                const v1::RequestGrantRequest& request) = 0;
  virtual absl::StatusOr<v1::FetchBucketResponse> FetchBucket(const v1::FetchBucketRequest& request) = 0;
  // Calls `sink` for each piece from `offset` on; an error of `sink` ends the call and is returned.
  virtual absl::Status DownloadDataset(BytesView dataset_id, uint64_t offset,
                                       absl::FunctionRef<absl::Status(std::string_view)> sink) = 0;
};

// Whom to believe on the wire, and as whom to come. All PEM files; read again when they change.
struct TlsOptions {
  std::string ca_file;           // the CA of the service's certificate, and no other; empty: no TLS
  std::string certificate_file;  // this caller's, with its chain; empty: none, as with a token
  std::string key_file;          // its private key, mode 0400
};

// A short-lived bearer token of an app without a certificate; asked for each call, by several threads at once.
using TokenSource = std::function<absl::StatusOr<std::string>()>;

struct TransportOptions {
  std::string server;  // "127.0.0.1:7443" or "unix:/path"
  uint32_t timeout_seconds = 30;
  TlsOptions tls;
  TokenSource token;  // for `server`; null: none
  // For evaluators at other addresses; null: none. A token of its own, with another name for the person: who serves the
  // records must not learn whose question an evaluator counted.
  TokenSource evaluator_token;
};

// Returns BAD_USAGE unless "unix:" and a path, or a host and a port from 1 to 65535. Does not look the host up.
absl::Status CheckServerAddress(std::string_view address);

// Over gRPC, a channel for each address. Does not connect yet. Returns BAD_USAGE, KEY_FILE or FILE_ERROR as
// client/core/channel.h says.
absl::StatusOr<std::unique_ptr<Transport>> MakeGrpcTransport(const TransportOptions& options);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_CORE_TRANSPORT_H_
