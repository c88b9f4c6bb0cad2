#include "crypto/record.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

// 64 digits, one for each category.
Categories StatesOf(const std::string& digits) {
  Categories categories;
  for (int c = 0; c < kCategoryCount; ++c) categories.Set(c, static_cast<State>(digits[c] - '0'));
  return categories;
}

RowPlace PlaceOf(const Json& c) {
  return {Array<16>(c["epoch_id"]), Array<16>(c["dataset_id"]), static_cast<int>(Number(c["bucket_bits"])),
          static_cast<uint32_t>(Number(c["index"]))};
}

TEST(RecordTest, ContentAgreesWithAnIndependentImplementation) {
  for (const Json& c : Cases("records")) {
    SCOPED_TRACE(c["name"]);
    RecordContent content;
    content.source_rows = static_cast<uint16_t>(std::min<uint64_t>(Number(c["merged"]), UINT16_MAX));
    content.categories = StatesOf(c["states"]);
    EXPECT_EQ(ToHex(EncodeContent(content)), c["pt"]);
    ASSERT_OK_AND_ASSIGN(const RecordContent decoded, DecodeContent(AsBytes(Bytes(c["pt"]))));
    EXPECT_EQ(decoded, content);
  }
}

TEST(RecordTest, AnythingElseIsRefused) {
  for (const Json& c : Cases("bad_records")) {
    SCOPED_TRACE(c["name"]);
    EXPECT_EQ(ReasonIn(DecodeContent(AsBytes(Bytes(c["pt"]))).status()), c["reason"]);
  }
}

TEST(RecordTest, RowsOfOnePersonMerge) {
  for (const Json& c : Cases("merges")) {
    SCOPED_TRACE(c["name"]);
    RecordContent merged = *DecodeContent(AsBytes(Bytes(c["pts"][0])));
    for (size_t i = 1; i < c["pts"].size(); ++i) merged.MergeWith(*DecodeContent(AsBytes(Bytes(c["pts"][i]))));
    EXPECT_EQ(ToHex(EncodeContent(merged)), c["pt"]);
    EXPECT_EQ(merged.categories, StatesOf(c["states"]));
  }
}

TEST(RecordTest, MergingDoesNotDependOnTheOrder) {
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) {
      const State x = static_cast<State>(a), y = static_cast<State>(b);
      EXPECT_EQ(Merge(x, y), Merge(y, x));
      for (int c = 0; c < 4; ++c) {
        const State z = static_cast<State>(c);
        EXPECT_EQ(Merge(Merge(x, y), z), Merge(x, Merge(y, z)));
      }
    }
  }
  EXPECT_EQ(Merge(State::kNotHeld, State::kUnknown), State::kUnknown);
}

TEST(RecordTest, SealsAsAnIndependentImplementation) {
  for (const Json& c : Cases("seals")) {
    SCOPED_TRACE(c["name"]);
    const RowPlace place = PlaceOf(c);
    const RecordKeys keys = DeriveRecordKeys(OutputOf(c["f"]), place.epoch_id, place.dataset_id, Array<32>(c["salt"]));
    EXPECT_EQ(ToHex(keys.tag), c["tag"]);
    EXPECT_EQ(ToHex(keys.key.Reveal()), c["key"]);
    const RecordContent content = *DecodeContent(AsBytes(Bytes(c["pt"])));
    const Row row = SealRow(keys, place, content);
    EXPECT_EQ(ToHex(row), c["row"]);
    ASSERT_OK_AND_ASSIGN(const RecordContent opened, OpenRow(keys, place, row));
    EXPECT_EQ(opened, content);
  }
}

TEST(RecordTest, AChangedOrMovedRowDoesNotOpen) {
  for (const Json& c : Cases("bad_rows")) {
    SCOPED_TRACE(c["name"]);
    const RowPlace place = PlaceOf(c);
    const RecordKeys keys = DeriveRecordKeys(OutputOf(c["f"]), place.epoch_id, place.dataset_id, Array<32>(c["salt"]));
    EXPECT_EQ(ReasonIn(OpenRow(keys, place, AsBytes(Bytes(c["row"]))).status()), c["reason"]);
  }
}

TEST(RecordTest, FindsTheRecordAmongTheRowsOfABucket) {
  const Json& c = Cases("construction")[0];
  const RowPlace place = {Array<16>(c["epoch_id"]), Array<16>(c["dataset_id"]), 8,
                          static_cast<uint32_t>(Number(c["index_8"]))};
  const RecordKeys keys = DeriveRecordKeys(OutputOf(c["f"]), place.epoch_id, place.dataset_id, Array<32>(c["salt"]));
  const std::string bucket = Bytes(c["bucket"]);
  ASSERT_OK_AND_ASSIGN(const std::optional<RecordContent> found, FindRecord(keys, place, AsBytes(bucket)));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(ToHex(EncodeContent(*found)), c["pt"]);

  RecordKeys other = keys;
  other.tag[0] ^= 1;
  ASSERT_OK_AND_ASSIGN(const std::optional<RecordContent> absent, FindRecord(other, place, AsBytes(bucket)));
  EXPECT_FALSE(absent.has_value());
  EXPECT_THAT(FindRecord(keys, place, AsBytes(bucket).first(55)), HasReason(Reason::kBadRowLength));
}

TEST(RecordTest, CategoriesAreUnknownAtFirst) {
  const Categories categories;
  for (int c = 0; c < kCategoryCount; ++c) EXPECT_EQ(categories.Get(c), State::kUnknown);
}

}  // namespace
}  // namespace exposure::crypto
