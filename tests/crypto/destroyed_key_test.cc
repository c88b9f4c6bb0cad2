#include <gtest/gtest.h>

#include "crypto/bodies.h"
#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

TEST(DestroyedKeyTest, IsTheBytesOfAnIndependentImplementation) {
  for (const Json& c : Cases("destroyed_keys")) {
    SCOPED_TRACE(c["name"]);
    const DestroyedKey receipt = {.kind = KeyKindFromWord(c["kind"].get<std::string>()).value(),
                                  .public_key = Array<32>(c["public_key"]),
                                  .destroyed_at = Number(c["destroyed_at"])};
    EXPECT_EQ(ToHex(Encode(receipt)), c["receipt"]);
    ASSERT_OK_AND_ASSIGN(const DestroyedKey decoded, DecodeDestroyedKey(AsBytes(Bytes(c["receipt"]))));
    EXPECT_EQ(decoded, receipt);
    EXPECT_THAT(VerifySignature(Array<32>(c["operator"]), kDestroyedLabel, AsBytes(Bytes(c["receipt"])),
                                Array<64>(c["signature"])),
                IsOk());
  }
}

TEST(DestroyedKeyTest, OtherLayoutsAreRefused) {
  for (const Json& c : Cases("bad_destroyed_keys")) {
    SCOPED_TRACE(c["name"]);
    EXPECT_EQ(ReasonIn(DecodeDestroyedKey(AsBytes(Bytes(c["body"]))).status()), c["reason"]);
  }
}

}  // namespace
}  // namespace exposure::crypto
