#include "client/source/blank.h"

#include <gtest/gtest.h>

namespace exposure {
namespace {

TEST(BlankTest, WhatDoesNotShowIsBlank) {
  for (const char* blank : {"", " ", "\t\n", "\u00a0", "\u200b", "\u00ad \u3000"}) EXPECT_TRUE(IsBlank(blank)) << blank;
  for (const char* filled : {"x", "-", "0", "\u00a0x", "N/A"}) EXPECT_FALSE(IsBlank(filled)) << filled;
}

}  // namespace
}  // namespace exposure
