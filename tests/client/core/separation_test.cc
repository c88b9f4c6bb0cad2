// Evaluator and records as processes apart: nothing of what the evaluator is told about who asks reaches the records.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "exposure/v1/catalogue_service.grpc.pb.h"
#include "exposure/v1/evaluation_service.grpc.pb.h"
#include "exposure/v1/record_service.grpc.pb.h"
#include "proto/rules/catalogue_message.h"
#include "tests/client/core/world.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_pki.h"

namespace exposure {
namespace {

using testing::kMet;
using testing::World;

// All that a service learns from a call: its metadata and its message.
struct Received {
  std::string rpc;
  std::set<std::pair<std::string, std::string>> metadata;
  std::string message;
};

// One process: what the honest service in memory answers, over TLS. Keeps all that it receives.
class Process final : public v1::CatalogueService::Service,
                      public v1::EvaluationService::Service,
                      public v1::RecordService::Service {
 public:
  Process(testing::FakeService& service, const testing::Issued& certificate) : service_(service) {
    grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
    options.pem_key_cert_pairs.push_back({certificate.private_key, certificate.certificate});
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port);
    builder.RegisterService(static_cast<v1::CatalogueService::Service*>(this));
    builder.RegisterService(static_cast<v1::EvaluationService::Service*>(this));
    builder.RegisterService(static_cast<v1::RecordService::Service*>(this));
    server_ = builder.BuildAndStart();
    address_ = absl::StrCat("127.0.0.1:", port);
  }
  ~Process() override { server_->Shutdown(); }

  const std::string& address() const { return address_; }
  std::vector<Received> Take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(received_, {});
  }

  grpc::Status GetCatalogue(grpc::ServerContext* context, const v1::GetCatalogueRequest* request,
                            v1::GetCatalogueResponse* response) override {
    Note("GetCatalogue", *context, *request);
    *response = ToMessage(service_.GetCatalogue().value());
    return grpc::Status::OK;
  }
  grpc::Status Evaluate(grpc::ServerContext* context, const v1::EvaluateRequest* request,
                        v1::EvaluateResponse* response) override {
    Note("Evaluate", *context, *request);
    *response = service_.Evaluate("", *request).value();
    return grpc::Status::OK;
  }
  grpc::Status FetchBucket(grpc::ServerContext* context, const v1::FetchBucketRequest* request,
                           v1::FetchBucketResponse* response) override {
    Note("FetchBucket", *context, *request);
    *response = service_.FetchBucket(*request).value();
    return grpc::Status::OK;
  }
  grpc::Status DownloadDataset(grpc::ServerContext* context, const v1::DownloadDatasetRequest* request,
                               grpc::ServerWriter<v1::DownloadDatasetResponse>* writer) override {
    Note("DownloadDataset", *context, *request);
    v1::DownloadDatasetResponse piece;
    const absl::Status status =
        service_.DownloadDataset(AsBytes(request->dataset_id()), request->offset(), [&](std::string_view data) {
          piece.set_data(std::string(data));
          writer->Write(piece);
          return absl::OkStatus();
        });
    return status.ok() ? grpc::Status::OK : grpc::Status(grpc::StatusCode::INTERNAL, "");
  }

 private:
  void Note(const std::string& rpc, const grpc::ServerContext& context, const google::protobuf::Message& request) {
    Received received = {.rpc = rpc, .message = request.SerializeAsString()};
    for (const auto& [key, value] : context.client_metadata()) {
      received.metadata.emplace(std::string(key.data(), key.size()), std::string(value.data(), value.size()));
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    received_.push_back(std::move(received));
  }

  testing::FakeService& service_;
  std::string address_;
  std::mutex mutex_;
  std::vector<Received> received_;  // guarded by mutex_
  std::unique_ptr<grpc::Server> server_;
};

// What both processes received alike in some call.
std::set<std::pair<std::string, std::string>> CommonMetadata(const std::vector<Received>& some,
                                                             const std::vector<Received>& others) {
  std::set<std::pair<std::string, std::string>> common;
  for (const Received& one : some) {
    for (const Received& other : others) {
      std::set_intersection(one.metadata.begin(), one.metadata.end(), other.metadata.begin(), other.metadata.end(),
                            std::inserter(common, common.end()));
    }
  }
  return common;
}

// Whether `secret` is in anything received, as it is, in hexadecimal or in base64.
bool Holds(const std::vector<Received>& received, const std::string& secret) {
  std::string base64 = absl::Base64Escape(secret);
  base64.resize(base64.find_last_not_of('=') + 1);
  for (const Received& call : received) {
    std::string all = call.message;
    for (const auto& [key, value] : call.metadata) absl::StrAppend(&all, "\n", key, ": ", value);
    for (const std::string& form : {secret, ToHex(AsBytes(secret)), base64}) {
      if (all.find(form) != std::string::npos) return true;
    }
  }
  return false;
}

class SeparationTest : public ::testing::Test {
 protected:
  SeparationTest() {
    for (v1::Epoch& epoch : *world_.service.content.mutable_epochs()) {
      epoch.mutable_evaluators(0)->set_address(evaluator_.address());
    }
    world_.service.Issue();
  }

