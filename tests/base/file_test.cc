#include "base/file.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "base/error.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using namespace exposure::testing;

class FileTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) { return directory_.path() + "/" + name; }
  static unsigned ModeOf(const std::string& path) {
    struct stat st;
    EXPECT_EQ(stat(path.c_str(), &st), 0);
    return st.st_mode & 07777;
  }
  TempDir directory_;
};

TEST_F(FileTest, WritesInOneStepWithItsModeAndReplaces) {
  ASSERT_THAT(WriteFileAtomically(Path("a"), "one", 0640), IsOk());
  EXPECT_EQ(ModeOf(Path("a")), 0640u);
  ASSERT_THAT(WriteFileAtomically(Path("a"), "two", 0600), IsOk());
  EXPECT_EQ(*ReadFile(Path("a")), "two");
  EXPECT_EQ(ModeOf(Path("a")), 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()), {}), 1);
}

TEST_F(FileTest, ANewFileNeverReplacesOne) {
  ASSERT_THAT(WriteNewFile(Path("key"), "one", 0400), IsOk());
  const absl::Status status = WriteNewFile(Path("key"), "two", 0400);
  EXPECT_THAT(status, HasReason(Reason::kFileError));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("File exists"));
  EXPECT_EQ(*ReadFile(Path("key")), "one");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()), {}), 1);
}

TEST_F(FileTest, KeysAndWhatIsNoFileAreNotReplaced) {
  ASSERT_THAT(WriteNewFile(Path("key"), "secret", 0400), IsOk());
  EXPECT_THAT(WriteFileAtomically(Path("key"), "two", 0600), HasReason(Reason::kFileError));
  EXPECT_EQ(*ReadFile(Path("key")), "secret");
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  for (const std::string& path : {Path("pipe"), std::string("/dev/full"), directory_.path()}) {
    EXPECT_THAT(WriteFileAtomically(path, "two", 0600), HasReason(Reason::kFileError)) << path;
  }
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST_F(FileTest, SaysWhichFileAndWhy) {
  const absl::Status status = ReadFile(Path("missing")).status();
  EXPECT_THAT(status, HasReason(Reason::kFileError));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(Path("missing") + ": cannot open: No such file"));
  EXPECT_THAT(WriteFileAtomically(Path("no/folder"), "x", 0600), HasReason(Reason::kFileError));
  ASSERT_THAT(WriteFileAtomically(Path("big"), "12345", 0600), IsOk());
  EXPECT_THAT(ReadFile(Path("big"), 4), HasReason(Reason::kFileError));
  EXPECT_EQ(*ReadFile(Path("big"), 5), "12345");
}

TEST_F(FileTest, AFailedWriteLeavesTheOldFile) {
  ASSERT_THAT(WriteFileAtomically(Path("a"), "old", 0600), IsOk());
  // A limit on file sizes stands in for the full disk: write() fails with EFBIG where it would with ENOSPC.
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small = {4096, before.rlim_max};
  signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status status = WriteFileAtomically(Path("a"), std::string(100'000, 'x'), 0600);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_THAT(status, HasReason(Reason::kDiskFull));
  EXPECT_EQ(*ReadFile(Path("a")), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()), {}), 1);
}

TEST_F(FileTest, APrivateFileIsReadWhole) {
  ASSERT_THAT(WriteNewFile(Path("key"), "secret", 0400), IsOk());
  uint8_t room[6];
  ASSERT_OK_AND_ASSIGN(const size_t length, ReadPrivateFile(Path("key"), room));
  EXPECT_EQ(std::string(room, room + length), "secret");
  EXPECT_THAT(CheckPrivateFile(Path("key")), IsOk());
  uint8_t little[5];
  EXPECT_THAT(ReadPrivateFile(Path("key"), little), HasReason(Reason::kKeyFile));
}

