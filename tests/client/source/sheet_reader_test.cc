#include "client/source/sheet_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/client/source/read_tables.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::Not;
using testing::Parts;
using testing::ReadRows;
using testing::WorkbookParts;

absl::StatusOr<std::vector<std::string>> SheetRows(const std::string& sheet_data) {
  return ReadRows(WorkbookParts(sheet_data));
}

std::string SheetError(const std::string& sheet_data) { return std::string(SheetRows(sheet_data).status().message()); }

TEST(SheetReaderTest, ReadsCellsOfEveryType) {
  ASSERT_OK_AND_ASSIGN(
      const auto rows,
      SheetRows(
          "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"inlineStr\">"
          "<is><r><t>in</t></r><r><t>line</t></r><rPh><t>no</t></rPh></is></c><c r=\"D1\" t=\"str\"><f>A1</f>"
          "<v>made</v></c><c r=\"E1\" t=\"b\"><v>1</v></c><c r=\"F1\" t=\"b\"><v>0</v></c><c r=\"G1\" t=\"e\">"
          "<v>#N/A</v></c><c r=\"H1\"><v>7</v></c><c r=\"I1\" t=\"d\"><v>2024-01-31</v></c></row>"));
  EXPECT_THAT(rows, ElementsAre("1: plain | rich  | inline | made | TRUE | FALSE | #N/A | 7 | @2024-01-31"));
}

TEST(SheetReaderTest, ShowsNumbersInTheirFormat) {
  ASSERT_OK_AND_ASSIGN(const auto rows, SheetRows("<row><c s=\"1\"><v>42</v></c><c s=\"2\"><v>45322</v></c><c s=\"0\">"
                                                  "<v>1.23457E+11</v></c></row>"));
  EXPECT_THAT(rows, ElementsAre("1: 000042 | @2024-01-31 | 123457000000?"));
}

TEST(SheetReaderTest, CountsRowsAndCellsThatDoNotSayWhereTheyAre) {
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       SheetRows("<row><c><v>1</v></c><c><v>2</v></c></row><row r=\"5\"><c r=\"C5\"><v>3"
                                 "</v></c><c><v>4</v></c></row><row/><row><c><v>5</v></c></row>"));
  EXPECT_THAT(rows, ElementsAre("1: 1 | 2", "5:  |  | 3 | 4", "7: 5"));
}

TEST(SheetReaderTest, LeavesOutWhatIsOnlyFormatted) {
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       SheetRows("<row r=\"1\"><c r=\"A1\" s=\"1\"/></row><row r=\"2\"><c r=\"A2\"><v>1"
                                 "</v></c><c r=\"B2\" s=\"1\"/></row>"));
  EXPECT_THAT(rows, ElementsAre("2: 1"));
}

TEST(SheetReaderTest, AFormulaThatWasNotCalculatedHasNoValue) {
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       SheetRows("<row><c><f>1+1</f></c><c><f>1+1</f><v></v></c><c><f>1+1</f><v>2</v>"
                                 "</c><c t=\"str\"><f>A9</f><v></v></c><c t=\"str\"><f>A9</f></c></row>"));
  EXPECT_THAT(rows, ElementsAre("1: = | = | 2 |  | ="));
}

TEST(SheetReaderTest, DecodesWhatStandsForACharacter) {
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       SheetRows("<row><c t=\"s\"><v>2</v></c><c t=\"str\"><v>_x0041__x00E9__x20AC__xD83D__x0_</v></c>"
                                 "<c t=\"str\"><v>&amp;&#65;&lt;</v></c></row>"));
  EXPECT_THAT(rows, ElementsAre("1: a\rb_x | Aé€_xD83D__x0_ | &A<"));
}

TEST(SheetReaderTest, TellsHiddenRowsAndColumns) {
  Parts parts = WorkbookParts("");
  parts["xl/worksheets/sheet1.xml"] =
      "<x:worksheet xmlns:x=\"u\"><x:cols><x:col min=\"2\" max=\"3\" hidden=\"1\"/><x:col min=\"5\" max=\"5\" "
      "width=\"0\"/><x:col min=\"6\" max=\"6\" width=\"9\"/></x:cols><x:sheetData><x:row hidden=\"true\"><x:c><x:v>1"
      "</x:v></x:c></x:row></x:sheetData></x:worksheet>";
  ASSERT_OK_AND_ASSIGN(const auto file, OpenWorkbook("people.xlsx", testing::MakeZip(parts)));
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK_AND_ASSIGN(const auto rows, ReadRows(*file, 0));
    EXPECT_THAT(rows, ElementsAre("1 hidden: 1"));
    EXPECT_THAT(file->HiddenColumns(0), ElementsAre(1, 2, 4));
  }
}

