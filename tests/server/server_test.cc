// The whole service in this process: real storage, real channel.
#include "server/server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "crypto/catalogue.h"
#include "crypto/merkle.h"
#include "exposure/v1/catalogue_service.grpc.pb.h"
#include "exposure/v1/custodian_service.grpc.pb.h"
#include "exposure/v1/evaluation_service.grpc.pb.h"
#include "exposure/v1/record_service.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "tests/support/hosted_service.h"
#include "tests/support/rich_error.h"
#include "tests/support/service_files.h"
#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using grpc::health::v1::HealthCheckResponse;
using testing::Connect;
using testing::Context;
using testing::HasReason;
using testing::IsError;
using testing::IsGrpcOk;
using testing::IsOk;
using testing::SealedFile;
using testing::ServiceFiles;

class ServerTest : public ::testing::Test {
 protected:
  absl::Status Start(Roles roles = Roles::All()) {
    server_.reset();
    absl::StatusOr<LoadedConfig> config = LoadConfig(files_.config_path(), roles);
    if (!config.ok()) return config.status();
    absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(*config, roles);
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    channel_ = Connect(server_->address());
    return absl::OkStatus();
  }

  grpc::Status Catalogue(v1::GetCatalogueResponse* response) {
    Context context;
    return v1::CatalogueService::NewStub(channel_)->GetCatalogue(&context, {}, response);
  }

  // What is served, checked as a client does.
  crypto::SignedCatalogue CheckedCatalogue() {
    v1::GetCatalogueResponse response;
    EXPECT_THAT(Catalogue(&response), IsGrpcOk());
    crypto::SignedCatalogue catalogue{response.header(), response.signature(), response.content(),
                                      response.delegation(), response.delegation_signature()};
    EXPECT_THAT(crypto::CheckSignatures(catalogue, files_.root().public_key()), IsOk());
    return catalogue;
  }

  grpc::Status PublishNotice() {
    Context context;
    v1::PublishNoticeRequest request;
    *request.mutable_notice() = testing::SampleNotice();
    v1::PublishNoticeResponse response;
    return v1::CustodianService::NewStub(channel_)->PublishNotice(&context, request, &response);
  }

  grpc::Status Upload(const SealedFile& sealed, size_t chunk) {
    const auto stub = v1::CustodianService::NewStub(channel_);
    v1::BeginUploadRequest begin;
    begin.set_manifest(sealed.manifest_bytes);
    begin.set_signature(sealed.signature);
    begin.set_details(sealed.details);
    v1::BeginUploadResponse begun;
    Context begin_context;
    grpc::Status status = stub->BeginUpload(&begin_context, begin, &begun);
    EXPECT_TRUE(!status.ok() || begun.size() == sealed.file.size());
    for (uint64_t held = begun.held(); status.ok() && held < sealed.file.size();) {
      v1::UploadChunkRequest request;
      request.set_dataset_id(sealed.id());
      request.set_offset(held);
      request.set_data(sealed.file.substr(held, chunk));
      v1::UploadChunkResponse response;
      Context context;
      status = stub->UploadChunk(&context, request, &response);
      held = response.held();
    }
    return status;
  }

  grpc::Status Publish(const SealedFile& sealed) {
    Context context;
    v1::PublishDatasetRequest request;
    request.set_dataset_id(sealed.id());
    v1::PublishDatasetResponse response;
    return v1::CustodianService::NewStub(channel_)->PublishDataset(&context, request, &response);
  }

  // Notice and dataset, published.
  SealedFile Prepare(size_t records = 400) {
    EXPECT_THAT(PublishNotice(), IsGrpcOk());
    SealedFile sealed = files_.Seal(records);
    EXPECT_THAT(Upload(sealed, 10000), IsGrpcOk());
    EXPECT_THAT(Publish(sealed), IsGrpcOk());
    return sealed;
  }

  v1::FetchBucketRequest FetchRequest(int bits, uint32_t value) {
    v1::FetchBucketRequest request;
    request.set_content_hash(CheckedCatalogue().header.substr(64, 32));
    request.set_epoch_id(ToString(files_.epoch_id()));
    request.set_prefix(ToString(crypto::EncodePrefix({bits, value})));
    return request;
  }

  grpc::Status Fetch(const v1::FetchBucketRequest& request, v1::FetchBucketResponse* response) {
    Context context;
    return v1::RecordService::NewStub(channel_)->FetchBucket(&context, request, response);
  }