TEST_F(FileTest, APrivateFileThatOthersCanReadIsRefusedWithTheFix) {
  ASSERT_THAT(WriteNewFile(Path("key"), "secret", 0440), IsOk());
  uint8_t room[64];
  const absl::Status status = ReadPrivateFile(Path("key"), room).status();
  EXPECT_THAT(status, HasReason(Reason::kKeyFile));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("can be accessed by group (mode 0440)"));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("Fix: chmod 0400 " + Path("key")));
  ASSERT_EQ(chmod(Path("key").c_str(), 0404), 0);
  EXPECT_THAT(std::string(CheckPrivateFile(Path("key")).message()), ::testing::HasSubstr("by others (mode 0404)"));
}

TEST_F(FileTest, APipeIsNoSecretAndIsNotWaitedFor) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  ByteArray<8> out;
  EXPECT_THAT(ReadPrivateFile(Path("pipe"), out), HasReason(Reason::kKeyFile));
  EXPECT_THAT(ReadIntoBuffer(Path("pipe"), out), HasReason(Reason::kKeyFile));
  EXPECT_THAT(CheckPrivateFile(Path("pipe")), HasReason(Reason::kKeyFile));
}

TEST_F(FileTest, APrivateFileIsARegularFileOfOnesOwn) {
  EXPECT_THAT(CheckPrivateFile(directory_.path()), HasReason(Reason::kKeyFile));
  EXPECT_THAT(CheckPrivateFile(Path("missing")), HasReason(Reason::kKeyFile));
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file to somebody else";
  ASSERT_THAT(WriteNewFile(Path("key"), "secret", 0400), IsOk());
  ASSERT_EQ(chown(Path("key").c_str(), 12345, 12345), 0);
  EXPECT_THAT(std::string(CheckPrivateFile(Path("key")).message()), ::testing::HasSubstr("belongs to user 12345"));
}

TEST_F(FileTest, ACredentialIsNotForOthersButItsGroupBitsAreAMask) {
  std::array<uint8_t, 8> out{};
  ASSERT_THAT(WriteNewFile(Path("key"), "secret", 0440), IsOk());
  EXPECT_THAT(ReadPrivateFile(Path("key"), out), HasReason(Reason::kKeyFile));
  EXPECT_EQ(ReadCredentialFile(Path("key"), out).value(), 6u);
  ASSERT_EQ(chmod(Path("key").c_str(), 0444), 0);
  EXPECT_THAT(ReadCredentialFile(Path("key"), out), HasReason(Reason::kKeyFile));
  EXPECT_EQ(ReadIntoBuffer(Path("key"), out).value(), 6u);
}

TEST_F(FileTest, APrivateDirectoryIsMadeWithThoseAboveIt) {
  ASSERT_THAT(MakePrivateDirectory(Path("a/b/c")), IsOk());
  EXPECT_EQ(ModeOf(Path("a/b/c")), 0700U);
  ASSERT_EQ(chmod(Path("a/b").c_str(), 0755), 0);
  ASSERT_THAT(MakePrivateDirectory(Path("a/b")), IsOk());
  EXPECT_EQ(ModeOf(Path("a/b")), 0700U) << "also where it was there";
  ASSERT_THAT(WriteFileAtomically(Path("file"), "", 0600), IsOk());
  EXPECT_THAT(MakePrivateDirectory(Path("file/below")), HasReason(Reason::kFileError));
}

TEST_F(FileTest, WhatIsRemovedIsOverwrittenFirst) {
  ASSERT_THAT(WriteNewFile(Path("key"), "secret", 0400), IsOk());
  ASSERT_EQ(link(Path("key").c_str(), Path("other").c_str()), 0);  // another name of the same bytes
  ASSERT_THAT(OverwriteAndRemove(Path("key")), IsOk());
  EXPECT_NE(access(Path("key").c_str(), F_OK), 0);
  EXPECT_EQ(ReadFile(Path("other")).value(), std::string(6, '\0'));
  ASSERT_EQ(symlink(Path("other").c_str(), Path("link").c_str()), 0);
  EXPECT_THAT(OverwriteAndRemove(Path("link")), HasReason(Reason::kFileError));
  EXPECT_THAT(OverwriteAndRemove(Path("missing")), HasReason(Reason::kFileError));
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  EXPECT_THAT(OverwriteAndRemove(Path("fifo")), HasReason(Reason::kFileError)) << "and is not waited for";
}

}  // namespace
}  // namespace exposure
