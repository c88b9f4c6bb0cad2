#include "storage/served_catalogues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "crypto/bodies.h"
#include "tests/support/status_matchers.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string HeaderOf(uint64_t version, uint8_t content) {
  crypto::CatalogueHeader header{.version = version};
  if (version > 1) header.previous.fill(1);
  header.content_hash.fill(content);
  return ToString(Encode(header));
}

Served Make(uint64_t version, uint8_t content) {
  return MakeServed({.header = HeaderOf(version, content), .signature = "", .content = ""}).value();
}

// Has headers, and signs nothing.
class HeadersOnly : public CatalogueSigner {
 public:
  absl::StatusOr<crypto::SignedCatalogue> Sign(const std::string&) override { return absl::InternalError(""); }
  absl::StatusOr<std::optional<crypto::SignedCatalogue>> Newest() override { return absl::InternalError(""); }
  absl::StatusOr<crypto::Signature> SignReceipt(BytesView) override { return absl::InternalError(""); }
  absl::StatusOr<std::vector<std::string>> HeadersAfter(uint64_t after, size_t) override {
    if (after > headers.size()) return Error(Reason::kUnknownVersion, "");
    return std::vector<std::string>(headers.begin() + static_cast<ptrdiff_t>(after), headers.end());
  }

  std::vector<std::string> headers;
};

class ServedCataloguesTest : public ::testing::Test {
 protected:
  absl::StatusOr<Served> ByContent(uint8_t content) const {
    crypto::Hash hash;
    hash.fill(content);
    return served_.ByContentHash(hash);
  }

  uint64_t now_ = 1000;
  ServedCatalogues served_{[this] { return now_; }};
  HeadersOnly signer_;
};

TEST_F(ServedCataloguesTest, ThePreviousContentIsServedForTenMinutes) {
  served_.Serve(Make(1, 'a'), Previous::kEnd);
  served_.Serve(Make(2, 'b'), Previous::kKeep);
  EXPECT_EQ(served_.Current()->header.version, 2U);
  now_ += kPreviousServed - 1;
  ASSERT_OK_AND_ASSIGN(const Served previous, ByContent('a'));
  EXPECT_EQ(previous->header.version, 1U);
  EXPECT_THAT(ByContent('b'), IsOk());
  ++now_;
  EXPECT_THAT(ByContent('a'), HasReason(Reason::kStaleCatalogue));
  EXPECT_THAT(ByContent('b'), IsOk());
}

TEST_F(ServedCataloguesTest, AReissueKeepsThePreviousAndARetractionEndsIt) {
  served_.Serve(Make(1, 'a'), Previous::kEnd);
  served_.Serve(Make(2, 'b'), Previous::kKeep);
  served_.Serve(Make(3, 'b'), Previous::kKeep);
  EXPECT_THAT(ByContent('a'), IsOk());
  served_.Serve(Make(4, 'c'), Previous::kEnd);
  EXPECT_THAT(ByContent('a'), HasReason(Reason::kStaleCatalogue));
  EXPECT_THAT(ByContent('b'), HasReason(Reason::kStaleCatalogue));
}

TEST_F(ServedCataloguesTest, HeadersAreGivenUpToTheOneThatIsServed) {
  signer_.headers = {HeaderOf(1, 'a'), HeaderOf(2, 'b'), HeaderOf(3, 'c')};
  ASSERT_THAT(served_.LearnHeaders(signer_), IsOk());
  served_.Serve(Make(2, 'b'), Previous::kEnd);
  EXPECT_EQ(served_.NewestVersion(), 3U);
  EXPECT_THAT(served_.HeadersAfter(0, 9).value(), ElementsAre(HeaderOf(1, 'a'), HeaderOf(2, 'b')));
  EXPECT_THAT(served_.HeadersAfter(0, 1).value(), ElementsAre(HeaderOf(1, 'a')));
  EXPECT_THAT(served_.HeadersAfter(2, 9).value(), IsEmpty());
  EXPECT_THAT(served_.HeadersAfter(3, 9), HasReason(Reason::kUnknownVersion));
}

TEST_F(ServedCataloguesTest, ASignerThatLacksOrChangedAHeaderIsBehind) {
  signer_.headers = {HeaderOf(1, 'a'), HeaderOf(2, 'b')};
  ASSERT_THAT(served_.LearnHeaders(signer_), IsOk());
  ASSERT_THAT(served_.LearnHeaders(signer_), IsOk()) << "nothing new";
  signer_.headers[1] = HeaderOf(2, 'x');
  EXPECT_THAT(served_.LearnHeaders(signer_), HasReason(Reason::kSignerBehind));
  signer_.headers.pop_back();
  EXPECT_THAT(served_.LearnHeaders(signer_), HasReason(Reason::kSignerBehind));
  signer_.headers.clear();
  EXPECT_THAT(served_.LearnHeaders(signer_), HasReason(Reason::kSignerBehind));
}

}  // namespace
}  // namespace exposure::storage