TEST(SheetReaderTest, ReadsTheLastCellThatThereCanBe) {
  ASSERT_OK_AND_ASSIGN(const auto rows, SheetRows("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>"));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_THAT(rows[0], ::testing::EndsWith("| 1"));
}

TEST(SheetReaderTest, ErrorsTellPartAndCellButNotWhatItHolds) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"<row r=\"7\"><c r=\"B7\" t=\"s\"><v>3</v></c></row>", "cell B7: points at a shared text that does not exist"},
      {"<row r=\"7\"><c r=\"B7\" t=\"s\"><v>-1</v></c></row>", "cell B7: points at a shared text"},
      {"<row r=\"7\"><c r=\"B7\" t=\"s\"><v>99999999999999999999</v></c></row>", "cell B7: points at a shared text"},
      {"<row r=\"7\"><c r=\"B7\"><v>SECRET</v></c></row>", "cell B7: holds a number that is none"},
      {"<row r=\"7\"><c r=\"B7\" s=\"3\"><v>1</v></c></row>", "cell B7: has a style that does not exist"},
      {"<row r=\"7\"><c r=\"B7\" s=\"x\"><v>1</v></c></row>", "cell B7: has a style that does not exist"},
      {"<row r=\"7\"><c r=\"B7\" t=\"SECRET\"><v>1</v></c></row>", "cell B7: is of a type that is not known"},
      {"<row r=\"7\"><c r=\"B8\"><v>1</v></c></row>", "row 7: holds a cell that says it is elsewhere"},
      {"<row r=\"7\"><c r=\"7\"><v>1</v></c></row>", "row 7: holds a cell that says it is elsewhere"},
      {"<row r=\"7\"><c r=\"B\"><v>1</v></c></row>", "row 7: holds a cell that says it is elsewhere"},
      {"<row r=\"7\"><c r=\"B7\"/><c r=\"A7\"/></row>", "row 7: holds a cell twice, or not in order"},
      {"<row r=\"7\"><c r=\"B7\"/><c r=\"B7\"/></row>", "row 7: holds a cell twice, or not in order"},
      {"<row r=\"7\"/><row r=\"7\"/>", "row 7: is followed by one that does not come after it"},
      {"<row r=\"1048577\"/>", "row 0: is followed by one that does not come after it, or by one beyond 1048576"},
      {"<row r=\"7\"><c r=\"XFE7\"><v>1</v></c></row>", "row 7: has more than 16384 columns"},
      {"<row r=\"7\"><c r=\"ZZZZZZZZZZZZZZZZZZZ7\"><v>1</v></c></row>", "row 7: has more than 16384 columns"},
      {"<row><c><v>1</c></row>", "line 1: is not well-formed XML"},
  };
  for (const auto& [sheet_data, says] : cases) {
    EXPECT_THAT(SheetRows(sheet_data), HasReason(Reason::kBadSource)) << sheet_data;
    EXPECT_THAT(SheetError(sheet_data), HasSubstr(absl::StrCat("people.xlsx: xl/worksheets/sheet1.xml, ", says)));
    EXPECT_THAT(SheetError(sheet_data), Not(HasSubstr("SECRET")));
  }
}

TEST(SheetReaderTest, RefusesAMillionColumns) {
  std::string cells;
  for (int i = 0; i < 1'000'000; ++i) cells += "<c/>";
  EXPECT_THAT(SheetError(absl::StrCat("<row>", cells, "</row>")), HasSubstr("row 1: has more than 16384 columns"));
}

TEST(SheetReaderTest, RefusesMoreTextThanACellOrARowCanHold) {
  const std::string limit(kMaxCellText, 'x');
  const auto cell = [](const std::string& text) { return absl::StrCat("<c t=\"str\"><v>", text, "</v></c>"); };
  EXPECT_THAT(SheetRows(absl::StrCat("<row>", cell(limit), "</row>")), IsOk());
  EXPECT_THAT(SheetError(absl::StrCat("<row>", cell(limit + "x"), "</row>")), HasSubstr("cell A1: holds more text"));
  std::string cells;
  for (int i = 0; i < 65; ++i) cells += "<c t=\"s\"><v>0</v></c>";
  Parts parts = WorkbookParts(absl::StrCat("<row>", cells, "</row>"));
  parts["xl/sharedStrings.xml"] = absl::StrCat("<sst><si><t>", limit, "</t></si></sst>");
  EXPECT_THAT(std::string(ReadRows(parts).status().message()), HasSubstr("cell BM1: makes the row too long"));
  parts["xl/sharedStrings.xml"] = absl::StrCat("<sst><si><t>", limit, "x</t></si></sst>");
  EXPECT_THAT(std::string(ReadRows(parts).status().message()), HasSubstr("text 0 is longer than a cell can hold"));
}

