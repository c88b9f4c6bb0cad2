#include "crypto/epoch.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

TEST(EpochTest, IdIsOfTheCombinedKeyOnly) {
  for (const Json& c : Cases("epoch_ids")) {
    EXPECT_EQ(ToHex(DeriveEpochId(*Element::Decode(AsBytes(Bytes(c["public_key"]))))), c["epoch_id"]);
  }
}

TEST(EpochTest, ListsOfEvaluatorsAreCheckedWithOneAndWithTwo) {
  for (const Json& c : Cases("epochs")) {
    SCOPED_TRACE(c["name"]);
    std::vector<EvaluatorEntry> entries;
    for (const Json& e : c["evaluators"]) {
      entries.push_back({static_cast<uint32_t>(Number(e["index"])), Array<32>(e["public_key"]),
                         Array<32>(e["possession_element"]), Array<64>(e["possession_proof"])});
    }
    const auto keys = CheckEvaluators(Array<32>(c["public_key"]), static_cast<uint32_t>(Number(c["rule"])), entries);
    EXPECT_EQ(ReasonIn(keys.status()), c["reason"]);
    if (keys.ok()) {
      EXPECT_EQ(keys->size(), entries.size());
    }
  }
}

TEST(EpochTest, PossessionAgreesWithAnIndependentImplementation) {
  for (const Json& c : Cases("possessions")) {
    SCOPED_TRACE(c["name"]);
    const EvaluatorKey key = *EvaluatorKey::Decode(AsBytes(Bytes(c["key"])));
    ASSERT_OK_AND_ASSIGN(const EvaluatorEntry entry,
                         MakeEvaluatorEntry(key, static_cast<uint32_t>(Number(c["index"]))));
    EXPECT_EQ(ToHex(entry.public_key), c["public_key"]);
    EXPECT_EQ(ToHex(entry.possession_element), c["element"]);
    const Element base = *Element::Decode(AsBytes(Bytes(c["base"])));
    const Element element = *Element::Decode(entry.possession_element);
    const Scalar nonce = *Scalar::Decode(AsBytes(Bytes(c["nonce"])));
    EXPECT_EQ(ToHex(*Prove(key, {&base, 1}, {&element, 1}, nonce)), c["proof"]);
  }
}

TEST(EpochTest, WhatIsMadeHereIsAccepted) {
  const EvaluatorKey one = *EvaluatorKey::Generate();
  const EvaluatorKey two = *EvaluatorKey::Generate();
  const std::vector<EvaluatorEntry> entries = {*MakeEvaluatorEntry(one, 1), *MakeEvaluatorEntry(two, 255)};
  const Element combined = *CombinePublicKeys(entries);
  EXPECT_THAT(CheckEvaluators(combined.bytes(), kRuleAdditive, entries), IsOk());
  EXPECT_THAT(CheckEvaluators(one.public_key().bytes(), kRuleAdditive, entries), HasReason(Reason::kBadKeySum));
}

// A rogue second evaluator chooses P_2 = P − P_1 so that the sum is a key it knows: it cannot prove possession.
TEST(EpochTest, ARogueShareCannotProveItsKey) {
  const EvaluatorKey honest = *EvaluatorKey::Generate();
  const EvaluatorKey wanted = *EvaluatorKey::Generate();
  std::vector<EvaluatorEntry> entries = {*MakeEvaluatorEntry(honest, 1), *MakeEvaluatorEntry(wanted, 2)};
  ByteArray<32> difference;
  ASSERT_EQ(crypto_core_ristretto255_sub(difference.data(), wanted.public_key().bytes().data(),
                                         honest.public_key().bytes().data()),
            0);
  entries[1].public_key = difference;
  EXPECT_THAT(CheckEvaluators(wanted.public_key().bytes(), kRuleAdditive, entries), HasReason(Reason::kBadPossession));
}

TEST(EpochTest, IndexesAreOneTo255) {
  const EvaluatorKey key = *EvaluatorKey::Generate();
  EXPECT_THAT(MakeEvaluatorEntry(key, 0), HasReason(Reason::kBadEpoch));
  EXPECT_THAT(MakeEvaluatorEntry(key, 256), HasReason(Reason::kBadEpoch));
  EvaluatorEntry entry = *MakeEvaluatorEntry(key, 1);
  entry.index = 257;  // would be 1 as a u8
  EXPECT_THAT(CheckEvaluators(key.public_key().bytes(), kRuleAdditive, {&entry, 1}), HasReason(Reason::kBadEpoch));
}

}  // namespace
}  // namespace exposure::crypto
