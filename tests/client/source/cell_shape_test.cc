#include "client/source/cell_shape.h"

#include <gtest/gtest.h>

namespace exposure {
namespace {

TEST(CellShapeTest, AMaskKeepsNoLetterAndNoDigit) {
  EXPECT_EQ(MaskOf("A123456"), "A999999");
  EXPECT_EQ(MaskOf("Llŷr O'Neill"), "AAAA A'AAAAA");
  EXPECT_EQ(MaskOf("١٢٣"), "999");
  EXPECT_EQ(MaskOf("1\u00b2 \u20ac"), "9? ?");
  EXPECT_EQ(MaskOf("12\u00a034"), "99 99");
  EXPECT_EQ(MaskOf("a\nb"), "A A");
}

TEST(CellShapeTest, ALongMaskIsCut) {
  EXPECT_EQ(MaskOf(std::string(24, 'x')), std::string(24, 'A'));
  EXPECT_EQ(MaskOf(std::string(25, 'x')), std::string(24, 'A') + "…");
}

TEST(CellShapeTest, ShapesAreToldApart) {
  EXPECT_EQ(ShapeOf("A123456"), CellShape::kOfficerNumber);
  EXPECT_EQ(ShapeOf("000042"), CellShape::kOfficerNumber);
  EXPECT_EQ(ShapeOf("QQ 12 34 56 C"), CellShape::kNationalInsurance);
  EXPECT_EQ(ShapeOf("x.y@z.example"), CellShape::kEmail);
  EXPECT_EQ(ShapeOf("020 7946 0000"), CellShape::kPhone);
  EXPECT_EQ(ShapeOf("+44 20 7946 0000"), CellShape::kPhone);
  EXPECT_EQ(ShapeOf("SW1A 1AA"), CellShape::kPostcode);
  EXPECT_EQ(ShapeOf("01/02/1980"), CellShape::kDate);
  EXPECT_EQ(ShapeOf("Detective Sergeant"), CellShape::kRank);
  EXPECT_EQ(ShapeOf("Smith"), CellShape::kOther);
  EXPECT_EQ(ShapeOf("12"), CellShape::kOther);
}

}  // namespace
}  // namespace exposure