  std::string Write(const std::string& name, const std::string& text) {
    EXPECT_THAT(WriteNewFile(dir_ / name, text, 0400), testing::IsOk());
    return dir_ / name;
  }

  LookupOptions Options() {
    LookupOptions options;
    options.server = records_.address();
    options.root = world_.service.root.public_key();
    options.clock = [this] { return world_.service.now; };
    options.tls.ca_file = ca_file_;
    return options;
  }
  LookupOptions WithTokens(const std::string& person) {
    LookupOptions options = Options();
    options.token = [person] { return absl::StrCat("records.for.", person); };
    options.evaluator_token = [person] { return absl::StrCat("evaluator.for.", person); };
    return options;
  }

  // One person's question, and what reached whom.
  struct Seen {
    std::vector<Received> evaluator, records;
  };
  Seen Ask(const LookupOptions& options, const Subject& subject) {
    const auto lookup = Lookup::Connect(options);
    EXPECT_THAT(lookup, testing::IsOk());
    const auto answer = (*lookup)->Check(testing::Numbers({{"met/pay", "A000001"}}), subject);
    EXPECT_THAT(answer, testing::IsOk());
    if (answer.ok()) {
      EXPECT_EQ(testing::VerdictOf(*answer, kMet).kind, VerdictKind::kExposed);
    }
    return {evaluator_.Take(), records_.Take()};
  }

  // Of the one Evaluate: what could tell whose it is, by name.
  static std::map<std::string, std::string> IdentifiersOf(const Seen& seen) {
    EXPECT_EQ(seen.evaluator.size(), 1U);
    v1::EvaluateRequest request;
    EXPECT_TRUE(request.ParseFromString(seen.evaluator.at(0).message));
    return {{"subject", request.subject()}, {"idempotency", request.idempotency()}, {"element", request.blinded()}};
  }

  static void ExpectApart(const Seen& seen, const std::map<std::string, std::string>& identifiers) {
    std::set<std::string> rpcs;
    for (const Received& call : seen.records) rpcs.insert(call.rpc);
    EXPECT_THAT(rpcs, ::testing::IsSupersetOf({"GetCatalogue", "FetchBucket"}));
    EXPECT_THAT(rpcs, ::testing::Not(::testing::Contains("Evaluate")));
    for (const auto& [what, value] : identifiers) {
      EXPECT_TRUE(Holds(seen.evaluator, value)) << what << " was not sent: the test is blind";
      EXPECT_FALSE(Holds(seen.records, value)) << what << " reaches the records";
    }
  }

  testing::TempDir dir_;
  testing::TestCa ca_;
  const std::string ca_file_ = Write("ca.pem", ca_.certificate());
  World world_;
  Process evaluator_{world_.service, ca_.IssueServer()};
  Process records_{world_.service, ca_.IssueServer()};
};

TEST_F(SeparationTest, NothingThatSaysWhoAsksTheEvaluatorReachesTheRecords) {
  const Seen seen = Ask(WithTokens("alice"), RandomSubject());
  std::map<std::string, std::string> identifiers = IdentifiersOf(seen);
  identifiers["token"] = "evaluator.for.alice";
  ExpectApart(seen, identifiers);
  EXPECT_TRUE(Holds(seen.records, "records.for.alice"));
  EXPECT_FALSE(Holds(seen.evaluator, "records.for.alice"));
}

TEST_F(SeparationTest, NorDoesTheSubjectThatAPortalGives) {
  LookupOptions options = Options();
  const testing::Issued portal = ca_.IssueTo("consumer/met-portal");
  options.tls.certificate_file = Write("portal.pem", portal.certificate);
  options.tls.key_file = Write("portal.key", portal.private_key);
  const Subject subject = RandomSubject();
  const Seen seen = Ask(options, subject);
  const auto identifiers = IdentifiersOf(seen);
  EXPECT_EQ(identifiers.at("subject"), ToString(subject));
  ExpectApart(seen, identifiers);
}

TEST_F(SeparationTest, WhatBothReceiveIsTheSameForEverybody) {
  const Seen first = Ask(WithTokens("alice"), RandomSubject());
  const Seen second = Ask(WithTokens("bob"), RandomSubject());
  const auto common = CommonMetadata(first.evaluator, first.records);
  EXPECT_FALSE(common.empty()) << "at least the user-agent: the test is blind";
  EXPECT_EQ(common, CommonMetadata(second.evaluator, second.records));
}

TEST_F(SeparationTest, ATokenForTheRecordsIsNotSentToAnEvaluatorElsewhere) {
  LookupOptions options = WithTokens("alice");
  options.evaluator_token = nullptr;
  const auto lookup = Lookup::Connect(options);
  ASSERT_THAT(lookup, testing::IsOk());
  EXPECT_THAT((*lookup)->Check(testing::Numbers({{"met/pay", "A000001"}})), testing::HasReason(Reason::kBadUsage));
  EXPECT_TRUE(evaluator_.Take().empty());
}

}  // namespace
}  // namespace exposure
