#include "client/source/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/client/source/zip_writer.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::MakeZip;
using testing::Parts;

absl::StatusOr<std::unique_ptr<Archive>> OpenArchive(const Parts& parts) {
  return Archive::Open("a.zip", MakeZip(parts));
}

absl::StatusOr<std::string> ReadPart(const Archive& archive, std::string_view part) {
  std::string content;
  absl::Status status = archive.Read(part, [&](std::string_view piece) {
    content += piece;
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return content;
}

TEST(ArchiveTest, ReadsItsPartsAsOftenAsOneLikes) {
  const std::string long_text = absl::StrCat(std::string(200'000, 'x'), "end");
  ASSERT_OK_AND_ASSIGN(const auto archive, OpenArchive({{"a.txt", "short"}, {"dir/b.txt", long_text}, {"c", ""}}));
  EXPECT_THAT(archive->parts(), ElementsAre("a.txt", "c", "dir/b.txt"));
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::string content, ReadPart(*archive, "dir/b.txt"));
    EXPECT_EQ(content, long_text);
  }
  ASSERT_OK_AND_ASSIGN(const std::string empty, ReadPart(*archive, "c"));
  EXPECT_EQ(empty, "");
}

TEST(ArchiveTest, FindsAPartWhateverItsCase) {
  ASSERT_OK_AND_ASSIGN(const auto archive, OpenArchive({{"xl/Workbook.xml", "w"}}));
  EXPECT_EQ(archive->Find("XL/workbook.XML"), "xl/Workbook.xml");
  EXPECT_EQ(archive->Find("xl/other.xml"), "");
  ASSERT_OK_AND_ASSIGN(const std::string content, ReadPart(*archive, "xl/workbook.xml"));
  EXPECT_EQ(content, "w");
  EXPECT_THAT(ReadPart(*archive, "xl/other.xml"), HasReason(Reason::kBadSource));
}

TEST(ArchiveTest, AnErrorOfTheCallerEndsTheReading) {
  ASSERT_OK_AND_ASSIGN(const auto archive, OpenArchive({{"a", std::string(200'000, 'x')}}));
  int pieces = 0;
  EXPECT_THAT(archive->Read("a",
                            [&](std::string_view) {
                              ++pieces;
                              return Error(Reason::kBadNumber, "stop");
                            }),
              HasReason(Reason::kBadNumber));
  EXPECT_EQ(pieces, 1);
}

TEST(ArchiveTest, RefusesNamesThatLeadOutOfIt) {
  for (const std::string name : {"../evil", "a/../../evil", "/etc/passwd", "C:evil", "a\\b", "a\nb", ".."}) {
    EXPECT_THAT(OpenArchive({{name, "x"}}), HasReason(Reason::kBadSource)) << name;
  }
  EXPECT_THAT(OpenArchive({{"a..b/...", "x"}}), IsOk());
}

TEST(ArchiveTest, RefusesANameThatIsThereTwice) {
  EXPECT_THAT(OpenArchive({{"a.xml", "1"}, {"A.xml", "2"}}), HasReason(Reason::kBadSource));
  const std::string bytes = absl::StrReplaceAll(MakeZip({{"a.xml", "1"}, {"b.xml", "2"}}), {{"b.xml", "a.xml"}});
  EXPECT_THAT(Archive::Open("a.zip", bytes), HasReason(Reason::kBadSource));
}

TEST(ArchiveTest, RefusesABombBeforeItIsUnpacked) {
  const auto archive = OpenArchive({{"bomb.xml", std::string(kFreeInflated + 1, '\0')}});
  ASSERT_THAT(archive, HasReason(Reason::kBadSource));
  EXPECT_THAT(std::string(archive.status().message()), AllOf(HasSubstr("bomb.xml"), HasSubstr("250 times")));
}

TEST(ArchiveTest, RefusesMorePartsThanItsLimit) {
  Parts parts;
  for (uint64_t i = 0; i < kMaxArchiveParts; ++i) parts[absl::StrCat("p", i)];
  EXPECT_THAT(OpenArchive(parts), IsOk());
  parts["one more"];
  EXPECT_THAT(OpenArchive(parts), HasReason(Reason::kBadSource));
}

TEST(ArchiveTest, RefusesAnEncryptedPartWithAdvice) {
  const auto archive = Archive::Open("a.zip", MakeZip({{"people.csv", "x"}}, "password"));
  ASSERT_THAT(archive, HasReason(Reason::kBadSource));
  EXPECT_THAT(std::string(archive.status().message()), AllOf(HasSubstr("people.csv"), HasSubstr("with its password")));
}

TEST(ArchiveTest, RefusesWhatIsCutShortAnywhere) {
  const std::string bytes = MakeZip({{"a", std::string(1000, 'x')}, {"b", "y"}});
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(Archive::Open("a.zip", bytes.substr(0, size)), HasReason(Reason::kBadSource)) << size;
  }
}

TEST(ArchiveTest, ADamagedPartIsAnErrorWithItsName) {
  std::string content;
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&content, i * i % 7919, ",");
  std::string bytes = MakeZip({{"people.csv", content}});
  bytes[bytes.size() / 2] ^= 0x55;
  ASSERT_OK_AND_ASSIGN(const auto archive, Archive::Open("a.zip", bytes));
  const auto read = ReadPart(*archive, "people.csv");
  ASSERT_THAT(read, HasReason(Reason::kBadSource));
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("a.zip: people.csv: is damaged"));
}

}  // namespace
}  // namespace exposure
