// A whole service behind TLS, in this process, and its clients.
#ifndef EXPOSURE_TESTS_SERVER_TLS_WORLD_H_
#define EXPOSURE_TESTS_SERVER_TLS_WORLD_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "exposure/v1/operations_service.grpc.pb.h"
#include "server/config.h"
#include "server/server.h"
#include "tests/support/channel.h"
#include "tests/support/eventually.h"
#include "tests/support/rich_error.h"
#include "tests/support/service_client.h"
#include "tests/support/status_matchers.h"
#include "tests/support/tls_files.h"

namespace exposure::testing {

// A second application of the force, which asks in the same way.
inline constexpr char kNeighbour[] = "consumer/met-neighbour";

class TlsWorld {
 public:
  using Changes = std::vector<std::pair<std::string, std::string>>;

  // Of what TlsFiles writes, with the neighbour, and with the first of each pair replaced by the second.
  explicit TlsWorld(Changes replace = {}) {
    replace.emplace_back(
        "access {", "access {\n  callers { name: '" + std::string(kNeighbour) + "' forces: 'met' limits: 'portal' }\n");
    files_.Write(replace);
  }

  void Start() {
    absl::StatusOr<server::LoadedConfig> config = server::LoadConfig(files_.config_path(), server::Roles::All());
    ASSERT_THAT(config, IsOk());
    absl::StatusOr<std::unique_ptr<server::Server>> server = server::Server::Start(*config, server::Roles::All());
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    address_ = server_->address();
  }
  // Another process serves instead.
  void UseAddress(const std::string& address) { address_ = address; }

  server::Server& server() { return *server_; }
  const TlsFiles& files() const { return files_; }
  int port() const { return std::stoi(address_.substr(address_.rfind(':') + 1)); }

  const Issued& portal() const { return portal_; }
  const Issued& neighbour() const { return neighbour_; }
  // Each a connection of its own.
  std::unique_ptr<ServiceClient> Client(const Issued& caller) const {
    return std::make_unique<ServiceClient>(files_.Connect(address_, &caller), files_);
  }

  // Question number `number`: subject, token and `elements` elements of its own.
  v1::EvaluateRequest Question(uint64_t number, size_t elements) const {
    ByteArray<16> name = {1};
    StoreBigEndian(number, name.data() + 8);
    v1::EvaluateRequest request;
    request.set_epoch_id(ToString(files_.epoch_id()));
    request.set_subject(ToString(name));
    request.set_idempotency(ToString(name));
    const std::string element = ToString(crypto::Element::HashFrom(AsBytes(ToString(name)))->bytes());
    for (size_t i = 0; i < elements; ++i) *request.mutable_blinded() += element;
    return request;
  }
  static grpc::Status Evaluate(const ServiceClient& client, const v1::EvaluateRequest& request) {
    Context context;
    v1::EvaluateResponse response;
    return v1::EvaluationService::NewStub(client.channel())->Evaluate(&context, request, &response);
  }
  // Elements that were charged to a caller today.
  uint64_t Charged(const std::string& caller) const {
    Context context;
    v1::GetQuotasResponse usage;
    const auto client = Client(files_.ca().IssueTo("operator/first"));
    EXPECT_THAT(v1::OperationsService::NewStub(client->channel())->GetQuotas(&context, {}, &usage), IsGrpcOk());
    for (const v1::CallerUsage& one : usage.callers()) {
      if (one.caller() == caller) return one.elements();
    }
    return 0;
  }

 private:
  TlsFiles files_;
  const Issued portal_ = files_.ca().IssueTo("consumer/met-portal");
  const Issued neighbour_ = files_.ca().IssueTo(kNeighbour);
  std::unique_ptr<server::Server> server_;
  std::string address_;
};

// Asks one question after the other while it lives, every eighth on a new connection, as the application next door. A
// call that fails fails the test.
class Neighbour {
 public:
  explicit Neighbour(const TlsWorld& world) : world_(world), thread_([this] { Ask(); }) {}
  ~Neighbour() {
    stop_ = true;
    thread_.join();
  }

  uint64_t answered() const { return answered_; }
  // Until it has had `more` answers from now on.
  void WaitFor(uint64_t more) const {
    const uint64_t before = answered_;
    EXPECT_TRUE(Eventually([&] { return answered_ >= before + more; })) << "another caller was kept waiting";
  }
  // Prints how many answers a second it had while `attack` ran, and before.
  void Compare(const std::string& what, const std::function<void()>& attack) const {
    const double alone = Rate([this] { WaitFor(200); });
    const double meanwhile = Rate(attack);
    std::cout << what << ": another caller has " << meanwhile << " answers a second, " << alone << " without\n";
  }

 private:
  double Rate(const std::function<void()>& run) const {
    const uint64_t before = answered_;
    const auto begin = std::chrono::steady_clock::now();
    run();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    return static_cast<double>(answered_ - before) / seconds.count();
  }
  void Ask() {
    std::unique_ptr<ServiceClient> client;
    for (uint64_t i = 0; !stop_; ++i) {
      if (i % 8 == 0) client = world_.Client(world_.neighbour());
      const grpc::Status status = TlsWorld::Evaluate(*client, world_.Question(i, 1));
      EXPECT_THAT(status, IsGrpcOk());
      if (!status.ok()) return;
      ++answered_;
    }
  }

  const TlsWorld& world_;
  std::atomic<bool> stop_ = false;
  std::atomic<uint64_t> answered_ = 0;
  std::thread thread_;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SERVER_TLS_WORLD_H_
