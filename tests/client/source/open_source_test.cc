#include "client/source/open_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using ::testing::AllOf;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;

TEST(OpenSourceTest, AFileIsKnownByItsContent) {
  EXPECT_THAT(OpenSource("people.pdf", "No,Name\n1,x\n"), IsOk());
  const std::string ods =
      std::string("PK\x03\x04", 4) + std::string(26, ' ') + "mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
  for (const auto& [bytes, what, advice] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"%PDF-1.7\n", "a PDF", "where it was made"},
           {ods, ".ods", ".xlsx"},
           {std::string("PK\x03\x04", 4) + "a.csv", "a ZIP archive", "Unpack"},
           {"\x1F\x8B\x08", "gzip", "Unpack"},
           {"<html><table>", "a web page", ".xlsx"},
           {"<?xml version=\"1.0\"?><Workbook/>", "XML", ".xlsx"},
           {"[{\"name\": 1}]", "JSON", "CSV UTF-8"},
           {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", ".xls", ".xlsx"}}) {
    const absl::StatusOr<std::unique_ptr<SourceFile>> file = OpenSource("people.csv", bytes);
    ASSERT_THAT(file, HasReason(Reason::kBadSource));
    EXPECT_THAT(file.status().message(), AllOf(HasSubstr("people.csv"), HasSubstr(what), HasSubstr(advice)));
  }
}

}  // namespace
}  // namespace exposure
