#include "client/seal/quarantine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "base/file.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::TempDir;

const std::vector<QuarantinedRow> kRows = {{.table = "Data", .row = 7, .column = "No", .reason = "blank"},
                                           {.table = "a,b", .row = 9, .column = "No", .reason = "says \"x\", y"}};
constexpr char kText[] =
    "table,row,column,reason,number\n\"Data\",7,\"No\",\"blank\",\n\"a,b\",9,\"No\",\"says \"\"x\"\", y\",\n";
constexpr char kFilled[] =
    "table,row,column,reason,number\n\"Data\",7,\"No\",\"blank\",A123456\n\"a,b\",9,\"No\",\"x\",\n";

TEST(QuarantineTest, IsNamedAfterTheFirstSourceAndLiesBesideTheOutput) {
  const auto path = [](std::vector<std::string> sources, const char* output) {
    return QuarantinePath({.sources = std::move(sources), .output = output});
  };
  EXPECT_EQ(path({"/usb/met-export.csv"}, "/work/out/met.dataset"), "/work/out/met-export.quarantine.csv");
  EXPECT_EQ(path({"met-export.csv", "more.xlsx"}, "met.dataset"), "met-export.quarantine.csv");
  EXPECT_EQ(path({"-"}, "out/met.dataset"), "out/met.quarantine.csv");
}

TEST(QuarantineTest, HoldsPlacesAndReasonsForItsOwnerOnly) {
  const TempDir dir;
  const std::string path = dir / "q.csv";
  ASSERT_THAT(WriteQuarantine(path, kRows, ""), IsOk());
  EXPECT_EQ(*ReadFile(path), kText);
  struct stat st;
  ASSERT_EQ(stat(path.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 07777, 0600u);
  ASSERT_THAT(WriteQuarantine(path, {}, ""), IsOk());
  EXPECT_EQ(*ReadFile(path), "table,row,column,reason,number\n");
  EXPECT_THAT(WriteQuarantine(dir / "missing/q.csv", {}, ""), HasReason(Reason::kFileError));
}

TEST(QuarantineTest, NumbersThatSomebodyFilledInAreNeverReplaced) {
  const TempDir dir;
  const std::string path = dir / "q.csv";
  ASSERT_THAT(WriteFileAtomically(path, kFilled, 0600), IsOk());
  // Forgotten, or others given: refused.
  for (const std::string& repairs : {std::string(), dir / "other.csv"}) {
    const absl::Status status = WriteQuarantine(path, kRows, repairs);
    EXPECT_THAT(status, HasReason(Reason::kBadUsage));
    EXPECT_THAT(status.message(), HasSubstr("--repairs " + path));
  }
  // Given: it is the list already.
  EXPECT_THAT(WriteQuarantine(path, {kRows[1]}, path), IsOk());
  EXPECT_EQ(*ReadFile(path), kFilled);
  // Unless it lacks a row.
  const absl::Status lacks = WriteQuarantine(path, {{.table = "Data", .row = 8}}, path);
  EXPECT_THAT(lacks, HasReason(Reason::kBadUsage));
  EXPECT_THAT(lacks.message(), HasSubstr("Rename it"));
  EXPECT_EQ(*ReadFile(path), kFilled);
}

TEST(QuarantineTest, WhatIsNoSuchListIsNotReplaced) {
  const TempDir dir;
  const std::string path = dir / "q.csv";
  for (const char* text : {"table;row;column;reason;number\nData;7;No;blank;A123456\n", "my own notes\n", "\xff\xfe"}) {
    ASSERT_THAT(WriteFileAtomically(path, text, 0600), IsOk());
    EXPECT_THAT(WriteQuarantine(path, kRows, ""), HasReason(Reason::kBadUsage));
    EXPECT_EQ(*ReadFile(path), text);
  }
}

}  // namespace
}  // namespace exposure