  grpc::Status Evaluate() {
    Context context;
    v1::EvaluateRequest request;
    request.set_epoch_id(ToString(files_.epoch_id()));
    request.set_blinded(ToString(crypto::Element::HashFrom(AsBytes("point"))->bytes()));
    request.set_subject(std::string(16, 's'));
    request.set_idempotency(std::string(16, 'i'));
    v1::EvaluateResponse response;
    return v1::EvaluationService::NewStub(channel_)->Evaluate(&context, request, &response);
  }

  HealthCheckResponse::ServingStatus Health(const std::string& service) {
    Context context;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    HealthCheckResponse response;
    const grpc::Status status = grpc::health::v1::Health::NewStub(channel_)->Check(&context, request, &response);
    return status.ok() ? response.status() : HealthCheckResponse::SERVICE_UNKNOWN;
  }

  ServiceFiles files_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(ServerTest, FreshServiceHasASignedCatalogue) {
  ASSERT_THAT(Start(), IsOk());
  const crypto::SignedCatalogue catalogue = CheckedCatalogue();
  v1::CatalogueContent content;
  ASSERT_TRUE(content.ParseFromString(catalogue.content));
  EXPECT_EQ(content.service_name(), "Test service");
  EXPECT_EQ(content.epochs(0).epoch_id(), ToString(files_.epoch_id()));
  EXPECT_THAT(Evaluate(), IsGrpcOk());
}

TEST_F(ServerTest, PublishFetchDownloadRetract) {
  ASSERT_THAT(Start(), IsOk());
  const SealedFile sealed = Prepare();
  const crypto::Manifest& manifest = sealed.manifest;
  v1::FetchBucketResponse response;
  ASSERT_THAT(Fetch(FetchRequest(3, 5), &response), IsGrpcOk());
  ASSERT_EQ(response.rows_size(), 1);
  EXPECT_THAT(crypto::VerifyRow(manifest.dataset_id, manifest.root, manifest.bucket_bits, manifest.rows_per_bucket,
                                {3, 5}, AsBytes(response.rows(0).row())),
              IsOk());

  v1::DownloadDatasetRequest download;
  download.set_dataset_id(sealed.id());
  Context download_context;
  const auto records = v1::RecordService::NewStub(channel_);
  const auto reader = records->DownloadDataset(&download_context, download);
  std::string file;
  for (v1::DownloadDatasetResponse piece; reader->Read(&piece);) file += piece.data();
  EXPECT_THAT(reader->Finish(), IsGrpcOk());
  EXPECT_EQ(file, sealed.file);

  const v1::FetchBucketRequest before = FetchRequest(3, 5);
  Context retract_context;
  v1::RetractDatasetRequest retract;
  retract.set_dataset_id(sealed.id());
  v1::RetractDatasetResponse retracted;
  ASSERT_THAT(v1::CustodianService::NewStub(channel_)->RetractDataset(&retract_context, retract, &retracted),
              IsGrpcOk());
  EXPECT_THAT(Fetch(before, &response), IsError(Reason::kStaleCatalogue));
  ASSERT_THAT(Fetch(FetchRequest(3, 5), &response), IsGrpcOk());
  EXPECT_EQ(response.rows_size(), 0);
}

TEST_F(ServerTest, WhatWasPublishedIsServedAfterARestart) {
  ASSERT_THAT(Start(), IsOk());
  Prepare();
  const std::string content = CheckedCatalogue().content;
  const std::string header = CheckedCatalogue().header;
  ASSERT_THAT(Start(), IsOk());
  EXPECT_EQ(CheckedCatalogue().content, content);
  EXPECT_EQ(CheckedCatalogue().header, header);
  v1::FetchBucketResponse response;
  EXPECT_THAT(Fetch(FetchRequest(3, 5), &response), IsGrpcOk());
}

TEST_F(ServerTest, ChangedConfigurationIsANewVersion) {
  ASSERT_THAT(Start(), IsOk());
  ASSERT_THAT(PublishNotice(), IsGrpcOk());
  const uint64_t before = crypto::DecodeHeader(AsBytes(CheckedCatalogue().header))->version;
  files_.Write({{"Test service", "Another name"}});
  ASSERT_THAT(Start(), IsOk());
  const crypto::SignedCatalogue after = CheckedCatalogue();
  EXPECT_EQ(crypto::DecodeHeader(AsBytes(after.header))->version, before + 1);
  v1::CatalogueContent content;
  ASSERT_TRUE(content.ParseFromString(after.content));
  EXPECT_EQ(content.service_name(), "Another name");
  EXPECT_EQ(content.incidents_size(), 1);
}

TEST_F(ServerTest, HeadersOfAllVersions) {
  ASSERT_THAT(Start(), IsOk());
  Prepare();
  Context context;
  v1::GetCatalogueHeadersRequest request;
  v1::GetCatalogueHeadersResponse response;
  const auto stub = v1::CatalogueService::NewStub(channel_);
  ASSERT_THAT(stub->GetCatalogueHeaders(&context, request, &response), IsGrpcOk());
  ASSERT_EQ(response.headers_size(), 3);
  EXPECT_EQ(response.headers(2), CheckedCatalogue().header);
  Context other;
  request.set_after_version(4);
  EXPECT_THAT(stub->GetCatalogueHeaders(&other, request, &response), IsError(Reason::kUnknownVersion));
}

// Request and response are of one length for every bucket, also to a client that offers compression, as this one does.
TEST_F(ServerTest, SizesSayNothing) {
  ASSERT_THAT(Start(), IsOk());
  Prepare();
  const auto stub = v1::RecordService::NewStub(channel_);
  std::set<size_t> requests;
  std::set<size_t> responses;
  for (uint32_t value = 0; value < 8; ++value) {
    Context context;
    const v1::FetchBucketRequest request = FetchRequest(3, value);
    v1::FetchBucketResponse response;
    ASSERT_THAT(stub->FetchBucket(&context, request, &response), IsGrpcOk());
    EXPECT_EQ(context.GetServerInitialMetadata().count("grpc-encoding"), 0U) << "the answer is compressed";
    requests.insert(request.ByteSizeLong());
    responses.insert(response.ByteSizeLong());
  }
  EXPECT_EQ(requests.size(), 1U);
  EXPECT_EQ(responses.size(), 1U);
}

TEST_F(ServerTest, CompressedRequestsAreRefused) {
  ASSERT_THAT(Start(), IsOk());
  Context context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::BeginUploadRequest request;
  request.set_details(std::string(60000, 'x'));
  v1::BeginUploadResponse response;
  EXPECT_EQ(v1::CustodianService::NewStub(channel_)->BeginUpload(&context, request, &response).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServerTest, MessagesBeyondTheLimitAreRefused) {
  ASSERT_THAT(Start(), IsOk());
  Context context;
  v1::BeginUploadRequest request;
  request.set_details(std::string((4 << 20) + 1, 'x'));
  v1::BeginUploadResponse response;
  EXPECT_EQ(v1::CustodianService::NewStub(channel_)->BeginUpload(&context, request, &response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ServerTest, HealthOfEachService) {
  ASSERT_THAT(Start(), IsOk());
  for (const char* service : {"", "exposure.v1.CatalogueService", "exposure.v1.EvaluationService",
                              "exposure.v1.RecordService", "exposure.v1.CustodianService"}) {
    EXPECT_EQ(Health(service), HealthCheckResponse::SERVING) << service;
  }
  EXPECT_EQ(Health("other"), HealthCheckResponse::SERVICE_UNKNOWN);
}

TEST_F(ServerTest, EvaluatorAlone) {
  files_.Write({{"data_directory: \"data\"\n", ""}, {"catalogue_key_file: \"catalogue\"\n", ""}});
  ASSERT_THAT(Start({.evaluator = true}), IsOk());
  EXPECT_THAT(Evaluate(), IsGrpcOk());
  v1::GetCatalogueResponse response;
  EXPECT_EQ(Catalogue(&response).error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(PublishNotice().error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(Health("exposure.v1.RecordService"), HealthCheckResponse::SERVICE_UNKNOWN);
}

TEST_F(ServerTest, RecordsAndCatalogueWithoutAnEvaluationKey) {
  ASSERT_EQ(unlink(files_.Path("met-1").c_str()), 0);
  ASSERT_THAT(Start({.records = true, .catalogue = true}), IsOk());
  Prepare();
  v1::FetchBucketResponse response;
  EXPECT_THAT(Fetch(FetchRequest(3, 1), &response), IsGrpcOk());
  EXPECT_EQ(Evaluate().error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServerTest, CatalogueAloneServesNoticesWithoutRecords) {
  ASSERT_THAT(Start(), IsOk());
  Prepare();
  const std::string content = CheckedCatalogue().content;
  server_.reset();
  std::filesystem::remove_all(files_.Path("data/records"));
  ASSERT_THAT(Start({.catalogue = true}), IsOk());
  EXPECT_EQ(CheckedCatalogue().content, content);
  EXPECT_FALSE(std::filesystem::exists(files_.Path("data/records")));
  EXPECT_EQ(PublishNotice().error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServerTest, MissingRecordsLeaveTheNoticesServed) {
  ASSERT_THAT(Start(), IsOk());
  const SealedFile sealed = Prepare();
  const v1::FetchBucketRequest request = FetchRequest(3, 1);
  server_.reset();
  std::filesystem::remove_all(files_.Path("data/records"));
  ASSERT_THAT(Start(), IsOk());
  CheckedCatalogue();
  v1::FetchBucketResponse response;
  EXPECT_THAT(Fetch(request, &response), IsError(Reason::kCorruptRecords));
  EXPECT_THAT(Upload(sealed, 10000), IsError(Reason::kCorruptRecords));
  EXPECT_EQ(Health("exposure.v1.RecordService"), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(Health("exposure.v1.CatalogueService"), HealthCheckResponse::SERVING);
  EXPECT_THAT(Evaluate(), IsGrpcOk());
}

TEST_F(ServerTest, TwoServersOnOnePort) {
  ASSERT_THAT(Start(), IsOk());
  ServiceFiles other;
  other.Write({{"127.0.0.1:0", server_->address()}});
  ASSERT_OK_AND_ASSIGN(const LoadedConfig config, LoadConfig(other.config_path(), Roles::All()));
  EXPECT_THAT(Server::Start(config, Roles::All()), HasReason(Reason::kAddressInUse));
  EXPECT_FALSE(std::filesystem::exists(other.Path("address")));
  CheckedCatalogue();  // the first still serves
}

TEST_F(ServerTest, TwoServersOnOneDataDirectory) {
  ASSERT_THAT(Start(), IsOk());
  ASSERT_OK_AND_ASSIGN(const LoadedConfig config, LoadConfig(files_.config_path(), Roles::All()));
  EXPECT_THAT(Server::Start(config, Roles::All()), HasReason(Reason::kDataDirectoryInUse));
  EXPECT_EQ(*ReadFile(files_.Path("address")), server_->address()) << "the first one's address was taken away";
}

TEST_F(ServerTest, UnixSocket) {
  const std::string socket = files_.Path("s");
  files_.Write({{"127.0.0.1:0", "unix:" + socket}});
  ASSERT_THAT(Start(), IsOk());
  EXPECT_EQ(server_->address(), "unix:" + socket);
  CheckedCatalogue();
  struct stat st;
  ASSERT_EQ(stat(socket.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0600U);

  ServiceFiles other;
  other.Write({{"127.0.0.1:0", "unix:" + socket}});
  ASSERT_OK_AND_ASSIGN(const LoadedConfig config, LoadConfig(other.config_path(), Roles::All()));
  EXPECT_THAT(Server::Start(config, Roles::All()), HasReason(Reason::kAddressInUse));
  CheckedCatalogue();
}

TEST_F(ServerTest, AddressFileLivesAsLongAsTheServer) {
  ASSERT_THAT(Start(), IsOk());
  EXPECT_EQ(*ReadFile(files_.Path("address")), server_->address());
  server_->Shutdown();
  server_->Shutdown();  // harmless
  EXPECT_FALSE(std::filesystem::exists(files_.Path("address")));
}

TEST_F(ServerTest, DataDirectoryIsPrivate) {
  ASSERT_THAT(Start(), IsOk());
  struct stat st;
  ASSERT_EQ(stat(files_.Path("data").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0700U);
}

TEST_F(ServerTest, ReflectionOnlyWhenAskedFor) {
  const auto answers = [this] {
    const std::string method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
    grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
    Context context;
    v1::GetCatalogueRequest request;
    v1::GetCatalogueResponse response;
    const grpc::Status status = grpc::internal::BlockingUnaryCall(channel_.get(), rpc, &context, request, &response);
    return status.error_code() != grpc::StatusCode::UNIMPLEMENTED || status.ok();
  };
  ASSERT_THAT(Start(), IsOk());
  EXPECT_FALSE(answers());
  files_.Write({{"service_name", "reflection: true\nservice_name"}});
  ASSERT_THAT(Start(), IsOk());
  EXPECT_TRUE(answers());
}

}  // namespace
}  // namespace exposure::server
