#include "client/source/source_bytes.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

TEST(SourceBytesTest, AFileIsReadWholeUpToTheLimit) {
  const testing::TempDir dir;
  const std::string text(3'000'000, 'x');
  std::ofstream(dir / "f", std::ios::binary) << text;
  ASSERT_OK_AND_ASSIGN(const std::string bytes, ReadSourceBytes(dir / "f"));
  EXPECT_TRUE(bytes == text);
  EXPECT_THAT(ReadSourceBytes(dir / "f", text.size()), testing::IsOk());
  EXPECT_THAT(ReadSourceBytes(dir / "f", text.size() - 1), testing::HasReason(Reason::kFileError));
}

TEST(SourceBytesTest, WhatCannotBeReadIsAFileError) {
  const testing::TempDir dir;
  EXPECT_THAT(ReadSourceBytes(dir / "none"), testing::HasReason(Reason::kFileError));
  EXPECT_THAT(ReadSourceBytes(dir.path()), testing::HasReason(Reason::kFileError));
}

}  // namespace
}  // namespace exposure
