#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "client/core/grpc_status.h"
#include "client/core/transport.h"
#include "exposure/v1/catalogue_service.grpc.pb.h"
#include "exposure/v1/evaluation_service.grpc.pb.h"
#include "exposure/v1/record_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

grpc::Status RichError(grpc::StatusCode code, const std::string& message, const std::string& reason,
                       const std::string& field = "", int retry_seconds = 0) {
  google::rpc::Status status;
  status.set_code(code);
  status.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("exposure.v1");
  status.add_details()->PackFrom(info);
  if (!field.empty()) {
    google::rpc::BadRequest bad;
    bad.add_field_violations()->set_field(field);
    status.add_details()->PackFrom(bad);
  }
  if (retry_seconds > 0) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(retry_seconds);
    status.add_details()->PackFrom(retry);
  }
  return {code, message, status.SerializeAsString()};
}

// Answers what a test tells it to.
class Service final : public v1::CatalogueService::Service,
                      public v1::EvaluationService::Service,
                      public v1::RecordService::Service {
 public:
  grpc::Status GetCatalogue(grpc::ServerContext* context, const v1::GetCatalogueRequest*,
                            v1::GetCatalogueResponse* response) override {
    ++calls;
    const auto accepted = context->client_metadata().find("grpc-accept-encoding");
    if (accepted != context->client_metadata().end()) encodings = {accepted->second.begin(), accepted->second.end()};
    if (failures-- > 0) return failure;
    response->set_header("header");
    response->set_signature("signature");
    response->set_content(std::string(content_size, 'c'));
    response->set_delegation("delegation");
    response->set_delegation_signature("by the root");
    return grpc::Status::OK;
  }
  grpc::Status GetCatalogueHeaders(grpc::ServerContext*, const v1::GetCatalogueHeadersRequest* request,
                                   v1::GetCatalogueHeadersResponse* response) override {
    for (uint64_t i = 1; i <= request->after_version(); ++i) response->add_headers(std::to_string(i));
    return grpc::Status::OK;
  }
  grpc::Status Evaluate(grpc::ServerContext*, const v1::EvaluateRequest* request,
                        v1::EvaluateResponse* response) override {
    ++calls;
    tokens.insert(request->idempotency());
    if (failures-- > 0) return failure;
    response->set_evaluated(request->blinded());
    return grpc::Status::OK;
  }
  grpc::Status FetchBucket(grpc::ServerContext* context, const v1::FetchBucketRequest* request,
                           v1::FetchBucketResponse* response) override {
    if (hang) {
      while (!context->IsCancelled()) std::this_thread::yield();
      return grpc::Status::CANCELLED;
    }
    response->add_rows()->set_row(request->prefix());
    return grpc::Status::OK;
  }
  grpc::Status DownloadDataset(grpc::ServerContext*, const v1::DownloadDatasetRequest* request,
                               grpc::ServerWriter<v1::DownloadDatasetResponse>* writer) override {
    ++calls;
    for (size_t offset = request->offset(); offset < file.size(); offset += 10) {
      v1::DownloadDatasetResponse piece;
      piece.set_data(file.substr(offset, 10));
      if (!writer->Write(piece)) return grpc::Status::CANCELLED;
      if (failures-- > 0) return failure;
    }
    return grpc::Status::OK;
  }

  std::atomic<int> calls = 0;
  std::atomic<int> failures = 0;
  grpc::Status failure;
  std::string encodings;
  std::string file;
  std::set<std::string> tokens;
  size_t content_size = 1;
  std::atomic<bool> hang = false;
};

class GrpcTransportTest : public ::testing::Test {
 protected:
  GrpcTransportTest() : server_(Start(service_)), transport_(MakeGrpcTransport({.server = address_}).value()) {}
  ~GrpcTransportTest() override { server_->Shutdown(); }

  std::unique_ptr<grpc::Server> Start(Service& service) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(static_cast<v1::CatalogueService::Service*>(&service));
    builder.RegisterService(static_cast<v1::EvaluationService::Service*>(&service));
    builder.RegisterService(static_cast<v1::RecordService::Service*>(&service));
    std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
    return server;
  }

  std::string address_;
  Service service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Transport> transport_;
};

// Takes the second that the service names.
TEST_F(GrpcTransportTest, ComesBackToAnOverloadedEvaluator) {
  service_.failures = 1;
  service_.failure = RichError(grpc::StatusCode::RESOURCE_EXHAUSTED, "too much to do", "OVERLOADED", "", 1);
  v1::EvaluateRequest request;
  request.set_blinded(std::string(32, 'b'));
  request.set_idempotency("token");
  ASSERT_OK_AND_ASSIGN(const v1::EvaluateResponse response, transport_->Evaluate("", request));
  EXPECT_EQ(response.evaluated(), request.blinded());
  EXPECT_EQ(service_.calls, 2);
  EXPECT_EQ(service_.tokens.size(), 1U) << "the repetition must not be charged again";
}

