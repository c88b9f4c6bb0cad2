#include "proto/rules/text_error.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>

#include "exposure/v1/notice.pb.h"

namespace exposure {
namespace {

// The messages of protobuf itself: another version that says them in other words is noticed here.
std::string ErrorOf(const std::string& text) {
  struct First : google::protobuf::io::ErrorCollector {
    void AddError(int, int, const std::string& message) override {
      if (first.empty()) first = DescribeTextError(message);
    }
    std::string first;
  } errors;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  v1::Notice notice;
  EXPECT_FALSE(parser.ParseFromString(text, &notice));
  return errors.first;
}

TEST(TextErrorTest, NamesOfOursAreKept) {
  EXPECT_EQ(ErrorOf("version: 1 version: 2"), "Non-repeated field \"version\" is specified multiple times.");
  EXPECT_EQ(ErrorOf("title { en \"x\" }"), "Expected \":\"");
}

TEST(TextErrorTest, WhatTheFileHoldsIsNot) {
  for (const char* word : {"T308559", "Foster", "foster", "titel"}) {
    EXPECT_EQ(ErrorOf(word + std::string(": 1")),
              "Message type \"exposure.v1.Notice\" has no field named (not shown).");
  }
  EXPECT_EQ(ErrorOf("629229"), "Expected identifier");
  EXPECT_EQ(ErrorOf("version: 98765432109876543210"), "Integer out of range");
  EXPECT_EQ(ErrorOf("version: foster"), "Expected integer");
  EXPECT_EQ(ErrorOf("incident_id: foster"), "Expected string");
  EXPECT_EQ(ErrorOf("[foster.name]: 1"),
            "Extension (not shown) is not defined or is not an extension of \"exposure.v1.Notice\".");
  EXPECT_EQ(DescribeTextError("one \"quote"), "one ");
  EXPECT_EQ(DescribeTextError(""), "");
}

}  // namespace
}  // namespace exposure
