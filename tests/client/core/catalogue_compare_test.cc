#include "client/core/catalogue_compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/client/core/world.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::World;

class CatalogueCompareTest : public ::testing::Test {
 protected:
  CatalogueCompareTest() {
    for (int i = 0; i < 7; ++i) world_.service.Issue();
  }
  // `back` versions ago, from a server or, without a transport, from a file.
  Shown Ago(size_t back, Transport* transport) const {
    const std::vector<crypto::SignedCatalogue>& issued = world_.service.issued;
    return Make(issued.at(issued.size() - 1 - back), transport);
  }
  Shown Make(const crypto::SignedCatalogue& bytes, Transport* transport) const {
    return {transport == nullptr ? "file" : "server",
            VerifyCatalogue(bytes, world_.service.root.public_key(), world_.service.now).value(), transport};
  }
  // Another one of the version that is `back` versions ago.
  Shown ForkAgo(size_t back, Transport* transport) const {
    crypto::CatalogueHeader header = Ago(back, nullptr).catalogue.header;
    header.expires -= 1;
    return Make(world_.service.Sign(header, world_.service.issued.back().content), transport);
  }
  static std::string HashOf(const Shown& shown) {
    return ToHex(crypto::HeaderHash(AsBytes(shown.catalogue.bytes.header)));
  }

  World world_;
  Transport* const server_ = &world_.service;
};

TEST_F(CatalogueCompareTest, TheSameIsTheSame) {
  EXPECT_THAT(CompareCatalogues(Ago(0, server_), Ago(0, server_)), IsOk());
  EXPECT_THAT(CompareCatalogues(Ago(2, nullptr), Ago(2, nullptr)), IsOk());
}

TEST_F(CatalogueCompareTest, AnOlderOneMustBeInTheChainOfTheNewer) {
  EXPECT_THAT(CompareCatalogues(Ago(5, server_), Ago(0, server_)), IsOk());
  EXPECT_THAT(CompareCatalogues(Ago(0, server_), Ago(5, nullptr)), IsOk());
  EXPECT_THAT(CompareCatalogues(ForkAgo(5, server_), Ago(0, server_)), HasReason(Reason::kCatalogueSplit));
  EXPECT_THAT(CompareCatalogues(Ago(0, server_), ForkAgo(5, nullptr)), HasReason(Reason::kCatalogueSplit));
}

TEST_F(CatalogueCompareTest, TwoOfOneVersionAreASplitWithBothHashes) {
  const Shown one = Ago(0, server_);
  const Shown other = ForkAgo(0, server_);
  const absl::Status status = CompareCatalogues(one, other);
  EXPECT_THAT(status, HasReason(Reason::kCatalogueSplit));
  EXPECT_THAT(std::string(status.message()), HasSubstr(HashOf(one)));
  EXPECT_THAT(std::string(status.message()), HasSubstr(HashOf(other)));
}

TEST_F(CatalogueCompareTest, FilesThatFollowEachOtherNeedNobody) {
  EXPECT_THAT(CompareCatalogues(Ago(1, nullptr), Ago(0, nullptr)), IsOk());
  EXPECT_THAT(CompareCatalogues(ForkAgo(1, nullptr), Ago(0, nullptr)), HasReason(Reason::kCatalogueSplit));
  EXPECT_THAT(CompareCatalogues(Ago(2, nullptr), Ago(0, nullptr)), HasReason(Reason::kBadUsage));
}

TEST_F(CatalogueCompareTest, AServerThatHidesOrBendsItsHeadersIsASplit) {
  testing::Lies lies;
  testing::Liar liar(server_, &lies);
  lies.headers = [](std::vector<std::string>& headers) { headers.clear(); };
  EXPECT_THAT(CompareCatalogues(Ago(5, nullptr), Ago(0, &liar)), HasReason(Reason::kCatalogueSplit));
  lies.headers = [](std::vector<std::string>& headers) { headers.front()[20] ^= 1; };
  EXPECT_THAT(CompareCatalogues(Ago(5, nullptr), Ago(0, &liar)), HasReason(Reason::kCatalogueSplit));
}

}  // namespace
}  // namespace exposure
