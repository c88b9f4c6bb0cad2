#include "base/bytes.h"

#include <gtest/gtest.h>

namespace exposure {
namespace {

TEST(BytesTest, HexadecimalRoundTrips) {
  EXPECT_EQ(ToHex(AsBytes(std::string("\x00\x7f\xff", 3))), "007fff");
  EXPECT_EQ(FromHex("007fFF"), std::string("\x00\x7f\xff", 3));
  EXPECT_EQ(FromHex(""), "");
}

TEST(BytesTest, AnythingButWholeBytesOfHexadecimalIsRefused) {
  for (const char* bad : {"0", "0g", "g0", " 00", "0x00", "00 "}) EXPECT_EQ(FromHex(bad), std::nullopt) << bad;
}

TEST(BytesTest, ArraysHaveExactlyTheirLength) {
  EXPECT_EQ(ToArray<2>(std::string_view("ab")), (ByteArray<2>{'a', 'b'}));
  EXPECT_EQ(ToArray<2>(std::string_view("a")), std::nullopt);
  EXPECT_EQ(ToArray<2>(std::string_view("abc")), std::nullopt);
  EXPECT_EQ(ArrayFromHex<2>("0102"), (ByteArray<2>{1, 2}));
  EXPECT_EQ(ArrayFromHex<2>("01"), std::nullopt);
}

TEST(BytesTest, NumbersAreBigEndian) {
  std::string out;
  AppendBigEndian(uint8_t{1}, out);
  AppendBigEndian(uint16_t{0x0203}, out);
  AppendBigEndian(uint32_t{0x04050607}, out);
  AppendBigEndian(uint64_t{0x08090a0b0c0d0e0f}, out);
  EXPECT_EQ(ToHex(AsBytes(out)), "0102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(LoadBigEndian<uint8_t>(AsBytes(out).data()), 1);
  EXPECT_EQ(LoadBigEndian<uint16_t>(AsBytes(out).data() + 1), 0x0203);
  EXPECT_EQ(LoadBigEndian<uint32_t>(AsBytes(out).data() + 3), 0x04050607u);
  EXPECT_EQ(LoadBigEndian<uint64_t>(AsBytes(out).data() + 7), 0x08090a0b0c0d0e0fu);
}

}  // namespace
}  // namespace exposure
