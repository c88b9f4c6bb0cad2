// A whole service behind TLS: versions, exchange of certificates, revocation, and clients that mean no good.
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "server/config.h"
#include "server/file_watch.h"
#include "server/server.h"
#include "tests/support/channel.h"
#include "tests/support/eventually.h"
#include "tests/support/raw_connection.h"
#include "tests/support/rich_error.h"
#include "tests/support/service_client.h"
#include "tests/support/status_matchers.h"
#include "tests/support/tls_files.h"

namespace exposure::server {
namespace {

using testing::Context;
using testing::Eventually;
using testing::IsError;
using testing::IsGrpcOk;
using testing::IsOk;
using testing::Issued;
using testing::RawConnection;
using testing::RawTlsConnection;
using testing::ServiceClient;
using testing::TestCa;
using testing::TlsFiles;

class TlsTest : public ::testing::Test {
 protected:
  void SetUp() override { Start(); }
  void Start() {
    server_.reset();
    absl::StatusOr<LoadedConfig> config = LoadConfig(files_.config_path(), Roles::All());
    ASSERT_THAT(config, IsOk());
    absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(*config, Roles::All());
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
  }
  int port() const { return std::stoi(server_->address().substr(server_->address().rfind(':') + 1)); }
  // Of a new connection.
  std::unique_ptr<ServiceClient> Client(const Issued& caller) const {
    return std::make_unique<ServiceClient>(files_.Connect(server_->address(), &caller), files_);
  }
  grpc::Status Call(const ServiceClient& client) const {
    v1::GetCatalogueResponse response;
    return client.Catalogue(&response);
  }
  // The version that a handshake of exactly this version comes to, "" if to none; `served` learns the serial number.
  std::string Handshake(int version, uint64_t* served = nullptr) const {
    const RawTlsConnection connection(port(), nullptr, version);
    if (served != nullptr) *served = connection.serial();
    return connection.version();
  }
  bool EventuallyServes(const Issued& certificate) const {
    return Eventually([&] {
      uint64_t serial = 0;
      return Handshake(TLS1_3_VERSION, &serial) == "TLSv1.3" && serial == certificate.serial;
    });
  }

