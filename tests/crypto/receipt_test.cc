#include "crypto/receipt.h"

#include <gtest/gtest.h>

#include "crypto/signature.h"
#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

TEST(ReceiptTest, ReceiptsAgreeWithAnIndependentImplementation) {
  for (const Json& c : Cases("receipts")) {
    SCOPED_TRACE(c["name"]);
    const Receipt receipt = {Array<16>(c["dataset_id"]), Array<32>(c["root"]),
                             Number(c["records"]),       Number(c["version"]),
                             Number(c["removed_at"]),    RemovalCause{c["cause"].get<uint8_t>()}};
    EXPECT_EQ(ToHex(Encode(receipt)), c["receipt"]);
    const SigningKey key = *SigningKey::Decode(AsBytes(Bytes(c["signer_seed"])));
    EXPECT_EQ(ToHex(key.Sign(kReceiptLabel, Encode(receipt))), c["signature"]);
    ASSERT_OK_AND_ASSIGN(const Receipt decoded, DecodeReceipt(AsBytes(Bytes(c["receipt"]))));
    EXPECT_EQ(decoded, receipt);
    EXPECT_NE(CauseWord(decoded.cause), "");
  }
}

TEST(ReceiptTest, OtherLayoutsAndCausesAreRefused) {
  for (const Json& c : Cases("bad_receipts")) {
    SCOPED_TRACE(c["name"]);
    EXPECT_EQ(ReasonIn(DecodeReceipt(AsBytes(Bytes(c["receipt"]))).status()), c["reason"]);
  }
}

}  // namespace
}  // namespace exposure::crypto
