// exposure-bench-bare ADDRESS_FILE CERTIFICATE KEY CLIENT_CA BUCKET_BYTES: see bare.h. Started by exposure-bench only.
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/synchronization/mutex.h"
#include "base/file.h"
#include "exposure/v1/evaluation_service.grpc.pb.h"
#include "exposure/v1/record_service.grpc.pb.h"

namespace exposure::bench {
namespace {

// As the calls of exposured end: on the thread that brought them.
class Ended final : public grpc::ServerUnaryReactor {
 public:
  Ended() { Finish(grpc::Status::OK); }
  void OnDone() override { delete this; }
  bool InternalInlineable() override { return true; }
};

class BareEvaluation final : public v1::EvaluationService::CallbackService {
  grpc::ServerUnaryReactor* Evaluate(grpc::CallbackServerContext*, const v1::EvaluateRequest* request,
                                     v1::EvaluateResponse* response) override {
    if (request->blinded().size() == 32) {
      response->set_evaluated(request->blinded());
      response->set_proof(std::string(64, 'p'));
    }
    return new Ended;
  }
};

class BareRecords final : public v1::RecordService::CallbackService {
 public:
  explicit BareRecords(size_t bucket_bytes) { response_.add_rows()->set_row(std::string(bucket_bytes, 'b')); }

 private:
  grpc::ServerUnaryReactor* FetchBucket(grpc::CallbackServerContext*, const v1::FetchBucketRequest*,
                                        v1::FetchBucketResponse* response) override {
    *response = response_;
    return new Ended;
  }

  v1::FetchBucketResponse response_;
};

int Main(char** argv) {
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  tls.pem_key_cert_pairs.push_back({ReadFile(argv[3]).value(), ReadFile(argv[2]).value()});
  tls.pem_root_certs = ReadFile(argv[4]).value();
  BareEvaluation evaluation;
  BareRecords records(std::stoul(argv[5]));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
  builder.RegisterService(&evaluation);
  builder.RegisterService(&records);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  if (!WriteFileAtomically(argv[1], "127.0.0.1:" + std::to_string(port), 0600).ok()) return 1;
  server->Wait();
  return 0;
}

}  // namespace
}  // namespace exposure::bench

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return argc == 6 ? exposure::bench::Main(argv) : 2;
}
