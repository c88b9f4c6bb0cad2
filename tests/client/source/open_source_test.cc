#include "client/source/open_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/client/source/read_tables.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::MakeZip;
using testing::Parts;
using testing::WorkbookParts;

constexpr char kValues[] = "No,Name\n1,x\n";

std::string Book(const std::string& number) {
  return MakeZip(WorkbookParts(absl::StrCat("<row><c><v>", number, "</v></c></row>")));
}

std::string OpenFailure(const std::vector<NamedBytes>& files) {
  const absl::StatusOr<std::unique_ptr<SourceFile>> file = OpenSources(files);
  EXPECT_THAT(file, HasReason(Reason::kBadSource));
  return std::string(file.status().message());
}

std::vector<std::string> NamesOf(const SourceFile& file) {
  std::vector<std::string> names;
  for (const TableFacts& facts : file.tables()) names.push_back(facts.name);
  return names;
}

std::vector<std::string> RemarksOf(SourceFile& file) {
  std::vector<std::string> texts;
  const absl::StatusOr<std::vector<Remark>> remarks = file.Remarks();
  EXPECT_THAT(remarks, IsOk());
  for (const Remark& one : *remarks) texts.push_back(absl::StrCat(one.count, " ", one.what, " in ", one.part));
  return texts;
}

TEST(OpenSourceTest, AFileIsKnownByItsContent) {
  EXPECT_THAT(OpenSources({{"people.pdf", kValues}}), IsOk());
  const std::string ods =
      std::string("PK\x03\x04", 4) + std::string(26, ' ') + "mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
  for (const auto& [bytes, what, advice] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"%PDF-1.7\n", "a PDF", "where it was made"},
           {ods, ".ods", ".xlsx"},
           {std::string("PK\x03\x04", 4) + "a.csv", "cut short", "Copy it again"},
           {"\x1F\x8B\x08", "gzip", "Unpack"},
           {"<html><table>", "a web page", ".xlsx"},
           {"<?xml version=\"1.0\"?><Workbook/>", "XML", ".xlsx"},
           {"[{\"name\": 1}]", "JSON", "CSV UTF-8"},
           {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", ".xls", ".xlsx"}}) {
    EXPECT_THAT(OpenFailure({{"people.csv", bytes}}),
                AllOf(HasSubstr("people.csv"), HasSubstr(what), HasSubstr(advice)));
  }
}

TEST(OpenSourceTest, OneFileHasItsOwnNames) {
  ASSERT_OK_AND_ASSIGN(const auto values, OpenSources({{"of/2023/people.csv", kValues}}));
  EXPECT_THAT(NamesOf(*values), ElementsAre("people.csv"));
  EXPECT_EQ(values->tables()[0].part, "people.csv");
  ASSERT_OK_AND_ASSIGN(const auto book, OpenSources({{"of/2023/book.xlsx", Book("7")}}));
  EXPECT_THAT(NamesOf(*book), ElementsAre("People"));
  EXPECT_EQ(book->tables()[0].part, "xl/worksheets/sheet1.xml");
}

TEST(OpenSourceTest, SeveralFilesAreOneSource) {
  Parts parts = WorkbookParts("<row><c><v>7</v></c></row>");
  parts["xl/sharedStrings.xml"] = "<sst><si><t>of nobody</t></si></sst>";
  parts["docProps/core.xml"] = "<p><a>x</a></p>";
  testing::Declare(parts, "docProps/core.xml", "core-properties");
  ASSERT_OK_AND_ASSIGN(const auto file,
                       OpenSources({{"a/people.csv", kValues}, {"book.xlsx", MakeZip(parts)}, {"c.tsv", "No\n5\n"}}));
  EXPECT_THAT(NamesOf(*file), ElementsAre("people.csv", "book.xlsx: People", "c.tsv"));
  EXPECT_EQ(file->tables()[1].part, "book.xlsx: xl/worksheets/sheet1.xml");
  EXPECT_THAT(RemarksOf(*file), ElementsAre("1 document properties in book.xlsx: docProps/core.xml",
                                            "1 texts that no cell uses in book.xlsx: xl/sharedStrings.xml"));
  ASSERT_OK_AND_ASSIGN(const auto sheet, testing::ReadRows(*file, 1));
  EXPECT_THAT(sheet, ElementsAre("1: 7"));
  ASSERT_OK_AND_ASSIGN(const auto values, testing::ReadRows(*file, 2));
  EXPECT_THAT(values, ElementsAre("1: No", "2: 5"));
}

