#include "crypto/dataset.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

// Seals the people of a vector as a custodian does.
struct Sealed {
  Salt salt;
  DatasetId id;
  Buckets buckets;
};

absl::StatusOr<Sealed> Seal(const Json& c, const std::vector<RecordContent>& contents) {
  const Secret seed(AsBytes(Bytes(c["seed"])));
  const EpochId epoch_id = Array<16>(c["epoch_id"]);
  const int bits = static_cast<int>(Number(c["bucket_bits"]));
  RowsDigest digest;
  for (size_t i = 0; i < contents.size(); ++i) RETURN_IF_ERROR(digest.Add(Bytes(c["inputs"][i]), contents[i]));
  Sealed sealed;
  sealed.salt = DeriveSalt(seed, epoch_id, digest.Finish());
  sealed.id = DeriveDatasetId(epoch_id, sealed.salt);
  std::vector<PlacedRow> rows;
  for (size_t i = 0; i < contents.size(); ++i) {
    Output f;
    f.RevealMutable() = Array<64>(c["outputs"][i]);
    const uint32_t index = BucketIndex(f, epoch_id, bits);
    const RecordKeys keys = DeriveRecordKeys(f, epoch_id, sealed.id, sealed.salt);
    rows.push_back({index, SealRow(keys, {epoch_id, sealed.id, bits, index}, contents[i])});
  }
  ASSIGN_OR_RETURN(sealed.buckets, BuildBuckets(rows, bits, sealed.id, seed));
  return sealed;
}

std::vector<RecordContent> ContentsOf(const Json& c) {
  std::vector<RecordContent> contents;
  for (const Json& pt : c["pts"]) contents.push_back(*DecodeContent(AsBytes(Bytes(pt))));
  return contents;
}

TEST(DatasetTest, WholeDatasetsAgreeWithAnIndependentImplementation) {
  for (const Json& c : Cases("datasets")) {
    SCOPED_TRACE(c["name"]);
    ASSERT_OK_AND_ASSIGN(const Sealed sealed, Seal(c, ContentsOf(c)));
    EXPECT_EQ(ToHex(sealed.salt), c["salt"]);
    EXPECT_EQ(ToHex(sealed.id), c["dataset_id"]);
    EXPECT_EQ(sealed.buckets.rows_per_bucket, Number(c["rows"]));
    std::string expected;
    for (const Json& bucket : c["buckets"]) expected += Bytes(bucket);
    EXPECT_EQ(sealed.buckets.bytes, expected);
    EXPECT_EQ(ToHex(sealed.buckets.root), c["root"]);
  }
}

TEST(DatasetTest, AChangeOfOnePersonGivesAnotherSaltAndOtherKeys) {
  const Json& c = Cases("datasets")[0];
  std::vector<RecordContent> contents = ContentsOf(c);
  ASSERT_OK_AND_ASSIGN(const Sealed before, Seal(c, contents));
  contents[0].categories.Set(63, State::kExposed);
  ASSERT_OK_AND_ASSIGN(const Sealed after, Seal(c, contents));
  EXPECT_NE(before.salt, after.salt);
  EXPECT_NE(before.id, after.id);
}

TEST(DatasetTest, DummiesAgreeWithAnIndependentImplementation) {
  for (const Json& c : Cases("dummies")) {
    EXPECT_EQ(ToHex(DummyRow(Secret(AsBytes(Bytes(c["seed"]))), static_cast<uint32_t>(Number(c["index"])),
                             static_cast<uint32_t>(Number(c["j"])))),
              c["row"]);
  }
}

TEST(DatasetTest, TheSizeOfBucketsIsWhatChanceAllows) {
  for (const Json& c : Cases("row_rule")) {
    EXPECT_EQ(RowsPerBucketAllowed(static_cast<uint32_t>(Number(c["rows"])), Number(c["records"]),
                                   static_cast<int>(Number(c["bucket_bits"]))),
              c["accept"].get<bool>())
        << c;
  }
}

TEST(DatasetTest, RowsPerBucketIsAMultipleOfEight) {
  EXPECT_EQ(RowsPerBucket(0), 8u);
  EXPECT_EQ(RowsPerBucket(8), 8u);
  EXPECT_EQ(RowsPerBucket(9), 16u);
  EXPECT_EQ(RowsPerBucket(232), 232u);
}

TEST(DatasetTest, MergedRowsMustBeSortedAndDistinct) {
  RowsDigest digest;
  EXPECT_THAT(digest.Add("b", {}), IsOk());
  EXPECT_THAT(digest.Add("b", {}), HasReason(Reason::kBadSource));
  EXPECT_THAT(digest.Add("a", {}), HasReason(Reason::kBadSource));
  EXPECT_THAT(digest.Add("bb", {}), IsOk());
}

TEST(DatasetTest, RowsOutOfPlaceAreRefused) {
  const Secret seed = Secret::Random(32);
  const PlacedRow beyond = {4, Row{}};
  EXPECT_THAT(BuildBuckets({&beyond, 1}, 2, DatasetId{}, seed), HasReason(Reason::kBadDataset));
  const std::vector<PlacedRow> twice = {{0, Row{}}, {0, Row{}}};
  EXPECT_THAT(BuildBuckets(twice, 2, DatasetId{}, seed), HasReason(Reason::kBadDataset));
}

