#include "crypto/key_text.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

TEST(KeyTextTest, IsOneReadableLine) {
  const std::string key(32, '\xa5');
  const Secret text = EncodeKeyText(KeyKind::kCustodian, AsBytes(key));
  std::string expected = "exposure-key/1 custodian ";
  for (int i = 0; i < 32; ++i) expected += "a5";
  EXPECT_EQ(AsChars(text.Reveal()), expected + "\n");
}

TEST(KeyTextTest, RoundTripsForEveryKind) {
  for (const KeyKind kind :
       {KeyKind::kRoot, KeyKind::kCatalogue, KeyKind::kEvaluator, KeyKind::kCustodian, KeyKind::kOperator}) {
    const Secret key = Secret::Random(32);
    ASSERT_OK_AND_ASSIGN(const Secret decoded, DecodeKeyText(kind, EncodeKeyText(kind, key.Reveal()).Reveal()));
    EXPECT_TRUE(decoded == key);
  }
}

TEST(KeyTextTest, AKeyOfAnotherKindIsRefused) {
  const Secret text = EncodeKeyText(KeyKind::kRoot, Secret::Random(32).Reveal());
  EXPECT_THAT(DecodeKeyText(KeyKind::kCatalogue, text.Reveal()), HasReason(Reason::kKeyFile));
}

TEST(KeyTextTest, AnythingElseIsRefusedWithoutRepeatingIt) {
  const std::string good(AsChars(EncodeKeyText(KeyKind::kRoot, Secret::Random(32).Reveal()).Reveal()));
  for (const std::string& bad : {std::string(), good.substr(1), good.substr(0, good.size() - 2), good + "00",
                                 good + "\n", good.substr(0, 30) + "zz" + good.substr(32)}) {
    const absl::Status status = DecodeKeyText(KeyKind::kRoot, AsBytes(bad)).status();
    EXPECT_THAT(status, HasReason(Reason::kKeyFile)) << bad.size();
    EXPECT_THAT(std::string(status.message()), ::testing::Not(::testing::HasSubstr(good.substr(40, 8))));
  }
}

}  // namespace
}  // namespace exposure::crypto