TEST_F(GrpcTransportTest, CarriesTheCatalogue) {
  service_.content_size = 8 << 20;  // more than gRPC's own limit of 4 MiB
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue catalogue, transport_->GetCatalogue());
  EXPECT_EQ(catalogue.header, "header");
  EXPECT_EQ(catalogue.signature, "signature");
  EXPECT_EQ(catalogue.content.size(), size_t{8} << 20);
  EXPECT_EQ(catalogue.delegation, "delegation");
  EXPECT_EQ(catalogue.delegation_signature, "by the root");
  ASSERT_OK_AND_ASSIGN(const auto headers, transport_->GetCatalogueHeaders(3));
  EXPECT_EQ(headers, (std::vector<std::string>{"1", "2", "3"}));
}

TEST_F(GrpcTransportTest, OffersNoCompression) {
  ASSERT_THAT(transport_->GetCatalogue(), IsOk());
  EXPECT_EQ(service_.encodings.find("gzip"), std::string::npos) << service_.encodings;
  EXPECT_EQ(service_.encodings.find("deflate"), std::string::npos) << service_.encodings;
}

TEST_F(GrpcTransportTest, RetriesUnavailableWithTheSameToken) {
  service_.failures = 2;
  service_.failure = RichError(grpc::StatusCode::UNAVAILABLE, "Shutting down.", "SHUTTING_DOWN");
  v1::EvaluateRequest request;
  request.set_blinded("b");
  request.set_idempotency("token");
  ASSERT_OK_AND_ASSIGN(const v1::EvaluateResponse response, transport_->Evaluate("", request));
  EXPECT_EQ(response.evaluated(), "b");
  EXPECT_EQ(service_.calls, 3);
  EXPECT_EQ(service_.tokens.size(), 1u);
}

TEST_F(GrpcTransportTest, GivesUpAfterAFewTries) {
  service_.failures = 100;
  service_.failure = RichError(grpc::StatusCode::UNAVAILABLE, "Shutting down.", "SHUTTING_DOWN");
  EXPECT_THAT(transport_->GetCatalogue(), HasReason(Reason::kShuttingDown));
  EXPECT_EQ(service_.calls, 4);
}

TEST_F(GrpcTransportTest, RetriesNothingElse) {
  service_.failures = 1;
  service_.failure = RichError(grpc::StatusCode::RESOURCE_EXHAUSTED, "Used up.", "QUOTA_CALLER", "", 7);
  const absl::Status status = transport_->Evaluate("", {}).status();
  EXPECT_THAT(status, HasReason(Reason::kQuotaCaller));
  EXPECT_THAT(std::string(status.message()), HasSubstr("Try again in 7 s."));
  EXPECT_EQ(RetryAfter(status), 7u);
  EXPECT_EQ(service_.calls, 1);
}

TEST_F(GrpcTransportTest, EvaluatesAtTheAddressGiven) {
  Service other;
  const std::string first = address_;
  const std::unique_ptr<grpc::Server> second = Start(other);
  EXPECT_THAT(transport_->Evaluate(address_, {}), IsOk());
  EXPECT_EQ(other.calls, 1);
  EXPECT_EQ(service_.calls, 0);
  EXPECT_THAT(transport_->Evaluate("", {}), IsOk());
  EXPECT_EQ(service_.calls, 1);
  second->Shutdown();
}