  TlsFiles files_;
  const Issued consumer_ = files_.ca().IssueTo("consumer/met-portal");
  std::unique_ptr<Server> server_;
};

TEST_F(TlsTest, OnlyTls13) {
  EXPECT_EQ(Handshake(TLS1_3_VERSION), "TLSv1.3");
  EXPECT_EQ(Handshake(TLS1_2_VERSION), "");
  EXPECT_EQ(Handshake(TLS1_1_VERSION), "");
}

TEST_F(TlsTest, PlainTextIsNotAnswered) {
  const ServiceClient client(server_->address(), files_);
  EXPECT_EQ(Call(client).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, UnixSocketToo) {
  files_.Write({{"127.0.0.1:0", "unix:" + files_.Path("socket")}});
  Start();
  grpc::SslCredentialsOptions options{files_.ca().certificate(), consumer_.private_key, consumer_.certificate};
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("localhost");
  EXPECT_THAT(Call(ServiceClient(
                  grpc::CreateCustomChannel(server_->address(), grpc::SslCredentials(options), arguments), files_)),
              IsGrpcOk());
}

TEST_F(TlsTest, RevocationActsOnAnOpenConnection) {
  const auto client = Client(consumer_);
  const Issued other = files_.ca().IssueTo("custodian/met-response");
  const auto other_client = Client(other);
  EXPECT_THAT(Call(*client), IsGrpcOk());
  files_.WriteRevocationList(files_.ca().Revoke({consumer_.serial}));
  EXPECT_TRUE(Eventually([&] { return testing::Decode(Call(*client)).reason == "CERTIFICATE_REVOKED"; }));
  EXPECT_THAT(Call(*other_client), IsGrpcOk());
}

TEST_F(TlsTest, ListThatRunsOutIsOfNoUse) {
  files_.WriteRevocationList(files_.ca().Revoke({}, 3));
  Start();
  EXPECT_TRUE(Eventually([&] {
    return testing::Decode(Call(*Client(files_.ca().IssueTo("consumer/met-portal")))).reason == "CERTIFICATE_REVOKED";
  }));
}

TEST_F(TlsTest, BrokenFilesKeepTheServiceServing) {
  uint64_t before = 0;
  ASSERT_EQ(Handshake(TLS1_3_VERSION, &before), "TLSv1.3");
  Issued broken = files_.ca().IssueServer();
  broken.private_key = files_.ca().IssueServer().private_key;  // of another certificate
  files_.WriteServerCertificate(broken);
  files_.WriteClientCas("broken");
  files_.WriteRevocationList("broken");
  FileWatch same({files_.Path("marker")});  // asks as often: when it notices, the service has looked, too
  ASSERT_THAT(WriteFileAtomically(files_.Path("marker"), "here", 0444), IsOk());
  EXPECT_TRUE(Eventually([&] {
    uint64_t serial = 0;
    EXPECT_EQ(Handshake(TLS1_3_VERSION, &serial), "TLSv1.3");
    EXPECT_EQ(serial, before);
    EXPECT_THAT(Call(*Client(consumer_)), IsGrpcOk());
    return same.Changed();
  }));
  const Issued good = files_.ca().IssueServer();
  files_.WriteServerCertificate(good);
  files_.WriteClientCas(files_.ca().certificate());
  EXPECT_TRUE(EventuallyServes(good));
}

// Server certificate, client CA and revocation list are exchanged while callers call, on old and on new connections.
TEST_F(TlsTest, SwapUnderLoadFailsNoCall) {
  std::atomic<bool> stop = false;
  std::atomic<int> calls = 0;
  std::vector<std::future<void>> callers;
  for (int i = 0; i < 4; ++i) {
    callers.push_back(std::async(std::launch::async, [&, i] {
      std::unique_ptr<ServiceClient> client = Client(consumer_);
      while (!stop) {
        if (i % 2 == 1) client = Client(consumer_);
        const grpc::Status status = Call(*client);
        EXPECT_THAT(status, IsGrpcOk());
        if (!status.ok()) return;
        ++calls;
      }
    }));
  }
  const TestCa next("Next CA");
  for (int round = 0; round < 2; ++round) {
    const Issued server = files_.ca().IssueServer();
    files_.WriteServerCertificate(server);
    files_.WriteClientCas(files_.ca().certificate() + next.certificate());
    files_.WriteRevocationList(files_.ca().Revoke({1}) + next.Revoke({2}));
    EXPECT_TRUE(EventuallyServes(server));
  }
  stop = true;
  for (std::future<void>& caller : callers) caller.get();
  EXPECT_GT(calls, 100);
}

TEST_F(TlsTest, IdleConnectionsKeepNobodyOut) {
  std::vector<RawConnection> silent;
  for (int i = 0; i < 400; ++i) {
    silent.emplace_back(port());
    ASSERT_TRUE(silent.back().connected());
  }
  std::vector<std::unique_ptr<ServiceClient>> idle;
  for (int i = 0; i < 50; ++i) {
    idle.push_back(Client(consumer_));
    ASSERT_THAT(Call(*idle.back()), IsGrpcOk());
  }
  EXPECT_THAT(Call(*Client(consumer_)), IsGrpcOk());
  for (const auto& client : idle) EXPECT_THAT(Call(*client), IsGrpcOk());
}

// gRPC may end the connection of who sent it, and nobody else's.
TEST_F(TlsTest, OversizedMetadataIsRefused) {
  const auto client = Client(consumer_);
  const auto other = Client(consumer_);
  ASSERT_THAT(Call(*other), IsGrpcOk());
  Context context;
  context.AddMetadata("x-large", std::string(64 << 10, 'x'));
  v1::GetCatalogueResponse response;
  const auto stub = v1::CatalogueService::NewStub(client->channel());
  EXPECT_EQ(stub->GetCatalogue(&context, {}, &response).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(Call(*other), IsGrpcOk());
}

TEST_F(TlsTest, StoppingServiceSaysSo) {
  const auto client = Client(consumer_);
  EXPECT_THAT(Call(*client), IsGrpcOk());
  server_->Shutdown();
  EXPECT_EQ(Call(*client).error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace exposure::server
