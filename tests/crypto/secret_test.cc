#include "crypto/secret.h"

#include <gtest/gtest.h>

#include <new>
#include <type_traits>
#include <utility>

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
