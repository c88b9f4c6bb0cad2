#include "crypto/root_path.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

// What the vectors say of one catalogue: only its delegation and root changes matter here.
SignedCatalogue CatalogueOf(const Json& c) {
  SignedCatalogue catalogue;
  catalogue.delegation = Bytes(c["delegation"]);
  catalogue.delegation_signature = Bytes(c["delegation_signature"]);
  catalogue.root_key = Bytes(c["root_key"]);
  for (size_t i = 0; i < c["root_changes"].size(); ++i) {
    catalogue.root_changes.push_back(
        {Bytes(c["root_changes"][i]), Bytes(c["old_signatures"][i]), Bytes(c["new_signatures"][i])});
  }
  return catalogue;
}

TEST(RootPathTest, IsFollowedOrRefusedAsByAnIndependentImplementation) {
  for (const Json& c : Cases("root_paths")) {
    SCOPED_TRACE(c["name"]);
    const RootPin pin =
        c["pinned"] == "" ? RootPin::OfFingerprint(Array<32>(c["fingerprint"])) : RootPin(Array<32>(c["pinned"]));
    const auto path = FindRoot(CatalogueOf(c), pin, Number(c["now"]));
    EXPECT_EQ(ReasonIn(path.status()), c["reason"]);
    if (!path.ok()) continue;
    EXPECT_EQ(ToHex(path->root), c["root"]);
    EXPECT_EQ(DeriveKeyId(path->pinned), pin.fingerprint);
    EXPECT_EQ(path->changes.size(), Number(c["followed"]));
  }
}

TEST(RootPathTest, AChangeIsSignedByBothRoots) {
  const Json& c = Cases("root_changes")[0];
  const SignedRootChange good = {Bytes(c["root_change"]), Bytes(c["old_signature"]), Bytes(c["new_signature"])};
  ASSERT_OK_AND_ASSIGN(const RootChange change, CheckRootChange(good));
  EXPECT_EQ(ToHex(change.new_root), c["new_root"]);
  SignedRootChange bad = good;
  std::swap(bad.old_signature, bad.new_signature);
  EXPECT_THAT(CheckRootChange(bad), HasReason(Reason::kBadRootChange));
  bad = good;
  bad.new_signature.pop_back();
  EXPECT_THAT(CheckRootChange(bad), HasReason(Reason::kBadRootChange));
  bad = good;
  bad.root_change[8] ^= 1;
  EXPECT_THAT(CheckRootChange(bad), HasReason(Reason::kBadRootChange));
}

}  // namespace
}  // namespace exposure::crypto
