#include "crypto/group.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

TEST(GroupTest, DecodesOnlyCanonicalElementsThatAreNotTheIdentity) {
  for (const Json& c : Cases("elements")) {
    SCOPED_TRACE(c["name"]);
    const std::string bytes = Bytes(c["element"]);
    const absl::StatusOr<Element> element = Element::Decode(AsBytes(bytes));
    EXPECT_EQ(ReasonIn(element.status()), c["reason"]);
    if (element.ok()) {
      EXPECT_EQ(ToString(element->bytes()), bytes);
    }
  }
}

TEST(GroupTest, ElementOfAnotherLengthIsRefused) {
  const std::string generator = Bytes(Cases("elements")[0]["element"]);
  EXPECT_THAT(Element::Decode(AsBytes(generator).first(31)), HasReason(Reason::kBadElement));
  EXPECT_THAT(Element::Decode(AsBytes(generator + "x")), HasReason(Reason::kBadElement));
  EXPECT_THAT(Element::Decode({}), HasReason(Reason::kBadElement));
}

TEST(GroupTest, DecodesOnlyReducedScalarsThatAreNotZero) {
  for (const Json& c : Cases("scalars")) {
    SCOPED_TRACE(c["name"]);
    EXPECT_EQ(ReasonIn(Scalar::Decode(AsBytes(Bytes(c["scalar"]))).status()), c["reason"]);
  }
  EXPECT_THAT(Scalar::Decode({}), HasReason(Reason::kBadScalar));
}

TEST(GroupTest, BatchesAreOneToTheMostWholeElements) {
  const Element a = *Element::HashFrom(AsBytes("a"));
  const Element b = *Element::HashFrom(AsBytes("b"));
  const std::string two = EncodeElements(std::vector<Element>{a, b});
  ASSERT_OK_AND_ASSIGN(const std::vector<Element> decoded, DecodeElements(AsBytes(two), 2));
  EXPECT_EQ(decoded, (std::vector<Element>{a, b}));
  EXPECT_THAT(DecodeElements({}, 2), HasReason(Reason::kBatchSize));
  EXPECT_THAT(DecodeElements(AsBytes(two), 1), HasReason(Reason::kBatchSize));
  EXPECT_THAT(DecodeElements(AsBytes(two).first(63), 2), HasReason(Reason::kBatchSize));
}

TEST(GroupTest, ABadElementOfABatchIsNamedByPositionAndNotRepeated) {
  const Element a = *Element::HashFrom(AsBytes("a"));
  const std::string bytes = ToString(a.bytes()) + std::string(32, '\0');
  const absl::Status status = DecodeElements(AsBytes(bytes), 2).status();
  EXPECT_THAT(status, HasReason(Reason::kBadElement));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("Element 2"));
  EXPECT_THAT(std::string(status.message()), ::testing::Not(::testing::HasSubstr("0000")));
}

TEST(GroupTest, InvertsAllWithOneInversion) {
  std::vector<Scalar> scalars;
  for (int i = 0; i < 17; ++i) scalars.push_back(Scalar::Random());
  const std::vector<Scalar> inverses = Invert(scalars);
  ASSERT_EQ(inverses.size(), scalars.size());
  const Element point = *Element::HashFrom(AsBytes("point"));
  for (size_t i = 0; i < scalars.size(); ++i) {
    EXPECT_EQ(*Multiply(inverses[i], *Multiply(scalars[i], point)), point) << i;
  }
  EXPECT_TRUE(Invert({}).empty());
}

TEST(GroupTest, SumsThatCancelAreRefused) {
  const Scalar a = Scalar::Random();
  const Element point = *MultiplyBase(a);
  // order − 1 = −1.
  Scalar minus_one = Scalar::Random();
  for (const Json& c : Cases("scalars")) {
    if (c["name"] == "order - 1") minus_one = *Scalar::Decode(AsBytes(Bytes(c["scalar"])));
  }
  EXPECT_THAT(Add(point, *Multiply(minus_one, point)), HasReason(Reason::kBadElement));
  EXPECT_THAT(SubtractProduct(a, a, *Scalar::Decode(AsBytes(std::string("\x01") + std::string(31, '\0')))),
              HasReason(Reason::kBadScalar));
}

TEST(GroupTest, MultiplyAndSumNeedsAsManyScalarsAsElements) {
  const std::vector<Scalar> scalars = {Scalar::Random()};
  EXPECT_THAT(MultiplyAndSum(scalars, {}), HasReason(Reason::kBatchSize));
  EXPECT_THAT(MultiplyAndSum({}, {}), HasReason(Reason::kBatchSize));
}

}  // namespace
}  // namespace exposure::crypto
