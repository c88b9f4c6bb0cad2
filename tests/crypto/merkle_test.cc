#include "crypto/merkle.h"

#include <gtest/gtest.h>

#include "crypto/dataset.h"
#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

TEST(MerkleTest, TreesAgreeWithAnIndependentImplementation) {
  for (const Json& c : Cases("datasets")) {
    SCOPED_TRACE(c["name"]);
    const DatasetId id = Array<16>(c["dataset_id"]);
    std::vector<Hash> leaves;
    for (size_t i = 0; i < c["buckets"].size(); ++i) {
      leaves.push_back(LeafHash(id, static_cast<uint32_t>(i), AsBytes(Bytes(c["buckets"][i]))));
      EXPECT_EQ(ToHex(leaves.back()), c["leaves"][i]);
    }
    ASSERT_OK_AND_ASSIGN(const MerkleTree tree, MerkleTree::Build(leaves));
    EXPECT_EQ(ToHex(tree.root()), c["root"]);
    for (uint32_t i = 0; i < leaves.size(); ++i) {
      EXPECT_EQ(ToHex(AsBytes(tree.Path(i))), c["paths"][i]);
      EXPECT_EQ(RootFromPath(leaves[i], i, AsBytes(tree.Path(i))), tree.root());
    }
  }
}

TEST(MerkleTest, FetchesVerify) {
  for (const Json& c : Cases("prefix_fetches")) {
    SCOPED_TRACE(c["name"]);
    const Prefix prefix = *DecodePrefix(AsBytes(Bytes(c["prefix"])), 24);
    const std::string row = Bytes(c["row"]);
    ASSERT_OK_AND_ASSIGN(
        const BytesView buckets,
        VerifyRow(Array<16>(c["dataset_id"]), Array<32>(c["root"]), static_cast<int>(Number(c["bucket_bits"])),
                  static_cast<uint32_t>(Number(c["rows"])), prefix, AsBytes(row)));
    EXPECT_EQ(buckets.size(), Number(c["rows"]) * kRowSize * Number(c["count"]));
  }
}

TEST(MerkleTest, ForgedFetchesDoNot) {
  for (const Json& c : Cases("bad_prefix_fetches")) {
    SCOPED_TRACE(c["name"]);
    const auto buckets = VerifyRow(Array<16>(c["dataset_id"]), Array<32>(c["root"]),
                                   static_cast<int>(Number(c["bucket_bits"])), static_cast<uint32_t>(Number(c["rows"])),
                                   *DecodePrefix(AsBytes(Bytes(c["prefix"])), 24), AsBytes(Bytes(c["row"])));
    EXPECT_EQ(ReasonIn(buckets.status()), c["reason"]);
  }
}

TEST(MerkleTest, TheVectorOfTheProtocol) {
  const Json& c = Cases("construction")[0];
  const auto index = static_cast<uint32_t>(Number(c["index_8"]));
  const Hash leaf = LeafHash(Array<16>(c["dataset_id"]), index, AsBytes(Bytes(c["bucket"])));
  std::string path;
  for (const Json& hash : c["path"]) path += Bytes(hash);
  EXPECT_EQ(ToHex(RootFromPath(leaf, index, AsBytes(path))), c["root"]);
  EXPECT_EQ(c["root"], "bf7aa4abb7d2226d985786c73fc0433b61cf37ab4077bfcbaa268fb4ba49d966");
}

TEST(MerkleTest, OnlyPowersOfTwo) {
  EXPECT_THAT(MerkleTree::Build({}), HasReason(Reason::kBadDataset));
  EXPECT_THAT(MerkleTree::Build(std::vector<Hash>(3)), HasReason(Reason::kBadDataset));
  ASSERT_OK_AND_ASSIGN(const MerkleTree tree, MerkleTree::Build(std::vector<Hash>(1)));
  EXPECT_EQ(tree.root(), Hash{});
  EXPECT_EQ(tree.Path(0), "");
}

}  // namespace
}  // namespace exposure::crypto
