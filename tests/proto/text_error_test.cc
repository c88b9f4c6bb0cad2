#include "proto/rules/text_error.h"

#include <gtest/gtest.h>

namespace exposure {
namespace {

TEST(TextErrorTest, NamesOfFieldsAreKept) {
  EXPECT_EQ(DescribeTextError("Message type \"exposure.v1.Notice\" has no field named \"titel\"."),
            "Message type \"exposure.v1.Notice\" has no field named \"titel\".");
}

TEST(TextErrorTest, WhatTheFileHoldsIsNot) {
  EXPECT_EQ(DescribeTextError("Message type \"exposure.v1.Notice\" has no field named \"T308559\"."),
            "Message type \"exposure.v1.Notice\" has no field named (not shown).");
  EXPECT_EQ(DescribeTextError("Message type \"exposure.v1.Mapping\" has no field named \"Foster\"."),
            "Message type \"exposure.v1.Mapping\" has no field named (not shown).");
  EXPECT_EQ(DescribeTextError("Expected identifier, got: 629229"), "Expected identifier");
  EXPECT_EQ(DescribeTextError("one \"quote"), "one ");
  EXPECT_EQ(DescribeTextError(""), "");
}

}  // namespace
}  // namespace exposure
