// The whole service in this process: real storage, real channel.
#include "server/server.h"

#include <grpcpp/generic/generic_stub.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "crypto/catalogue.h"
#include "crypto/merkle.h"
#include "tests/support/channel.h"
#include "tests/support/rich_error.h"
#include "tests/support/service_client.h"
#include "tests/support/service_files.h"
#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using testing::Context;
using testing::HasReason;
using testing::IsError;
using testing::IsGrpcOk;
using testing::IsOk;
using testing::SealedFile;
using testing::ServiceClient;
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
    client_ = std::make_unique<ServiceClient>(server_->address(), files_);
    return absl::OkStatus();
  }

  const ServiceClient& client() const { return *client_; }

  ServiceFiles files_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<ServiceClient> client_;
};

TEST_F(ServerTest, FreshServiceHasASignedCatalogue) {
  ASSERT_THAT(Start(), IsOk());
  const crypto::SignedCatalogue catalogue = client().CheckedCatalogue();
  v1::CatalogueContent content;
  ASSERT_TRUE(content.ParseFromString(catalogue.content));
  EXPECT_EQ(content.service_name(), "Test service");
  EXPECT_EQ(content.epochs(0).epoch_id(), ToString(files_.epoch_id()));
  EXPECT_THAT(client().Evaluate(), IsGrpcOk());
}

TEST_F(ServerTest, PublishFetchDownloadRetract) {
  ASSERT_THAT(Start(), IsOk());
  const SealedFile sealed = client().PublishSample(400);
  const crypto::Manifest& manifest = sealed.manifest;
  v1::FetchBucketResponse response;
  ASSERT_THAT(client().Fetch(client().FetchRequest({3, 5}), &response), IsGrpcOk());
  ASSERT_EQ(response.rows_size(), 1);
  EXPECT_THAT(crypto::VerifyRow(manifest.dataset_id, manifest.root, manifest.bucket_bits, manifest.rows_per_bucket,
                                {3, 5}, AsBytes(response.rows(0).row())),
              IsOk());

  v1::DownloadDatasetRequest download;
  download.set_dataset_id(sealed.id());
  Context download_context;
  const auto records = v1::RecordService::NewStub(client().channel());
  const auto reader = records->DownloadDataset(&download_context, download);
  std::string file;
  for (v1::DownloadDatasetResponse piece; reader->Read(&piece);) file += piece.data();
  EXPECT_THAT(reader->Finish(), IsGrpcOk());
  EXPECT_EQ(file, sealed.file);

  const v1::FetchBucketRequest before = client().FetchRequest({3, 5});
  ASSERT_THAT(client().Retract(sealed), IsGrpcOk());
  EXPECT_THAT(client().Fetch(before, &response), IsError(Reason::kStaleCatalogue));
  ASSERT_THAT(client().Fetch(client().FetchRequest({3, 5}), &response), IsGrpcOk());
  EXPECT_EQ(response.rows_size(), 0);
}

TEST_F(ServerTest, WhatWasPublishedIsServedAfterARestart) {
  ASSERT_THAT(Start(), IsOk());
  client().PublishSample(400);
  const std::string content = client().CheckedCatalogue().content;
  const std::string header = client().CheckedCatalogue().header;
  ASSERT_THAT(Start(), IsOk());
  EXPECT_EQ(client().CheckedCatalogue().content, content);
  EXPECT_EQ(client().CheckedCatalogue().header, header);
  v1::FetchBucketResponse response;
  EXPECT_THAT(client().Fetch(client().FetchRequest({3, 5}), &response), IsGrpcOk());
}

TEST_F(ServerTest, ChangedConfigurationIsANewVersion) {
  ASSERT_THAT(Start(), IsOk());
  ASSERT_THAT(client().PublishNotice(), IsGrpcOk());
  const uint64_t before = crypto::DecodeHeader(AsBytes(client().CheckedCatalogue().header))->version;
  files_.Write({{"Test service", "Another name"}});
  ASSERT_THAT(Start(), IsOk());
  const crypto::SignedCatalogue after = client().CheckedCatalogue();
  EXPECT_EQ(crypto::DecodeHeader(AsBytes(after.header))->version, before + 1);
  v1::CatalogueContent content;
  ASSERT_TRUE(content.ParseFromString(after.content));
  EXPECT_EQ(content.service_name(), "Another name");
  EXPECT_EQ(content.incidents_size(), 1);
}

TEST_F(ServerTest, HeadersOfAllVersions) {
  ASSERT_THAT(Start(), IsOk());
  client().PublishSample(400);
  Context context;
  v1::GetCatalogueHeadersRequest request;
  v1::GetCatalogueHeadersResponse response;
  const auto stub = v1::CatalogueService::NewStub(client().channel());
  ASSERT_THAT(stub->GetCatalogueHeaders(&context, request, &response), IsGrpcOk());
  ASSERT_EQ(response.headers_size(), 3);
  EXPECT_EQ(response.headers(2), client().CheckedCatalogue().header);
  Context other;
  request.set_after_version(4);
  EXPECT_THAT(stub->GetCatalogueHeaders(&other, request, &response), IsError(Reason::kUnknownVersion));
}

