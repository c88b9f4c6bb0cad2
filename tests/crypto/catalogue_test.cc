#include "crypto/catalogue.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

// All checks of one catalogue, as a client makes them.
absl::Status CheckAll(const Json& c) {
  const SignedCatalogue catalogue = {Bytes(c["header"]), Bytes(c["signature"]), Bytes(c["content"]),
                                     Bytes(c["delegation"]), Bytes(c["delegation_signature"])};
  ASSIGN_OR_RETURN(const CatalogueHeader header, CheckSignatures(catalogue, Array<32>(c["root"])));
  ASSIGN_OR_RETURN(const Delegation delegation, DecodeDelegation(AsBytes(catalogue.delegation)));
  RETURN_IF_ERROR(CheckTime(header, delegation, Number(c["now"])));
  TrustState known;
  known.version = header.version;
  known.header_hash = HeaderHash(AsBytes(catalogue.header));
  known.delegation_serial = Number(c["highest_serial"]);
  return CheckChain(known, {}, AsBytes(catalogue.header), delegation).status();
}

TEST(CatalogueTest, IsBelievedOrRefusedAsByAnIndependentImplementation) {
  for (const Json& c : Cases("catalogue_checks")) {
    SCOPED_TRACE(c["name"]);
    EXPECT_EQ(ReasonIn(CheckAll(c)), c["reason"]);
  }
}

TEST(CatalogueTest, ChainsLeadFromWhatWasKnown) {
  for (const Json& c : Cases("chains")) {
    SCOPED_TRACE(c["name"]);
    TrustState known;
    if (const std::string header = Bytes(c["known"]); !header.empty()) {
      known.version = DecodeHeader(AsBytes(header))->version;
      known.header_hash = HeaderHash(AsBytes(header));
    }
    std::vector<std::string> headers;
    for (const Json& header : c["headers"]) headers.push_back(Bytes(header));
    const std::string newest = Bytes(c["newest"]);
    Delegation delegation;
    delegation.serial = 3;
    const auto next = CheckChain(known, headers, AsBytes(newest), delegation);
    EXPECT_EQ(ReasonIn(next.status()), c["reason"]);
    if (next.ok()) {
      EXPECT_EQ(next->version, DecodeHeader(AsBytes(newest))->version);
      EXPECT_EQ(next->header_hash, HeaderHash(AsBytes(newest)));
      EXPECT_EQ(next->delegation_serial, 3u);
    }
  }
}

TEST(CatalogueTest, TimesNearTheLimitsDoNotOverflow) {
  CatalogueHeader header;
  header.version = 1;
  header.expires = UINT64_MAX;
  Delegation delegation;
  delegation.not_after = UINT64_MAX;
  EXPECT_THAT(CheckTime(header, delegation, 1'790'000'000), IsOk());
}

TEST(EndWarningsTest, TwelveHoursOfACatalogueAndThirtyDaysOfADelegation) {
  constexpr uint64_t kDay = 24 * 3600;
  constexpr uint64_t kEnd = 1'800'000'000;
  CatalogueHeader header;
  header.expires = kEnd;
  Delegation delegation;
  delegation.not_after = kEnd + 40 * kDay;
  EXPECT_TRUE(EndWarnings(header, delegation, kEnd - 12 * 3600).empty());
  EXPECT_EQ(EndWarnings(header, delegation, kEnd - 12 * 3600 + 1).size(), 1u);
  EXPECT_TRUE(EndWarnings(header, delegation, kEnd).empty()) << "that is over, and told otherwise";
  EXPECT_TRUE(EndWarnings(delegation, kEnd + 10 * kDay).empty());
  EXPECT_EQ(EndWarnings(delegation, kEnd + 10 * kDay + 1).size(), 1u);
  EXPECT_TRUE(EndWarnings(delegation, kEnd + 40 * kDay).empty());
  delegation.not_after = kEnd + kDay;
  EXPECT_EQ(EndWarnings(header, delegation, kEnd - 1).size(), 2u);
}

}  // namespace
}  // namespace exposure::crypto
