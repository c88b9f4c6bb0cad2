// Every rpc, as the proto descriptors have them, × every kind of caller, against a real server; compared with the
// access table of deploy/exposured.txtpb.
#include <grpcpp/generic/generic_stub.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "server/config.h"
#include "server/methods.h"
#include "server/server.h"
#include "tests/support/channel.h"
#include "tests/support/rich_error.h"
#include "tests/support/service_client.h"
#include "tests/support/status_matchers.h"
#include "tests/support/tls_files.h"

namespace exposure::server {
namespace {

using config::v1::CallerRole;
using testing::Context;
using testing::IsGrpcOk;
using testing::IsOk;
using testing::Issued;
using testing::SealedFile;
using testing::ServiceClient;
using testing::ServiceFiles;
using testing::TestCa;
using testing::TlsFiles;

// Served by another process.
bool IsSigners(const std::string& method) { return method.starts_with("exposure.v1.SignerService/"); }

bool IsOurs(const std::string& method) { return method.starts_with("exposure.v1."); }

// What the service says to a call of any shape: OK as soon as there is one answer.
grpc::Status Ask(const std::shared_ptr<grpc::Channel>& channel, const std::string& method, const std::string& request) {
  grpc::GenericStub stub(channel);
  Context context;
  grpc::CompletionQueue queue;
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto call = stub.PrepareCall(&context, "/" + method, &queue);
  call->StartCall(nullptr);
  const bool started = wait();
  const grpc::Slice slice(request);
  if (started) {
    call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
    wait();
  }
  grpc::ByteBuffer response;
  bool answered = false;
  if (started) {
    call->Read(&response, nullptr);
    answered = wait();
  }
  if (answered) context.TryCancel();
  grpc::Status status;
  call->Finish(&status, nullptr);
  wait();
  return answered ? grpc::Status::OK : status;
}

// Why a call is not let in, or nothing.
std::optional<Reason> Refusal(const grpc::Status& status) {
  static const std::set<std::string, std::less<>> refusals = {
      "NO_CALLER",   "CERTIFICATE_UNTRUSTED", "CERTIFICATE_EXPIRED", "CERTIFICATE_REVOKED", "CERTIFICATE_NAME",
      "NOT_ALLOWED", "UNKNOWN_CALLER",        "EPOCH_NOT_ALLOWED",   "WRONG_FORCE"};
  const std::string reason = testing::Decode(status).reason;
  return refusals.contains(reason) ? ReasonFromWord(reason) : std::nullopt;
}

// All roles in one process, and a signer of its own beside it.
struct Servers {
  std::unique_ptr<Server> all;
  std::unique_ptr<Server> signer;

  static absl::StatusOr<Servers> Start(TlsFiles& files) {
    Servers servers;
    ASSIGN_OR_RETURN(const LoadedConfig config, LoadConfig(files.config_path(), Roles::All()));
    ASSIGN_OR_RETURN(servers.all, Server::Start(config, Roles::All()));
    LoadedConfig signer = config;
    signer.settings.set_data_directory(files.Path("signer"));
    signer.settings.set_catalogue_chain_file(files.Path("signer.chain"));
    ASSIGN_OR_RETURN(servers.signer, Server::Start(signer, {.signer = true}));
    return servers;
  }
};

class AccessMatrixTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    files_ = new TlsFiles();
    absl::StatusOr<Servers> servers = Servers::Start(*files_);
    ASSERT_THAT(servers, IsOk());
    servers_ = new Servers(*std::move(servers));
    server_ = servers_->all.get();
  }
  static void TearDownTestSuite() {
    delete servers_;
    delete files_;
  }