// Request and response are of one length for every bucket, also to a client that offers compression, as this one does.
TEST_F(ServerTest, SizesSayNothing) {
  ASSERT_THAT(Start(), IsOk());
  client().PublishSample(400);
  const auto stub = v1::RecordService::NewStub(client().channel());
  std::set<size_t> requests;
  std::set<size_t> responses;
  for (uint32_t value = 0; value < 8; ++value) {
    Context context;
    const v1::FetchBucketRequest request = client().FetchRequest({3, value});
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
  EXPECT_EQ(v1::CustodianService::NewStub(client().channel())->BeginUpload(&context, request, &response).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServerTest, MessagesBeyondTheLimitAreRefused) {
  ASSERT_THAT(Start(), IsOk());
  Context context;
  v1::BeginUploadRequest request;
  request.set_details(std::string((4 << 20) + 1, 'x'));
  v1::BeginUploadResponse response;
  EXPECT_EQ(v1::CustodianService::NewStub(client().channel())->BeginUpload(&context, request, &response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ServerTest, HealthOfEachService) {
  ASSERT_THAT(Start(), IsOk());
  for (const char* service : {"", "exposure.v1.CatalogueService", "exposure.v1.EvaluationService",
                              "exposure.v1.RecordService", "exposure.v1.CustodianService"}) {
    EXPECT_EQ(client().Health(service), ServiceClient::Serving::SERVING) << service;
  }
  EXPECT_EQ(client().Health("other"), ServiceClient::Serving::SERVICE_UNKNOWN);
}

TEST_F(ServerTest, EvaluatorAlone) {
  files_.Write({{"catalogue_key_file: \"catalogue\"\n", ""}});
  ASSERT_THAT(Start({.evaluator = true}), IsOk());
  EXPECT_THAT(client().Evaluate(), IsGrpcOk());
  v1::GetCatalogueResponse response;
  EXPECT_EQ(client().Catalogue(&response).error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(client().PublishNotice().error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(client().Health("exposure.v1.RecordService"), ServiceClient::Serving::SERVICE_UNKNOWN);
}

TEST_F(ServerTest, RecordsAndCatalogueWithoutAnEvaluationKey) {
  ASSERT_EQ(unlink(files_.Path("met-1").c_str()), 0);
  ASSERT_THAT(Start({.records = true, .catalogue = true}), IsOk());
  client().PublishSample(400);
  v1::FetchBucketResponse response;
  EXPECT_THAT(client().Fetch(client().FetchRequest({3, 1}), &response), IsGrpcOk());
  EXPECT_EQ(client().Evaluate().error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServerTest, CatalogueAloneServesNoticesWithoutRecords) {
  ASSERT_THAT(Start(), IsOk());
  client().PublishSample(400);
  const std::string content = client().CheckedCatalogue().content;
  server_.reset();
  std::filesystem::remove_all(files_.Path("data/records"));
  ASSERT_THAT(Start({.catalogue = true}), IsOk());
  EXPECT_EQ(client().CheckedCatalogue().content, content);
  EXPECT_FALSE(std::filesystem::exists(files_.Path("data/records")));
  EXPECT_EQ(client().PublishNotice().error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServerTest, MissingRecordsLeaveTheNoticesServed) {
  ASSERT_THAT(Start(), IsOk());
  const SealedFile sealed = client().PublishSample(400);
  const v1::FetchBucketRequest request = client().FetchRequest({3, 1});
  server_.reset();
  std::filesystem::remove_all(files_.Path("data/records"));
  ASSERT_THAT(Start(), IsOk());
  client().CheckedCatalogue();
  v1::FetchBucketResponse response;
  EXPECT_THAT(client().Fetch(request, &response), IsError(Reason::kCorruptRecords));
  EXPECT_THAT(client().Upload(sealed), IsError(Reason::kCorruptRecords));
  EXPECT_EQ(client().Health("exposure.v1.RecordService"), ServiceClient::Serving::NOT_SERVING);
  EXPECT_EQ(client().Health("exposure.v1.CatalogueService"), ServiceClient::Serving::SERVING);
  EXPECT_THAT(client().Evaluate(), IsGrpcOk());
}

TEST_F(ServerTest, TwoServersOnOnePort) {
  ASSERT_THAT(Start(), IsOk());
  ServiceFiles other;
  other.Write({{"127.0.0.1:0", server_->address()}});
  ASSERT_OK_AND_ASSIGN(const LoadedConfig config, LoadConfig(other.config_path(), Roles::All()));
  EXPECT_THAT(Server::Start(config, Roles::All()), HasReason(Reason::kAddressInUse));
  EXPECT_FALSE(std::filesystem::exists(other.Path("address")));
  client().CheckedCatalogue();  // the first still serves
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
  client().CheckedCatalogue();
  struct stat st;
  ASSERT_EQ(stat(socket.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0600U);

  ServiceFiles other;
  other.Write({{"127.0.0.1:0", "unix:" + socket}});
  ASSERT_OK_AND_ASSIGN(const LoadedConfig config, LoadConfig(other.config_path(), Roles::All()));
  EXPECT_THAT(Server::Start(config, Roles::All()), HasReason(Reason::kAddressInUse));
  client().CheckedCatalogue();
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
    grpc::GenericStub stub(client().channel());
    Context context;
    const grpc::Slice nothing;
    const grpc::ByteBuffer request(&nothing, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", {}, &request, &response,
                   [&done](grpc::Status answer) { done.set_value(std::move(answer)); });
    const grpc::Status status = done.get_future().get();
    return status.error_code() != grpc::StatusCode::UNIMPLEMENTED;
  };
  ASSERT_THAT(Start(), IsOk());
  EXPECT_FALSE(answers());
  files_.Write({{"service_name", "reflection: true\nservice_name"}});
  ASSERT_THAT(Start(), IsOk());
  EXPECT_TRUE(answers());
}

}  // namespace
}  // namespace exposure::server
