#include "client/source/source_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
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

TEST(SourceBytesTest, WhatIsNoRegularFileIsRefusedAtOnceWithWhatToDo) {
  const testing::TempDir dir;
  ASSERT_EQ(mkfifo((dir / "pipe").c_str(), 0600), 0);
  for (const std::string& path : {dir / "pipe", std::string("/dev/zero")}) {
    const absl::StatusOr<std::string> bytes = ReadSourceBytes(path);
    EXPECT_THAT(bytes, testing::HasReason(Reason::kFileError));
    EXPECT_THAT(bytes.status().message(), ::testing::HasSubstr(path + ": is a pipe or a device"));
    EXPECT_THAT(bytes.status().message(), ::testing::HasSubstr("standard input, with -"));
  }
}

// In a process of its own, whose standard input is a pipe with three million bytes.
TEST(SourceBytesTest, StandardInputIsReadFromAPipeUpToTheLimit) {
  const auto read = [](uint64_t most) {
    FILE* pipe = popen("head -c 3000000 /dev/zero", "r");
    dup2(fileno(pipe), STDIN_FILENO);
    const absl::StatusOr<std::string> bytes = ReadSourceBytes("-", most);
    fputs(bytes.ok() ? std::to_string(bytes->size()).c_str() : std::string(bytes.status().message()).c_str(), stderr);
    _exit(0);
  };
  EXPECT_EXIT(read(3'000'000), ::testing::ExitedWithCode(0), "^3000000$");
  EXPECT_EXIT(read(2'999'999), ::testing::ExitedWithCode(0), "^standard input: is larger than 2999999 bytes");
}

}  // namespace
}  // namespace exposure