TEST(OpenSourceTest, AnArchiveIsTheFilesInIt) {
  const std::string zip = MakeZip({{"2023/book.xlsx", Book("8")},
                                   {"2023/people.csv", kValues},
                                   {"__MACOSX/._people.csv", "\1"},
                                   {".DS_Store", "\1"}});
  ASSERT_OK_AND_ASSIGN(const auto file, OpenSources({{"of/leak.zip", zip}}));
  EXPECT_THAT(NamesOf(*file), ElementsAre("book.xlsx: People", "people.csv"));
  ASSERT_OK_AND_ASSIGN(const auto sheet, testing::ReadRows(*file, 0));
  EXPECT_THAT(sheet, ElementsAre("1: 8"));
  EXPECT_THAT(RemarksOf(*file), Contains("2 a Mac's notes on its files in leak.zip: __MACOSX"));
  ASSERT_OK_AND_ASSIGN(const auto one, OpenSources({{"leak.zip", MakeZip({{"book.xlsx", Book("8")}})}}));
  EXPECT_THAT(NamesOf(*one), ElementsAre("book.xlsx: People"));
}

TEST(OpenSourceTest, NoTwoTablesShareAName) {
  ASSERT_OK_AND_ASSIGN(const auto files, OpenSources({{"a/p.csv", kValues},
                                                      {"l.zip", MakeZip({{"p.csv", kValues}, {"b/p.csv", kValues}})},
                                                      {"q.csv", kValues}}));
  EXPECT_THAT(NamesOf(*files), ElementsAre("a/p.csv", "l.zip/b/p.csv", "l.zip/p.csv", "q.csv"));

  Parts parts = WorkbookParts("");
  parts["xl/e.xml"] =
      "<externalLink><externalBook><sheetNames><sheetName val=\"People\"/><sheetName val=\"People\"/></sheetNames>"
      "<sheetDataSet><sheetData sheetId=\"0\"><row r=\"1\"><cell r=\"A1\"><v>1</v></cell></row></sheetData>"
      "<sheetData sheetId=\"1\"><row r=\"1\"><cell r=\"A1\"><v>1</v></cell></row></sheetData></sheetDataSet>"
      "</externalBook></externalLink>";
  testing::Declare(parts, "xl/e.xml", "externalLink");
  ASSERT_OK_AND_ASSIGN(const auto book, OpenSources({{"b.xlsx", MakeZip(parts)}}));
  EXPECT_THAT(NamesOf(*book), ElementsAre("People", "xl/e.xml", "xl/e.xml (2)"));
  EXPECT_THAT(OpenFailure({{"a.csv", kValues}, {"a.csv", kValues}}), HasSubstr("a.csv: is given twice"));
}

TEST(OpenSourceTest, OneBadFileRefusesAllAndIsNamed) {
  EXPECT_THAT(OpenFailure({{"a.csv", kValues}, {"b.pdf", "%PDF-1.7"}}), HasSubstr("b.pdf: is a PDF"));
  EXPECT_THAT(OpenFailure({{"l.zip", MakeZip({{"a.csv", kValues}, {"read me.pdf", "%PDF-1.7"}})}}),
              HasSubstr("l.zip/read me.pdf: is a PDF"));
  EXPECT_THAT(OpenFailure({{"l.zip", MakeZip({{"in.zip", MakeZip({{"a.csv", kValues}})}})}}),
              HasSubstr("l.zip/in.zip: is an archive in an archive"));
  EXPECT_THAT(OpenFailure({{"l.zip", MakeZip({{"a.csv", kValues}}, "password")}}), HasSubstr("a.csv: is encrypted"));
  EXPECT_THAT(OpenFailure({{"l.zip", MakeZip({{"../a.csv", kValues}})}}), HasSubstr("leads out of the archive"));
  EXPECT_THAT(OpenFailure({{"l.zip", MakeZip({{"._a.csv", "\1"}})}}), HasSubstr("an archive without a file"));
  EXPECT_THAT(OpenFailure({}), HasSubstr("No file"));
}

TEST(OpenSourceTest, LimitsFilesAndBytes) {
  Parts many;
  for (size_t i = 0; i <= kMaxSourceFiles; ++i) many[absl::StrCat(i, ".csv")] = kValues;
  EXPECT_THAT(OpenFailure({{"l.zip", MakeZip(many)}}), HasSubstr("one file too many"));
  EXPECT_THAT(OpenFailure({{"l.zip", MakeZip({{"a.csv", std::string(20 << 20, 'x')}})}}), HasSubstr("only a bomb"));
}

TEST(OpenSourceTest, AnArchiveCutShortIsNeverReadInPart) {
  const std::string zip = MakeZip({{"a.csv", kValues}, {"b.csv", kValues}});
  for (size_t size = 5; size < zip.size(); ++size) {
    EXPECT_THAT(OpenSources({{"l.zip", zip.substr(0, size)}}), HasReason(Reason::kBadSource)) << size;
  }
}

}  // namespace
}  // namespace exposure
