#include "crypto/sealed_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

constexpr PassphraseCost kCheap = {.operations = 1, .memory = uint64_t{8} << 20};

absl::StatusOr<Secret> NobodyAsks() { return absl::InternalError("asked for a passphrase"); }

class SealedKeyTest : public ::testing::Test {
 protected:
  const Secret key_ = Secret::Random(32);
  const Secret passphrase_{std::string_view("correct horse battery")};
  const std::string text_ = EncodeSealedKey(SealKey(KeyKind::kRoot, key_.Reveal(), passphrase_, kCheap).value());
};

TEST_F(SealedKeyTest, OpensWithItsPassphraseOnly) {
  ASSERT_OK_AND_ASSIGN(const SealedKey sealed, DecodeSealedKey(AsBytes(text_)));
  ASSERT_OK_AND_ASSIGN(const Secret opened, OpenKey(sealed, passphrase_));
  EXPECT_TRUE(opened == key_);
  EXPECT_THAT(OpenKey(sealed, Secret(std::string_view("correct horse batterx"))), HasReason(Reason::kPassphrase));
}

TEST_F(SealedKeyTest, FitsIntoAKeyFileAndTellsItsKind) {
  EXPECT_LE(text_.size(), kMaxKeyText);
  EXPECT_TRUE(text_.starts_with("exposure-key/2 root argon2id 1 8388608 ")) << text_;
  EXPECT_EQ(text_.find(ToHex(key_.Reveal())), std::string::npos);
}

TEST_F(SealedKeyTest, TheSameKeyIsNeverSealedTwiceAlike) {
  ASSERT_OK_AND_ASSIGN(const SealedKey again, SealKey(KeyKind::kRoot, key_.Reveal(), passphrase_, kCheap));
  EXPECT_NE(EncodeSealedKey(again), text_);
}

TEST_F(SealedKeyTest, AnotherKindOrCostDoesNotOpen) {
  ASSERT_OK_AND_ASSIGN(SealedKey sealed, DecodeSealedKey(AsBytes(text_)));
  SealedKey other = sealed;
  other.kind = KeyKind::kCatalogue;
  EXPECT_THAT(OpenKey(other, passphrase_), HasReason(Reason::kPassphrase));
  other = sealed;
  other.cost.operations = 2;
  EXPECT_THAT(OpenKey(other, passphrase_), HasReason(Reason::kPassphrase));
  other = sealed;
  other.nonce[0] ^= 1;
  EXPECT_THAT(OpenKey(other, passphrase_), HasReason(Reason::kPassphrase));
}

TEST_F(SealedKeyTest, CostsOutOfBoundsAreRefusedBeforeTheyAreTried) {
  for (const char* cost : {"0 8388608", "17 8388608", "1 8388607", "1 1073741825", "1 99999999999999"}) {
    std::string text = text_;
    text.replace(text.find("1 8388608"), 9, cost);
    EXPECT_THAT(DecodeSealedKey(AsBytes(text)), HasReason(Reason::kKeyFile)) << cost;
  }
}

TEST_F(SealedKeyTest, AnythingElseIsRefused) {
  std::string upper = text_;
  upper[upper.size() - 2] = 'A';
  for (const std::string& bad : {std::string(), text_.substr(1), text_ + "\n", text_.substr(0, text_.size() - 3),
                                 "exposure-key/2  " + text_.substr(15), text_ + " x", upper}) {
    EXPECT_THAT(DecodeSealedKey(AsBytes(bad)), HasReason(Reason::kKeyFile)) << bad;
  }
  EXPECT_THAT(DecodeSealedKey(AsBytes(text_.substr(0, text_.size() - 1))), IsOk()) << "the newline may be missing";
}

TEST_F(SealedKeyTest, AsksForAPassphraseOnlyWhereThereIsOne) {
  const Secret plain = EncodeKeyText(KeyKind::kRoot, key_.Reveal());
  ASSERT_OK_AND_ASSIGN(const Secret from_plain, OpenKeyText(KeyKind::kRoot, plain.Reveal(), NobodyAsks));
  EXPECT_TRUE(from_plain == key_);
  EXPECT_THAT(OpenKeyText(KeyKind::kCatalogue, AsBytes(text_), NobodyAsks), HasReason(Reason::kKeyFile));
  ASSERT_OK_AND_ASSIGN(const Secret opened, OpenKeyText(KeyKind::kRoot, AsBytes(text_), []() -> absl::StatusOr<Secret> {
                         return Secret(std::string_view("correct horse battery"));
                       }));
  EXPECT_TRUE(opened == key_);
}

TEST(SealedKeyVectorTest, OpensWhatAnIndependentImplementationSealed) {
  for (const Json& c : Cases("sealed_keys")) {
    SCOPED_TRACE(c["name"]);
    const auto opened = OpenKeyText(KeyKindFromWord(c["kind"].get<std::string>()).value(), AsBytes(Bytes(c["text"])),
                                    [&]() -> absl::StatusOr<Secret> { return Secret(Bytes(c["passphrase"])); });
    EXPECT_EQ(ReasonIn(opened.status()), c["reason"]);
    if (opened.ok()) {
      EXPECT_EQ(ToHex(opened->Reveal()), c["key"]);
    }
  }
}

TEST(FirstLineTest, IsThePassphrase) {
  for (const char* file : {"pass phrase", "pass phrase\n", "pass phrase\r\n", "pass phrase\nsecond"}) {
    ASSERT_OK_AND_ASSIGN(const Secret line, FirstLine(AsBytes(std::string_view(file))));
    EXPECT_EQ(AsChars(line.Reveal()), "pass phrase");
  }
  EXPECT_THAT(FirstLine(AsBytes(std::string_view("\nlater"))), HasReason(Reason::kPassphrase));
  EXPECT_THAT(FirstLine({}), HasReason(Reason::kPassphrase));
}

}  // namespace
}  // namespace exposure::crypto