TEST_F(GrpcTransportTest, EveryCallHasADeadline) {
  service_.hang = true;
  ASSERT_OK_AND_ASSIGN(const auto impatient, MakeGrpcTransport({.server = address_, .timeout_seconds = 1}));
  EXPECT_THAT(impatient->FetchBucket({}), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(GrpcTransportTest, NobodyThereIsUnavailable) {
  server_->Shutdown();
  ASSERT_OK_AND_ASSIGN(const auto transport, MakeGrpcTransport({.server = address_, .timeout_seconds = 5}));
  const absl::Status status = transport->GetCatalogue().status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(status.message()), HasSubstr("Cannot reach the service at " + address_));
}

TEST_F(GrpcTransportTest, DownloadsFromAnOffset) {
  service_.file = std::string(25, 'a') + "the end";
  std::string got;
  const auto sink = [&](std::string_view piece) {
    got += piece;
    return absl::OkStatus();
  };
  ASSERT_THAT(transport_->DownloadDataset({}, 20, sink), IsOk());
  EXPECT_EQ(got, "aaaaathe end");
}

TEST_F(GrpcTransportTest, ADownloadThatBreaksGoesOnWhereItStopped) {
  for (int i = 0; i < 100; ++i) service_.file += std::to_string(i) + ",";
  service_.failures = 3;
  service_.failure = RichError(grpc::StatusCode::UNAVAILABLE, "Shutting down.", "SHUTTING_DOWN");
  std::string got;
  ASSERT_THAT(transport_->DownloadDataset({}, 0,
                                          [&](std::string_view piece) {
                                            got += piece;
                                            return absl::OkStatus();
                                          }),
              IsOk());
  EXPECT_EQ(got, service_.file);
  EXPECT_EQ(service_.calls, 4);
}

TEST_F(GrpcTransportTest, TheSinkEndsADownload) {
  service_.file = std::string(1000, 'a');
  int pieces = 0;
  const absl::Status status = transport_->DownloadDataset({}, 0, [&](std::string_view) {
    ++pieces;
    return Error(Reason::kDiskFull, "No room.");
  });
  EXPECT_THAT(status, HasReason(Reason::kDiskFull));
  EXPECT_EQ(pieces, 1);
}

TEST(FromGrpcTest, KeepsTheReasonAndTheField) {
  const absl::Status status = FromGrpc(
      RichError(grpc::StatusCode::INVALID_ARGUMENT, "blinded: has 3 bytes.", "FIELD_LENGTH", "blinded"), "there");
  EXPECT_THAT(status, HasReason(Reason::kFieldLength));
  EXPECT_EQ(FieldOf(status), "blinded");
  EXPECT_EQ(status.message(), "blinded: has 3 bytes.");
  EXPECT_THAT(FromGrpc(grpc::Status::OK, "there"), IsOk());
}

TEST(FromGrpcTest, SaysWhenToComeBackAsPeopleDo) {
  const auto message = [](int seconds) {
    const absl::Status status =
        FromGrpc(RichError(grpc::StatusCode::RESOURCE_EXHAUSTED, "No.", "QUOTA_BUDGET", "", seconds), "there");
    EXPECT_EQ(RetryAfter(status), static_cast<uint64_t>(seconds));
    EXPECT_THAT(status, HasReason(Reason::kQuotaBudget));
    return std::string(status.message());
  };
  EXPECT_EQ(message(119), "No. Try again in 119 s.");
  EXPECT_EQ(message(121), "No. Try again in 3 min.");
  EXPECT_THAT(message(3 * 3600 + 20 * 60), ::testing::MatchesRegex("No. Try again in 3 h 20 min, at [0-9:]{5} UTC."));
}

TEST(FromGrpcTest, AHandshakeThatFailedIsToldOfTlsOnly) {
  const grpc::Status failed(grpc::StatusCode::UNAVAILABLE, "x: Tls handshake failed: certificate verify failed");
  EXPECT_THAT(std::string(FromGrpc(failed, "there", "ca.pem").message()), HasSubstr("not of the CA in ca.pem"));
  EXPECT_THAT(std::string(FromGrpc(failed, "there").message()), HasSubstr("Cannot reach the service at there"));
}

// Of a service that is newer than this client.
TEST(FromGrpcTest, AnUnknownReasonKeepsItsCodeAndMessage) {
  const absl::Status status =
      FromGrpc(RichError(grpc::StatusCode::PERMISSION_DENIED, "No.", "NO_SUCH_REASON"), "there");
  EXPECT_EQ(ReasonOf(status), std::nullopt);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(std::string(status.message()), HasSubstr("\"No.\""));
}

TEST(FromGrpcTest, WhoeverIsNotThisServiceIsNotQuoted) {
  google::rpc::Status status;
  google::rpc::ErrorInfo info;
  info.set_reason("BAD_PROOF");
  info.set_domain("example.com");
  status.add_details()->PackFrom(info);
  const absl::Status mapped = FromGrpc({grpc::StatusCode::NOT_FOUND, "Nothing.", status.SerializeAsString()}, "there");
  EXPECT_THAT(mapped, HasReason(Reason::kBadResponse));
  EXPECT_THAT(std::string(mapped.message()), Not(HasSubstr("Nothing")));
  for (const auto code : {grpc::StatusCode::INVALID_ARGUMENT, grpc::StatusCode::ABORTED, grpc::StatusCode::DATA_LOSS,
                          grpc::StatusCode::UNAUTHENTICATED, static_cast<grpc::StatusCode>(17)}) {
    EXPECT_THAT(FromGrpc({code, "NOT IN THIS DATASET", ""}, "there"), HasReason(Reason::kBadResponse)) << code;
  }
}

// A connection that is cut in the middle is one that cannot be used: what is kept is shown, and it is tried again.
TEST(FromGrpcTest, ABrokenConnectionIsUnavailable) {
  for (const auto code : {grpc::StatusCode::UNKNOWN, grpc::StatusCode::INTERNAL}) {
    const absl::Status status = FromGrpc({code, "Odd.", "\xff\xff not a message"}, "there");
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("Odd")));
  }
}

TEST(FromGrpcTest, WhatAServiceSaysIsHarmlessOnATerminal) {
  const absl::Status status =
      FromGrpc({grpc::StatusCode::UNAVAILABLE, "\x1b[2Jhello\x07\r\nEXPOSED" + std::string(10000, 'x')}, "there");
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("\x1b")));
  EXPECT_THAT(std::string(status.message()), HasSubstr("hello EXPOSED"));  // in one line, and in quotes
  EXPECT_LT(status.message().size(), 600u);
}

}  // namespace
}  // namespace exposure
