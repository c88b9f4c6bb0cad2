#include "client/core/channel.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "exposure/v1/catalogue_service.grpc.pb.h"
#include "exposure/v1/evaluation_service.grpc.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_pki.h"

namespace exposure {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::Issued;
using ::testing::Not;
using testing::SelfSigned;
using testing::StatusIs;
using testing::TempDir;
using testing::TestCa;

// Notes who called, and with which token.
class Witness final : public v1::CatalogueService::Service, public v1::EvaluationService::Service {
 public:
  grpc::Status GetCatalogue(grpc::ServerContext* context, const v1::GetCatalogueRequest*,
                            v1::GetCatalogueResponse*) override {
    return Note(*context);
  }
  grpc::Status Evaluate(grpc::ServerContext* context, const v1::EvaluateRequest*, v1::EvaluateResponse*) override {
    return Note(*context);
  }

  std::vector<std::string> callers;
  std::vector<std::string> tokens;

 private:
  grpc::Status Note(const grpc::ServerContext& context) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto names = context.auth_context()->FindPropertyValues("peer_spiffe_id");
    callers.push_back(names.empty() ? "nobody" : std::string(names[0].data(), names[0].size()));
    const auto token = context.client_metadata().find("authorization");
    if (token != context.client_metadata().end()) tokens.emplace_back(token->second.data(), token->second.size());
    return grpc::Status::OK;
  }

  std::mutex mutex_;
};

class ChannelTest : public ::testing::Test {
 protected:
  ~ChannelTest() override {
    for (const auto& server : servers_) server->Shutdown();
  }

  std::string Write(const std::string& name, const std::string& text, unsigned mode = 0400) {
    EXPECT_THAT(WriteNewFile(dir_ / name, text, mode), IsOk());
    return dir_ / name;
  }

  // Listens with a certificate, or without TLS where there is none.
  std::string Serve(const std::string& listen, const std::optional<Issued>& certificate) {
    std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
    if (certificate) {
      grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
      options.pem_key_cert_pairs.push_back({certificate->private_key, certificate->certificate});
      credentials = grpc::SslServerCredentials(options);
    }
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(listen, credentials, &port);
    builder.RegisterService(static_cast<v1::CatalogueService::Service*>(&witness_));
    builder.RegisterService(static_cast<v1::EvaluationService::Service*>(&witness_));
    servers_.push_back(builder.BuildAndStart());
    return listen.starts_with("unix:") ? listen : listen.substr(0, listen.rfind(':') + 1) + std::to_string(port);
  }

  TransportOptions With(const std::string& server) {
    return {.server = server, .timeout_seconds = 30, .tls = {.ca_file = ca_file_}};
  }

  // As custodian/met-response.
  TransportOptions AsCustodian(const std::string& server) {
    TransportOptions options = With(server);
    const Issued issued = ca_.IssueTo("custodian/met-response");
    options.tls.certificate_file = Write("custodian.pem", issued.certificate);
    options.tls.key_file = Write("custodian.key", issued.private_key);
    return options;
  }

  static absl::Status GetCatalogue(const TransportOptions& options) {
    ASSIGN_OR_RETURN(const std::unique_ptr<Transport> transport, MakeGrpcTransport(options));
    return transport->GetCatalogue().status();
  }

  TempDir dir_;
  TestCa ca_;
  const std::string ca_file_ = Write("ca.pem", ca_.certificate());
  Witness witness_;
  std::vector<std::unique_ptr<grpc::Server>> servers_;
};

TEST_F(ChannelTest, ACertificateNamesTheCaller) {
  const std::string address = Serve("127.0.0.1:0", ca_.IssueServer());
  EXPECT_THAT(GetCatalogue(AsCustodian(address)), IsOk());
  EXPECT_THAT(GetCatalogue(With(address)), IsOk());
  EXPECT_THAT(witness_.callers, ElementsAre("spiffe://police.example/custodian/met-response", "nobody"));
}

TEST_F(ChannelTest, AServerOfAnotherCaIsNotSpokenTo) {
  for (const Issued& other : {TestCa("Another CA").IssueServer(), SelfSigned({.for_server = true}),
                              ca_.Issue({.not_before = -7200, .not_after = -3600, .for_server = true})}) {
    const absl::Status status = GetCatalogue(With(Serve("127.0.0.1:0", other)));
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_THAT(std::string(status.message()), HasSubstr("is not of the CA in " + ca_file_ + ", or is over."));
  }
  EXPECT_THAT(witness_.callers, IsEmpty());
}

