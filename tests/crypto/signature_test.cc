#include "crypto/signature.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

TEST(SignatureTest, AgreesWithAnIndependentImplementation) {
  for (const Json& c : Cases("signatures")) {
    SCOPED_TRACE(c["name"]);
    const std::optional<Signature> signature = ToArray<64>(Bytes(c["signature"]));
    const bool accepted = signature && VerifySignature(Array<32>(c["public_key"]), c["label"].get<std::string>(),
                                                       AsBytes(Bytes(c["body"])), *signature)
                                           .ok();
    EXPECT_EQ(accepted, c["accept"].get<bool>());
  }
}

TEST(SignatureTest, KeysAgreeWithAnIndependentImplementation) {
  for (const Json& c : Cases("keys")) {
    SCOPED_TRACE(c["name"]);
    ASSERT_OK_AND_ASSIGN(const SigningKey key, SigningKey::Decode(AsBytes(Bytes(c["seed"]))));
    EXPECT_EQ(ToHex(key.public_key()), c["public_key"]);
    EXPECT_EQ(ToHex(DeriveKeyId(key.public_key())), c["key_id"]);
    EXPECT_EQ(ToHex(key.Reveal()), c["seed"]);
  }
}

TEST(SignatureTest, WhatIsSignedVerifiesUnderItsLabelOnly) {
  const SigningKey key = SigningKey::Generate();
  const Signature signature = key.Sign(kManifestLabel, AsBytes("body"));
  EXPECT_THAT(VerifySignature(key.public_key(), kManifestLabel, AsBytes("body"), signature), IsOk());
  EXPECT_THAT(VerifySignature(key.public_key(), kCatalogueLabel, AsBytes("body"), signature),
              HasReason(Reason::kBadSignature));
  EXPECT_NE(SigningKey::Generate().public_key(), key.public_key());
}

TEST(SignatureTest, AKeyOfAnotherLengthIsRefused) {
  EXPECT_THAT(SigningKey::Decode(AsBytes("short")), HasReason(Reason::kKeyFile));
}

}  // namespace
}  // namespace exposure::crypto