// What a row costs is what is in it: a megabyte may hold 200,000 rows with one cell in the last column.
TEST(SheetReaderTest, AWideRowWithOneCellDeliversOne) {
  std::string sheet;
  for (int row = 1; row <= 1000; ++row) absl::StrAppend(&sheet, "<row><c r=\"XFD", row, "\"><v>7</v></c></row>");
  ASSERT_OK_AND_ASSIGN(const auto file, OpenWorkbook("people.xlsx", testing::MakeZip(WorkbookParts(sheet))));
  size_t rows = 0, delivered = 0;
  const Cell* memory = nullptr;
  ASSERT_THAT(file->Read(0,
                         [&](const TableRow& row) {
                           memory = ++rows == 1 ? row.cells.data() : memory;
                           EXPECT_EQ(row.cells.data(), memory);  // none of it is made again
                           EXPECT_EQ(row.cells.size(), 16'384);
                           EXPECT_THAT(row.filled, ElementsAre(16'383));
                           delivered += row.filled.size();
                           return absl::OkStatus();
                         }),
              IsOk());
  EXPECT_EQ(rows, 1000);
  EXPECT_EQ(delivered, 1000);
}

TEST(SheetReaderTest, ACellThatIsNotThereIsBlankWhateverTheRowBeforeHadInIt) {
  ASSERT_OK_AND_ASSIGN(const auto rows, SheetRows("<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>"
                                                  "<row r=\"2\"><c r=\"B2\"><v>4</v></c></row>"
                                                  "<row r=\"3\"><c r=\"D3\"><v>5</v></c></row>"));
  EXPECT_THAT(rows, ElementsAre("1: 1 | 2 | 3", "2:  | 4", "3:  |  |  | 5"));
}

TEST(SheetReaderTest, AnErrorOfTheCallerEndsTheReading) {
  ASSERT_OK_AND_ASSIGN(
      const auto file,
      OpenWorkbook("people.xlsx",
                   testing::MakeZip(WorkbookParts("<row><c><v>1</v></c></row><row><c><v>2</v></c></row>"))));
  int rows = 0;
  const absl::Status status = file->Read(0, [&](const TableRow&) {
    ++rows;
    return Error(Reason::kBadNumber, "stop");
  });
  EXPECT_THAT(status, HasReason(Reason::kBadNumber));
  EXPECT_EQ(rows, 1);
}

// What is no sheet, or would make one of itself.
TEST(SheetReaderTest, RefusesXmlThatIsMeantToHarm) {
  const std::string laughs =
      "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;\">]><worksheet>&c;</worksheet>";
  const std::string external = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><worksheet>&a;</worksheet>";
  std::string deep = "<worksheet>";
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {laughs, "holds a DTD"},
      {external, "holds a DTD"},
      {"<worksheet>&undefined;</worksheet>", "undefined entity"},
      {deep, "is nested too deeply"},
      {absl::StrCat("<worksheet a=\"", std::string(2 << 20, 'x'), "\"/>"), "holds too long a tag"},
      {"<?xml version=\"1.0\" encoding=\"KOI8-R\"?><worksheet/>", "unknown encoding"},
      {"<chart/>", "is not a sheet"},
      {"", "no element found"},
      {"<worksheet><sheetData><row>", "no element found"},
  };
  for (const auto& [xml, says] : cases) {
    Parts parts = WorkbookParts("");
    parts["xl/worksheets/sheet1.xml"] = xml;
    const auto rows = ReadRows(parts);
    EXPECT_THAT(rows, HasReason(Reason::kBadSource)) << says;
    EXPECT_THAT(std::string(rows.status().message()), HasSubstr(says));
  }
}

TEST(SheetReaderTest, ReadsXmlInUtf16) {
  Parts parts = WorkbookParts("");
  std::string wide = "\xFF\xFE";
  for (const char c : testing::SheetXml("<row><c><v>7</v></c></row>")) wide += {c, '\0'};
  parts["xl/worksheets/sheet1.xml"] = wide;
  ASSERT_OK_AND_ASSIGN(const auto rows, ReadRows(parts));
  EXPECT_THAT(rows, ElementsAre("1: 7"));
}

}  // namespace
}  // namespace exposure