TEST_F(ChannelTest, ACertificateForAnotherHostIsRefused) {
  const absl::Status status = GetCatalogue(With(Serve("127.0.0.2:0", ca_.IssueServer())));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(status.message()), HasSubstr("is for another host."));
  EXPECT_THAT(witness_.callers, IsEmpty());
}

TEST_F(ChannelTest, WhoDoesNotSpeakTlsIsRefused) {
  const absl::Status status = GetCatalogue(With(Serve("127.0.0.1:0", std::nullopt)));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(status.message()), HasSubstr("does not speak TLS 1.3"));
  EXPECT_THAT(witness_.callers, IsEmpty());
}

// Does handshakes up to a version and nothing else.
class OldServer {
 public:
  OldServer(const std::string& certificate, const std::string& key, int version) : context_(SSL_CTX_new(TLS_method())) {
    signal(SIGPIPE, SIG_IGN);
    SSL_CTX_set_max_proto_version(context_, version);
    EXPECT_EQ(SSL_CTX_use_certificate_file(context_, certificate.c_str(), SSL_FILETYPE_PEM), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context_, key.c_str(), SSL_FILETYPE_PEM), 1);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(listener_, generic, size), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    EXPECT_EQ(getsockname(listener_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (int fd; (fd = accept(listener_, nullptr, nullptr)) >= 0; close(fd)) {
        SSL* const connection = SSL_new(context_);
        SSL_set_fd(connection, fd);
        (SSL_accept(connection) == 1 ? done_ : failed_)++;
        SSL_free(connection);
      }
    });
  }
  ~OldServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
    SSL_CTX_free(context_);
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int done() const { return done_; }
  int failed() const { return failed_; }

 private:
  SSL_CTX* const context_;
  const int listener_ = socket(AF_INET, SOCK_STREAM, 0);
  uint16_t port_ = 0;
  std::atomic<int> done_ = 0, failed_ = 0;
  std::thread thread_;
};

TEST_F(ChannelTest, Tls12IsNotSpoken) {
  const Issued issued = ca_.IssueServer();
  const std::string certificate = Write("server.pem", issued.certificate);
  const std::string key = Write("server.key", issued.private_key);
  {
    const OldServer old(certificate, key, TLS1_2_VERSION);
    const absl::Status status = GetCatalogue(With(old.address()));
    EXPECT_THAT(std::string(status.message()), HasSubstr("does not speak TLS 1.3"));
    EXPECT_EQ(old.done(), 0);
    EXPECT_GT(old.failed(), 0);
  }
  const OldServer current(certificate, key, TLS1_3_VERSION);
  EXPECT_THAT(GetCatalogue(With(current.address())), Not(IsOk()));  // it speaks no HTTP/2
  EXPECT_GT(current.done(), 0);
}

TEST_F(ChannelTest, WithoutTlsOnlyThisComputerIsSpokenTo) {
  for (const char* address : {"127.0.0.1:7443", "127.1.2.3:1", "[::1]:7443", "localhost:7443", "unix:/run/e.sock"}) {
    EXPECT_THAT(Channels::Create({.server = address}), IsOk()) << address;
  }
  for (const char* address : {"10.0.0.1:7443", "0.0.0.0:7443", "[::]:7443", "[fe80::1]:7443", "exposure.example:443",
                              "localhost.example:443", "127.0.0.1.example:443", "1.127.0.1:443"}) {
    const absl::Status status = Channels::Create({.server = address}).status();
    EXPECT_THAT(status, HasReason(Reason::kBadUsage)) << address;
    EXPECT_THAT(std::string(status.message()), HasSubstr("Say --tls-ca FILE")) << address;
    EXPECT_THAT(Channels::Create(With(address)), IsOk()) << address;
  }
}

TEST_F(ChannelTest, AnEvaluatorElsewhereNeedsTlsToo) {
  ASSERT_OK_AND_ASSIGN(const auto plain, MakeGrpcTransport({.server = "127.0.0.1:7443"}));
  EXPECT_THAT(plain->Evaluate("evaluator.example:7443", {}), HasReason(Reason::kBadUsage));
  EXPECT_THAT(plain->Evaluate("what is this", {}), HasReason(Reason::kBadUsage));
  const std::string evaluator = Serve("127.0.0.1:0", ca_.IssueServer());
  ASSERT_OK_AND_ASSIGN(const auto tls, MakeGrpcTransport(AsCustodian("127.0.0.1:1")));
  EXPECT_THAT(tls->Evaluate(evaluator, {}), IsOk());
  EXPECT_THAT(witness_.callers, ElementsAre(HasSubstr("custodian/met-response")));
}

