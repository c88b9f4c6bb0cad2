#include "crypto/secret.h"

#include <gtest/gtest.h>

#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace exposure::crypto {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);

template <typename T>
concept Printable = requires(std::ostream& os, const T& t) {
  os << t;
};
static_assert(!Printable<Secret>);
static_assert(!Printable<WipedArray<32>>);

TEST(SecretTest, HoldsWhatItWasGiven) {
  const Secret secret("number");
  EXPECT_EQ(AsChars(secret.Reveal()), "number");
  EXPECT_EQ(secret.size(), 6u);
}

TEST(SecretTest, IsZeroedAtFirst) {
  const Secret secret(size_t{8});
  EXPECT_EQ(ToHex(secret.Reveal()), "0000000000000000");
  EXPECT_EQ(Secret().size(), 0u);
}

TEST(SecretTest, MovesAndLeavesNothingBehind) {
  Secret a("one");
  Secret b(std::move(a));
  EXPECT_EQ(a.size(), 0u);  // NOLINT: what is left after a move is the point
  Secret c("two");
  c = std::move(b);
  EXPECT_EQ(AsChars(c.Reveal()), "one");
  EXPECT_EQ(b.size(), 0u);  // NOLINT
}

TEST(SecretTest, ComparesByContent) {
  EXPECT_TRUE(Secret("same") == Secret("same"));
  EXPECT_FALSE(Secret("same") == Secret("sama"));
  EXPECT_FALSE(Secret("same") == Secret("longer"));
  EXPECT_TRUE(Secret() == Secret());
}

// More than the system allows mappings of.
TEST(SecretTest, HoldsARosterOfNumbersAtOnce) {
  std::vector<Secret> numbers;
  for (size_t i = 0; i < 100'000; ++i) numbers.emplace_back(std::to_string(i));
  for (size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(AsChars(numbers[i].Reveal()), std::to_string(i));
}

TEST(SecretTest, WhatIsShorterThanAKeyIsWipedWhenItGoes) {
  const volatile uint8_t* after = nullptr;
  {
    const Secret number("123456");
    after = number.Reveal().data();  // its page stays
    EXPECT_EQ(after[0], '1');
  }
  for (size_t i = 0; i < 6; ++i) EXPECT_EQ(after[i], 0) << i;
  EXPECT_EQ(ToHex(Secret(size_t{31}).Reveal()), std::string(62, '0')) << "whoever has the place next finds nothing";
}

TEST(SecretTest, RandomOnesDiffer) { EXPECT_FALSE(Secret::Random(32) == Secret::Random(32)); }

TEST(WipedArrayTest, IsWipedWhenItGoes) {
  alignas(WipedArray<16>) unsigned char memory[sizeof(WipedArray<16>)];
  auto* secret = new (memory) WipedArray<16>();
  secret->RevealMutable().fill(0xab);
  secret->~WipedArray();
  // Volatile, so that the compiler may not assume what an ended object held.
  const volatile unsigned char* after = memory;
  for (size_t i = 0; i < 16; ++i) EXPECT_EQ(after[i], 0) << i;
}

}  // namespace
}  // namespace exposure::crypto
