#include "server/catalogue_service.h"

#include <memory>

#include "tests/support/fakes.h"
#include "tests/support/hosted_service.h"
#include "tests/support/rich_error.h"

namespace exposure::server {
namespace {

using testing::Context;
using testing::IsError;
using testing::IsGrpcOk;

class CatalogueServiceTest : public ::testing::Test {
 protected:
  grpc::Status Get(v1::GetCatalogueResponse* response) {
    Context context;
    return stub_->GetCatalogue(&context, {}, response);
  }
  grpc::Status Headers(uint64_t after, v1::GetCatalogueHeadersResponse* response) {
    Context context;
    v1::GetCatalogueHeadersRequest request;
    request.set_after_version(after);
    return stub_->GetCatalogueHeaders(&context, request, response);
  }

  testing::FakePublisher publisher_;
  WorkPool readers_{1, 10};
  CallGate gate_;
  Door door_{gate_};
  CatalogueServiceImpl service_{publisher_, readers_, door_};
  testing::Hosted hosted_{service_};
  const std::unique_ptr<v1::CatalogueService::Stub> stub_ = v1::CatalogueService::NewStub(hosted_.channel());
};

TEST_F(CatalogueServiceTest, NothingSignedYet) {
  v1::GetCatalogueResponse response;
  EXPECT_THAT(Get(&response), IsError(Reason::kCatalogueNotReady));
}

TEST_F(CatalogueServiceTest, GivesWhatWasSignedByteForByte) {
  v1::CatalogueContent content;
  content.set_service_name("one");
  publisher_.Serve(content);
  for (int i = 0; i < 2; ++i) {
    v1::GetCatalogueResponse response;
    ASSERT_THAT(Get(&response), IsGrpcOk());
    const crypto::SignedCatalogue& served = publisher_.Current()->signed_catalogue;
    EXPECT_EQ(response.header(), served.header);
    EXPECT_EQ(response.signature(), served.signature);
    EXPECT_EQ(response.content(), served.content);
    EXPECT_EQ(response.delegation(), served.delegation);
    EXPECT_EQ(response.delegation_signature(), served.delegation_signature);
  }
}

TEST_F(CatalogueServiceTest, TellsOfRootsBesideTheCatalogue) {
  CatalogueServiceImpl service(publisher_, readers_, door_, {.root_key = "the root", .changes = {{"a", "b", "c"}}});
  const testing::Hosted hosted(service);
  publisher_.Serve({});
  grpc::ClientContext context;
  v1::GetCatalogueResponse response;
  ASSERT_THAT(v1::CatalogueService::NewStub(hosted.channel())->GetCatalogue(&context, {}, &response), IsGrpcOk());
  EXPECT_EQ(response.root_key(), "the root");
  ASSERT_EQ(response.root_changes_size(), 1);
  EXPECT_EQ(response.root_changes(0).root_change(), "a");
  EXPECT_EQ(response.root_changes(0).old_signature(), "b");
  EXPECT_EQ(response.root_changes(0).new_signature(), "c");
}

TEST_F(CatalogueServiceTest, GivesTheNewOneAfterASwitch) {
  v1::CatalogueContent content;
  v1::GetCatalogueResponse response;
  for (const char* name : {"one", "two"}) {
    content.set_service_name(name);
    publisher_.Serve(content);
    ASSERT_THAT(Get(&response), IsGrpcOk());
    EXPECT_EQ(response.content(), content.SerializeAsString());
  }
}

TEST_F(CatalogueServiceTest, NobodyIsLetInWhenItStops) {
  publisher_.Serve({});
  gate_.Close({});
  v1::GetCatalogueResponse response;
  EXPECT_THAT(Get(&response), IsError(Reason::kShuttingDown));
  v1::GetCatalogueHeadersResponse headers;
  EXPECT_THAT(Headers(0, &headers), IsError(Reason::kShuttingDown));
  EXPECT_TRUE(publisher_.calls.empty());
}

TEST_F(CatalogueServiceTest, Headers) {
  v1::GetCatalogueHeadersResponse response;
  ASSERT_THAT(Headers(5, &response), IsGrpcOk());
  EXPECT_EQ(publisher_.calls, std::vector<std::string>{"headers after 5, 4096"});
  ASSERT_EQ(response.headers_size(), 2);
  EXPECT_EQ(response.headers(0), "one");
  EXPECT_EQ(response.headers(1), "two");
}

TEST_F(CatalogueServiceTest, VersionNewerThanTheNewest) {
  publisher_.result = Error(Reason::kUnknownVersion, "Newer than the newest.");
  v1::GetCatalogueHeadersResponse response;
  EXPECT_THAT(Headers(99, &response), IsError(Reason::kUnknownVersion));
}

}  // namespace
}  // namespace exposure::server