TEST_F(ChannelTest, ATokenIsAskedForEachCallAndSentOverTlsOnly) {
  const std::string address = Serve("127.0.0.1:0", ca_.IssueServer());
  const std::string socket = Serve("unix:" + (dir_ / "e.sock"), std::nullopt);
  TransportOptions options = With(address);
  int asked = 0;
  options.token = [&asked] { return "abc.def." + std::to_string(++asked); };
  ASSERT_OK_AND_ASSIGN(const auto transport, MakeGrpcTransport(options));
  EXPECT_THAT(transport->GetCatalogue(), IsOk());
  EXPECT_THAT(transport->Evaluate(socket, {}), IsOk());
  EXPECT_THAT(transport->GetCatalogue(), IsOk());
  EXPECT_THAT(witness_.tokens, ElementsAre("Bearer abc.def.1", "Bearer abc.def.2"));
  EXPECT_EQ(witness_.callers.size(), 3u);

  options.tls = {};
  EXPECT_THAT(MakeGrpcTransport(options), HasReason(Reason::kBadUsage));
}

TEST_F(ChannelTest, WhatIsNoTokenIsNotSentAndNotShown) {
  TransportOptions options = With(Serve("127.0.0.1:0", ca_.IssueServer()));
  for (const std::string& token : {std::string(), std::string("two words"), std::string("a\r\nx-evil: 1"),
                                   std::string(5000, 'a'), std::string("s\xc3\xa9same")}) {
    options.token = [token] { return token; };
    const absl::Status status = GetCatalogue(options);
    EXPECT_THAT(status, HasReason(Reason::kBadToken));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("evil")));
  }
  options.token = [] { return Error(Reason::kKeyFile, "token: cannot open."); };
  EXPECT_THAT(GetCatalogue(options), HasReason(Reason::kKeyFile));
  EXPECT_THAT(witness_.callers, IsEmpty());
}

class TlsFilesTest : public ChannelTest {
 protected:
  absl::Status Create(const TlsOptions& tls) {
    return Channels::Create({.server = "127.0.0.1:1", .tls = tls}).status();
  }

  const Issued issued_ = ca_.IssueTo("operator/first");
  const std::string certificate_ = Write("first.pem", issued_.certificate);
  const std::string key_ = Write("first.key", issued_.private_key);
};

TEST_F(TlsFilesTest, GoTogether) {
  EXPECT_THAT(Create({ca_file_, certificate_, key_}), IsOk());
  EXPECT_THAT(Create({"", certificate_, key_}), HasReason(Reason::kBadUsage));
  EXPECT_THAT(Create({ca_file_, certificate_, ""}), HasReason(Reason::kBadUsage));
  EXPECT_THAT(Create({ca_file_, "", key_}), HasReason(Reason::kBadUsage));
  const std::string other = Write("other.key", ca_.IssueTo("operator/second").private_key);
  EXPECT_THAT(Create({ca_file_, certificate_, other}), HasReason(Reason::kFileError));
}

TEST_F(TlsFilesTest, AreWhatTheyMustBe) {
  const std::string empty = Write("empty", "");
  EXPECT_THAT(Create({empty, certificate_, key_}), HasReason(Reason::kFileError));
  EXPECT_THAT(Create({dir_ / "none", certificate_, key_}), HasReason(Reason::kFileError));
  EXPECT_THAT(Create({ca_file_, key_, key_}), HasReason(Reason::kFileError));
  EXPECT_THAT(Create({ca_file_, certificate_, certificate_}), HasReason(Reason::kFileError));
}

TEST_F(TlsFilesTest, AKeyThatOthersCanReadIsRefused) {
  ASSERT_EQ(chmod(key_.c_str(), 0440), 0);
  const absl::Status status = Create({ca_file_, certificate_, key_});
  EXPECT_THAT(status, HasReason(Reason::kKeyFile));
  EXPECT_THAT(std::string(status.message()), HasSubstr("chmod 0400 " + key_));
}

TEST_F(TlsFilesTest, ACertificateThatIsOverIsNotUsed) {
  for (const auto& [from, to] : {std::pair{-7200, -3600}, std::pair{3600, 7200}}) {
    const Issued issued =
        ca_.Issue({.uris = {"spiffe://police.example/operator/first"}, .not_before = from, .not_after = to});
    const std::string name = std::to_string(from);
    EXPECT_THAT(Create({ca_file_, Write(name + ".pem", issued.certificate), Write(name + ".key", issued.private_key)}),
                HasReason(Reason::kCertificateExpired));
  }
}

}  // namespace
}  // namespace exposure