  // `expected` says for each method why it is refused, or nothing.
  using Expected = std::function<std::optional<Reason>(const std::string& method)>;
  using Connect = std::function<std::shared_ptr<grpc::Channel>(const std::string& address)>;
  static void Compare(const Servers& servers, const Connect& connect, const Expected& expected) {
    const auto all = connect(servers.all->address());
    const auto signer = connect(servers.signer->address());
    for (const std::string& method : Methods()) {
      const grpc::Status status = Ask(IsSigners(method) ? signer : all, method, "");
      const std::optional<Reason> reason = expected(method);
      SCOPED_TRACE(method + ": " + std::to_string(status.error_code()) + " " + status.error_message());
      if (IsOurs(method)) {
        EXPECT_EQ(Refusal(status), reason);
        EXPECT_NE(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
      } else if (reason) {  // gRPC sends no details here
        EXPECT_EQ(static_cast<int>(status.error_code()), static_cast<int>(ReasonCode(*reason)));
      } else {
        EXPECT_THAT(status, IsGrpcOk());
      }
    }
  }
  static void CompareAll(const Issued* caller, Reason reason) {
    Compare(
        *servers_, [caller](const std::string& address) { return files_->Connect(address, caller); },
        [reason](const std::string&) { return reason; });
  }
  static std::optional<Reason> ByTable(CallerRole role, const std::string& method) {
    for (const config::v1::MethodRule& rule : files_->table().methods()) {
      if (rule.method() != method) continue;
      for (const int allowed : rule.roles()) {
        if (allowed == role) return std::nullopt;
      }
    }
    return Reason::kNotAllowed;
  }
  static void CompareWithTable(const std::string& name, CallerRole role) {
    const Issued caller = files_->ca().IssueTo(name);
    Compare(
        *servers_, [&caller](const std::string& address) { return files_->Connect(address, &caller); },
        [role](const std::string& method) { return ByTable(role, method); });
  }

  static TlsFiles* files_;
  static Servers* servers_;
  static Server* server_;  // with all roles
};

TlsFiles* AccessMatrixTest::files_ = nullptr;
Servers* AccessMatrixTest::servers_ = nullptr;
Server* AccessMatrixTest::server_ = nullptr;

TEST_F(AccessMatrixTest, Consumer) { CompareWithTable("consumer/met-portal", CallerRole::CALLER_ROLE_CONSUMER); }

TEST_F(AccessMatrixTest, Custodian) { CompareWithTable("custodian/met-response", CallerRole::CALLER_ROLE_CUSTODIAN); }

TEST_F(AccessMatrixTest, Operator) { CompareWithTable("operator/first", CallerRole::CALLER_ROLE_OPERATOR); }

TEST_F(AccessMatrixTest, Service) { CompareWithTable("service/records-1", CallerRole::CALLER_ROLE_SERVICE); }

TEST_F(AccessMatrixTest, Nobody) { CompareAll(nullptr, Reason::kNoCaller); }

TEST_F(AccessMatrixTest, WrongTrustDomain) {
  const Issued caller = files_->ca().Issue({.uris = {"spiffe://elsewhere.example/consumer/met-portal"}});
  CompareAll(&caller, Reason::kCertificateName);
}

TEST_F(AccessMatrixTest, UnknownName) {
  for (const char* name : {"consumer/stranger", "operator/stranger", "service/stranger", "custodian/met-portal"}) {
    const Issued caller = files_->ca().IssueTo(name);
    CompareAll(&caller, Reason::kUnknownCaller);
  }
}

TEST_F(AccessMatrixTest, Expired) {
  const Issued caller = files_->ca().Issue({.uris = {"spiffe://police.example/consumer/met-portal"}, .not_after = -60});
  CompareAll(&caller, Reason::kCertificateExpired);
}

TEST_F(AccessMatrixTest, NotYetValid) {
  const Issued caller = files_->ca().Issue(
      {.uris = {"spiffe://police.example/consumer/met-portal"}, .not_before = 1800, .not_after = 3600});
  CompareAll(&caller, Reason::kCertificateExpired);
}

TEST_F(AccessMatrixTest, SelfSigned) {
  const Issued caller = testing::SelfSigned({.uris = {"spiffe://police.example/consumer/met-portal"}});
  CompareAll(&caller, Reason::kCertificateUntrusted);
}

TEST_F(AccessMatrixTest, OfAnotherCaOfTheSameName) {
  const TestCa other;
  const Issued caller = other.IssueTo("consumer/met-portal");
  CompareAll(&caller, Reason::kCertificateUntrusted);
}

TEST_F(AccessMatrixTest, Revoked) {
  TlsFiles files;
  const Issued caller = files.ca().IssueTo("consumer/met-portal");
  files.WriteRevocationList(files.ca().Revoke({caller.serial}));
  ASSERT_OK_AND_ASSIGN(const Servers servers, Servers::Start(files));
  Compare(
      servers, [&](const std::string& address) { return files.Connect(address, &caller); },
      [](const std::string&) { return Reason::kCertificateRevoked; });
}

// Without TLS the table is for `local`, and health and reflection are for whoever can reach them.
TEST_F(AccessMatrixTest, Local) {
  TlsFiles files;
  const size_t tls = files.config_text().find("tls {");
  const std::string section = files.config_text().substr(tls, files.config_text().find("access {") - tls);
  files.Write({{section, ""}});
  ASSERT_OK_AND_ASSIGN(const Servers servers, Servers::Start(files));
  Compare(
      servers, [](const std::string& address) { return testing::Connect(address); },
      [](const std::string& method) {
        return IsOurs(method) ? ByTable(CallerRole::CALLER_ROLE_LOCAL, method) : std::nullopt;
      });
}

// What callers of another force are told, of requests that are good otherwise.
class WrongForceTest : public AccessMatrixTest {
 protected:
  // Published and uploaded by the right custodian. For each method that has to do with a force, a request.
  static std::map<std::string, std::string> Requests() {
    const Issued custodian = files_->ca().IssueTo("custodian/met-response");
    const ServiceClient client(files_->Connect(server_->address(), &custodian), *files_);
    const SealedFile sealed = client.PublishSample(100);
    std::map<std::string, std::string> requests;
    const auto add = [&](const std::string& method, const google::protobuf::Message& request) {
      requests["exposure.v1." + method] = request.SerializeAsString();
    };
    v1::EvaluateRequest evaluate;
    evaluate.set_epoch_id(ToString(files_->epoch_id()));
    evaluate.set_blinded(ToString(crypto::Element::HashFrom(AsBytes("point"))->bytes()));
    evaluate.set_subject(std::string(16, 's'));
    evaluate.set_idempotency(std::string(16, 'i'));
    add("EvaluationService/Evaluate", evaluate);
    v1::RequestGrantRequest grant;
    grant.set_epoch_id(evaluate.epoch_id());
    grant.set_incident_id("met-2023-supplier");
    add("EvaluationService/RequestGrant", grant);
    add("RecordService/FetchBucket", client.FetchRequest({3, 1}));
    v1::DownloadDatasetRequest download;
    download.set_dataset_id(sealed.id());
    add("RecordService/DownloadDataset", download);
    const SealedFile other = files_->Seal(100);
    EXPECT_THAT(client.Upload(other), IsGrpcOk());
    v1::BeginUploadRequest begin;
    begin.set_manifest(other.manifest_bytes);
    begin.set_signature(other.signature);
    begin.set_details(other.details);
    add("CustodianService/BeginUpload", begin);
    v1::UploadChunkRequest chunk;
    chunk.set_dataset_id(other.id());
    chunk.set_data("x");
    add("CustodianService/UploadChunk", chunk);
    v1::PublishDatasetRequest publish;
    publish.set_dataset_id(other.id());
    add("CustodianService/PublishDataset", publish);
    v1::AbortUploadRequest abort;
    abort.set_dataset_id(other.id());
    add("CustodianService/AbortUpload", abort);
    v1::RetractDatasetRequest retract;
    retract.set_dataset_id(sealed.id());
    add("CustodianService/RetractDataset", retract);
    v1::PublishNoticeRequest notice;
    *notice.mutable_notice() = testing::SampleNotice();
    notice.mutable_notice()->set_incident_id("another");
    add("CustodianService/PublishNotice", notice);
    v1::UpdateNoticeRequest update;
    *update.mutable_notice() = testing::SampleNotice();
    update.mutable_notice()->set_version(1);
    add("CustodianService/UpdateNotice", update);
    return requests;
  }
};

TEST_F(WrongForceTest, IsToldSo) {
  const std::map<std::string, std::string> requests = Requests();
  const Issued custodian = files_->ca().IssueTo("custodian/elsewhere");
  const auto channel = files_->Connect(server_->address(), &custodian);
  for (const std::string& method : Methods()) {
    // A method is here because it has nothing to do with a force.
    if (!IsOurs(method) || IsSigners(method) || method.starts_with("exposure.v1.CatalogueService/") ||
        method.starts_with("exposure.v1.OperationsService/")) {
      continue;
    }
    ASSERT_TRUE(requests.contains(method)) << method << " needs a request for this test";
    const bool asks = !method.starts_with("exposure.v1.CustodianService/");
    EXPECT_THAT(Ask(channel, method, requests.at(method)),
                testing::IsError(asks ? Reason::kEpochNotAllowed : Reason::kWrongForce))
        << method;
  }
  const Issued consumer = files_->ca().IssueTo("consumer/elsewhere");
  EXPECT_THAT(Ask(files_->Connect(server_->address(), &consumer), "exposure.v1.EvaluationService/Evaluate",
                  requests.at("exposure.v1.EvaluationService/Evaluate")),
              testing::IsError(Reason::kEpochNotAllowed));
  // Nothing was changed, and the right custodian can do all of it.
  const Issued right = files_->ca().IssueTo("custodian/met-response");
  const auto allowed = files_->Connect(server_->address(), &right);
  for (const char* method :
       {"RecordService/FetchBucket", "RecordService/DownloadDataset", "CustodianService/BeginUpload",
        "CustodianService/PublishDataset", "CustodianService/AbortUpload", "CustodianService/RetractDataset",
        "CustodianService/PublishNotice", "CustodianService/UpdateNotice"}) {
    const std::string name = std::string("exposure.v1.") + method;
    EXPECT_THAT(Ask(allowed, name, requests.at(name)), IsGrpcOk()) << method;
  }
  // But evaluating needs a second person's word.
  for (const char* method : {"exposure.v1.EvaluationService/Evaluate", "exposure.v1.EvaluationService/RequestGrant"}) {
    EXPECT_THAT(Ask(allowed, method, requests.at(method)), testing::IsError(Reason::kNoGrant)) << method;
  }
}

// Neither by saying that the notice is one's own.
TEST_F(WrongForceTest, NoticeCannotBeTakenOver) {
  const Issued right = files_->ca().IssueTo("custodian/met-response");
  v1::PublishNoticeRequest publish;
  *publish.mutable_notice() = testing::SampleNotice();
  publish.mutable_notice()->set_incident_id("to-be-taken");
  EXPECT_THAT(Ask(files_->Connect(server_->address(), &right), "exposure.v1.CustodianService/PublishNotice",
                  publish.SerializeAsString()),
              IsGrpcOk());
  v1::UpdateNoticeRequest update;
  *update.mutable_notice() = publish.notice();
  update.mutable_notice()->set_version(1);
  update.mutable_notice()->set_force("elsewhere");
  update.mutable_notice()->clear_schemes();
  update.mutable_notice()->add_schemes("elsewhere/pay");
  const Issued wrong = files_->ca().IssueTo("custodian/elsewhere");
  EXPECT_THAT(Ask(files_->Connect(server_->address(), &wrong), "exposure.v1.CustodianService/UpdateNotice",
                  update.SerializeAsString()),
              testing::IsError(Reason::kWrongForce));
}

}  // namespace
}  // namespace exposure::server
