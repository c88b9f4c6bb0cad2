// Headers that are too large, too many or nonsense: the call is refused with a clear status, and the neighbour's go on.
#include <string>
#include <utility>
#include <vector>

#include "tests/server/tls_world.h"

namespace exposure::server {
namespace {

using testing::Context;
using testing::IsGrpcOk;
using testing::Neighbour;
using testing::TlsWorld;

using Headers = std::vector<std::pair<std::string, std::string>>;

class MetadataTest : public ::testing::Test {
 protected:
  MetadataTest() : world_(TlsWorld::Changes{{"population: 1500", "population: 150000"}}) { world_.Start(); }

  grpc::Status Call(const Headers& headers) const {
    Context context;
    for (const auto& [name, value] : headers) context.AddMetadata(name, value);
    v1::GetCatalogueResponse response;
    return v1::CatalogueService::NewStub(world_.Client(world_.portal())->channel())
        ->GetCatalogue(&context, {}, &response);
  }

  TlsWorld world_;
};

TEST_F(MetadataTest, TooMuchIsRefusedAndNobodyElseIs) {
  const Neighbour neighbour(world_);
  Headers many;
  for (int i = 0; i < 500; ++i) many.emplace_back("x-header-" + std::to_string(i), std::string(32, 'x'));
  const std::vector<std::pair<const char*, Headers>> attacks = {
      {"a token of 1 MiB", {{"authorization", "Bearer " + std::string(1 << 20, 'x')}}},
      {"hundreds of headers", many},
      {"one that is just too large", {{"x-large-bin", std::string(9 << 10, '\0')}}},
  };
  for (const auto& [what, headers] : attacks) {
    const grpc::Status status = Call(headers);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << what << ": " << status.error_message();
    neighbour.WaitFor(5);
  }
  EXPECT_THAT(Call({}), IsGrpcOk());
}

TEST_F(MetadataTest, WhatIsNotAskedForIsNotLookedAt) {
  EXPECT_THAT(Call({{"authorization", "Bearer x"}, {"authorization", "Basic"}, {"grpc-trace-bin", "\1\2"}}), IsGrpcOk())
      << "the certificate counts";
}

}  // namespace
}  // namespace exposure::server
