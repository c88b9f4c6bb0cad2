#include "crypto/bucket.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

TEST(BucketTest, IndexAndPrefixAgreeWithAnIndependentImplementation) {
  for (const Json& c : Cases("buckets")) {
    SCOPED_TRACE(c["name"]);
    const int bucket_bits = static_cast<int>(Number(c["bucket_bits"]));
    const uint32_t index = BucketIndex(OutputOf(c["f"]), Array<16>(c["epoch_id"]), bucket_bits);
    EXPECT_EQ(index, Number(c["index"]));
    const Prefix prefix = PrefixOf(index, bucket_bits, static_cast<int>(Number(c["prefix_bits"])));
    EXPECT_EQ(ToHex(EncodePrefix(prefix)), c["prefix"]);
    EXPECT_EQ(*DecodePrefix(EncodePrefix(prefix), 24), prefix);
    EXPECT_EQ(uint64_t{prefix.value} << (bucket_bits - prefix.bits), Number(c["first"]));
    EXPECT_EQ(uint64_t{1} << (bucket_bits - prefix.bits), Number(c["count"]));
  }
}

TEST(BucketTest, PrefixesThatAreTooLongOrHaveStrayBitsAreRefused) {
  for (const Json& c : Cases("prefixes")) {
    SCOPED_TRACE(c["name"]);
    const auto prefix = DecodePrefix(AsBytes(Bytes(c["prefix"])), static_cast<int>(Number(c["most"])));
    EXPECT_EQ(ReasonIn(prefix.status()), c["reason"]);
  }
}

TEST(BucketTest, FetchBitsAgreeWithAnIndependentImplementation) {
  for (const Json& c : Cases("fetch_bits")) {
    EXPECT_EQ(FetchBits(Number(c["population"]), static_cast<uint32_t>(Number(c["min_people"]))),
              static_cast<int>(Number(c["fetch_bits"])))
        << c;
  }
}

TEST(BucketTest, FetchBitsOfTheProtocolsExamples) {
  EXPECT_EQ(FetchBits(141, 100), 0);
  EXPECT_EQ(FetchBits(1500, 100), 3);
  EXPECT_EQ(FetchBits(9483, 100), 6);
  EXPECT_EQ(FetchBits(47000, 100), 8);
  EXPECT_EQ(FetchBits(300000, 100), 11);
  EXPECT_EQ(FetchBits(UINT64_MAX, 100), kMaxBucketBits);
}

// Against the inequality as it is written, in floating point: largest b with m − 3.5·√m ≥ k.
TEST(BucketTest, FetchBitsAreTheInequality) {
  for (uint64_t population = 1; population < 3'000'000; population = population * 21 / 20 + 1) {
    int expected = 0;
    for (int b = 0; b <= kMaxBucketBits; ++b) {
      const double m = static_cast<double>(population) / std::pow(2.0, b);
      if (m - 3.5 * std::sqrt(m) >= 100) expected = b;
    }
    EXPECT_EQ(FetchBits(population, 100), expected) << population;
  }
}

TEST(BucketTest, AQuestionSharesItsBits) {
  for (const Json& c : Cases("questions")) {
    EXPECT_EQ(QuestionBits(static_cast<int>(Number(c["min_fetch_bits"])), static_cast<int>(Number(c["fetches"]))),
              static_cast<int>(Number(c["prefix_bits"])))
        << c;
  }
  EXPECT_EQ(QuestionBits(8, 0), 0);
}

TEST(BucketTest, FetchBytesDoubleWithEachBitLess) {
  EXPECT_EQ(FetchBytes(448, 8, 8), 448u);
  EXPECT_EQ(FetchBytes(448, 8, 5), 448u * 8);
  EXPECT_EQ(FetchBytes(448, 8, 0), 448u * 256);
}

}  // namespace
}  // namespace exposure::crypto