TEST(DatasetTest, AnOverfullBucketIsRefused) {
  std::vector<PlacedRow> rows;
  for (uint32_t i = 0; i < 400; ++i) {
    Row row{};
    StoreBigEndian(i, row.data());
    rows.push_back({0, row});
  }
  EXPECT_THAT(BuildBuckets(rows, 4, DatasetId{}, Secret::Random(32)), HasReason(Reason::kBadDataset));
}

class DatasetFileTest : public ::testing::Test {
 protected:
  const Json& c_ = Cases("files")[0];
  const std::string file_ = Bytes(c_["file"]);
};

TEST_F(DatasetFileTest, AgreesWithAnIndependentImplementation) {
  ASSERT_OK_AND_ASSIGN(const DatasetHead head, DecodeDatasetHead(AsBytes(file_)));
  EXPECT_EQ(ToHex(head.manifest_bytes), c_["manifest"]);
  EXPECT_EQ(ToHex(head.signature), c_["signature"]);
  EXPECT_EQ(head.details, Bytes(c_["details"]));
  EXPECT_EQ(head.file_size(), file_.size());
  EXPECT_EQ(EncodeDatasetHead(head.manifest_bytes, head.signature, head.details),
            file_.substr(0, head.buckets_offset()));
}

TEST_F(DatasetFileTest, VerifiesInPiecesOfAnySize) {
  ASSERT_OK_AND_ASSIGN(const DatasetHead head, DecodeDatasetHead(AsBytes(file_)));
  const std::string buckets = file_.substr(head.buckets_offset());
  for (const size_t piece : {size_t{1}, size_t{55}, size_t{448}, size_t{1000}, buckets.size()}) {
    DatasetVerifier verifier(head.manifest);
    for (size_t at = 0; at < buckets.size(); at += piece) {
      ASSERT_THAT(verifier.Update(AsBytes(buckets.substr(at, piece))), IsOk());
    }
    ASSERT_OK_AND_ASSIGN(const MerkleTree tree, verifier.Finish());
    EXPECT_EQ(tree.root(), head.manifest.root);
  }
}

TEST_F(DatasetFileTest, EveryChangedByteIsFound) {
  ASSERT_OK_AND_ASSIGN(const DatasetHead good, DecodeDatasetHead(AsBytes(file_)));
  for (size_t at = 0; at < file_.size(); at += at < 400 ? 1 : 37) {
    std::string bad = file_;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    const auto verify = [&]() -> absl::Status {
      ASSIGN_OR_RETURN(const DatasetHead head, DecodeDatasetHead(AsBytes(bad)));
      // The signature covers what the layout does not.
      RETURN_IF_ERROR(VerifySignature(Array<32>(Cases("manifests")[0]["signer"]), kManifestLabel, head.manifest_bytes,
                                      head.signature));
      DatasetVerifier verifier(head.manifest);
      RETURN_IF_ERROR(verifier.Update(AsBytes(bad).subspan(head.buckets_offset())));
      return verifier.Finish().status();
    };
    EXPECT_FALSE(verify().ok()) << "byte " << at;
  }
}

TEST_F(DatasetFileTest, TooShortAndTooLongAreRefused) {
  ASSERT_OK_AND_ASSIGN(const DatasetHead head, DecodeDatasetHead(AsBytes(file_)));
  const BytesView buckets = AsBytes(file_).subspan(head.buckets_offset());
  DatasetVerifier short_one(head.manifest);
  ASSERT_THAT(short_one.Update(buckets.first(buckets.size() - 1)), IsOk());
  EXPECT_THAT(short_one.Finish(), HasReason(Reason::kBadDataset));
  DatasetVerifier long_one(head.manifest);
  ASSERT_THAT(long_one.Update(buckets), IsOk());
  EXPECT_THAT(long_one.Update(buckets.first(1)), HasReason(Reason::kBadDataset));
  EXPECT_THAT(DecodeDatasetHead(AsBytes(file_).first(200)), HasReason(Reason::kBadDataset));
  EXPECT_THAT(DecodeDatasetHead({}), HasReason(Reason::kBadDataset));
}

TEST_F(DatasetFileTest, RowsInAnotherOrderAreRefused) {
  ASSERT_OK_AND_ASSIGN(const DatasetHead head, DecodeDatasetHead(AsBytes(file_)));
  std::string buckets = file_.substr(head.buckets_offset());
  const std::string first = buckets.substr(0, kRowSize);
  DatasetVerifier swapped(head.manifest);
  EXPECT_THAT(swapped.Update(AsBytes(buckets.substr(kRowSize, kRowSize) + first + buckets.substr(2 * kRowSize))),
              HasReason(Reason::kBadRowOrder));
  DatasetVerifier doubled(head.manifest);
  EXPECT_THAT(doubled.Update(AsBytes(first + first + buckets.substr(2 * kRowSize))), HasReason(Reason::kBadRowOrder));
}

}  // namespace
}  // namespace exposure::crypto
