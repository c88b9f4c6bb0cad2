#include "client/source/workbook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/source/xml.h"
#include "tests/client/source/read_tables.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using ::testing::AllOf;
using testing::Declare;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::MakeZip;
using testing::Parts;
using testing::SheetXml;
using testing::WorkbookParts;

constexpr char kOneRow[] = "<row><c><v>7</v></c></row>";

absl::StatusOr<std::unique_ptr<SourceFile>> OpenParts(const Parts& parts) {
  return OpenWorkbook("people.xlsx", MakeZip(parts));
}

std::string OpenError(const Parts& parts) { return std::string(OpenParts(parts).status().message()); }

// Adds a sheet to xl/workbook.xml.
void AddSheet(Parts& parts, const std::string& name, const std::string& state, const std::string& target) {
  const std::string id = absl::StrCat("more", parts.size());
  parts["xl/workbook.xml"] = absl::StrReplaceAll(
      parts["xl/workbook.xml"],
      {{"</sheets>", absl::StrCat("<sheet name=\"", name, "\" state=\"", state, "\" r:id=\"", id, "\"/></sheets>")}});
  parts["xl/_rels/workbook.xml.rels"] =
      absl::StrReplaceAll(parts["xl/_rels/workbook.xml.rels"],
                          {{"</Relationships>", absl::StrCat("<Relationship Id=\"", id,
                                                             "\" Type=\"http://purl.oclc.org/ooxml/worksheet\" "
                                                             "Target=\"",
                                                             target, "\"/></Relationships>")}});
}

// A row that uses the three texts of WorkbookParts.
std::string AllTextsUsed() {
  return "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c t=\"s\"><v>2</v></c></row>";
}

// "xl/a.xml comments" → their number.
std::map<std::string, uint64_t> RemarksOf(const Parts& parts) {
  std::map<std::string, uint64_t> found;
  const auto file = OpenParts(parts);
  EXPECT_THAT(file, IsOk());
  const auto remarks = (*file)->Remarks();
  EXPECT_THAT(remarks, IsOk());
  for (const Remark& remark : *remarks) found[absl::StrCat(remark.part, " ", remark.what)] = remark.count;
  return found;
}

TEST(WorkbookTest, ListsSheetsInTheirOrderWithWhatHidesThem) {
  Parts parts = WorkbookParts(kOneRow);
  AddSheet(parts, "Hidden", "hidden", "/xl/deep/h.xml");
  parts["xl/deep/h.xml"] = SheetXml("<row><c><v>8</v></c></row>");
  AddSheet(parts, "Very", "veryHidden", "worksheets/../v.xml");
  parts["xl/v.xml"] = SheetXml("<row><c><v>9</v></c></row>");
  ASSERT_OK_AND_ASSIGN(const auto file, OpenParts(parts));
  ASSERT_EQ(file->tables().size(), 3u);
  EXPECT_EQ(file->tables()[0].name, "People");
  EXPECT_EQ(file->tables()[0].visibility, Visibility::kVisible);
  EXPECT_EQ(file->tables()[1].name, "Hidden");
  EXPECT_EQ(file->tables()[1].visibility, Visibility::kHidden);
  EXPECT_EQ(file->tables()[2].visibility, Visibility::kVeryHidden);
  EXPECT_EQ(file->tables()[2].part, "xl/v.xml");
  ASSERT_OK_AND_ASSIGN(const auto rows, testing::ReadRows(*file, 2));
  EXPECT_THAT(rows, ElementsAre("1: 9"));
}

TEST(WorkbookTest, FindsASheetThatTheWorkbookDoesNotMention) {
  Parts parts = WorkbookParts(kOneRow);
  parts["xl/worksheets/left.xml"] = SheetXml("<row><c><v>8</v></c></row>");
  Declare(parts, "xl/worksheets/left.xml", "worksheet");
  ASSERT_OK_AND_ASSIGN(const auto file, OpenParts(parts));
  ASSERT_EQ(file->tables().size(), 2u);
  EXPECT_EQ(file->tables()[1].name, "xl/worksheets/left.xml");
  EXPECT_EQ(file->tables()[1].visibility, Visibility::kVeryHidden);
  ASSERT_OK_AND_ASSIGN(const auto rows, testing::ReadRows(*file, 1));
  EXPECT_THAT(rows, ElementsAre("1: 8"));
}

TEST(WorkbookTest, ReadsWhatALinkHasCopied) {
  Parts parts = WorkbookParts(kOneRow);
  parts["xl/externalLinks/e.xml"] =
      "<externalLink><externalBook><sheetNames><sheetName val=\"Empty\"/><sheetName val=\"Staff\"/></sheetNames><"
      "sheetDataSet><sheetData sheetId=\"0\"/><sheetData sheetId=\"1\"><row r=\"3\"><cell "
      "r=\"B3\"><v>42</v></cell><cell "
      "r=\"C3\" t=\"str\"><v>text</v></cell></row></sheetData><sheetData sheetId=\"5\"><row r=\"1\"><cell r=\"A1\"><v>1"
      "</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>";
  Declare(parts, "xl/externalLinks/e.xml", "externalLink");
  ASSERT_OK_AND_ASSIGN(const auto file, OpenParts(parts));
  ASSERT_EQ(file->tables().size(), 3u);
  EXPECT_EQ(file->tables()[1].name, "Staff");
  EXPECT_EQ(file->tables()[1].kind, TableKind::kExternalCache);
  ASSERT_OK_AND_ASSIGN(const auto staff, testing::ReadRows(*file, 1));
  EXPECT_THAT(staff, ElementsAre("3:  | 42 | text"));
  ASSERT_OK_AND_ASSIGN(const auto nameless, testing::ReadRows(*file, 2));
  EXPECT_THAT(nameless, ElementsAre("1: 1"));
}

TEST(WorkbookTest, CountsDatesFrom1904WhereTheWorkbookSaysSo) {
  Parts parts = WorkbookParts("<row><c s=\"2\"><v>43860</v></c></row>");
  parts["xl/workbook.xml"] =
      absl::StrReplaceAll(parts["xl/workbook.xml"], {{"<sheets>", "<workbookPr date1904=\"1\"/><sheets>"}});
  ASSERT_OK_AND_ASSIGN(const auto rows, testing::ReadRows(parts));
  EXPECT_THAT(rows, ElementsAre("1: @2024-01-31"));
}

TEST(WorkbookTest, RemarksTellWhatElseMayHoldData) {
  Parts parts = WorkbookParts(AllTextsUsed());
  parts["xl/workbook.xml"] = absl::StrReplaceAll(
      parts["xl/workbook.xml"], {{"</sheets>", "</sheets><definedNames><definedName name=\"a\"/></definedNames>"}});
  parts["xl/comments1.xml"] = "<comments><comment/><comment/></comments>";
  Declare(parts, "xl/comments1.xml", "comments");
  parts["docProps/core.xml"] = "<p><a> </a><b>x</b></p>";
  parts["xl/embeddings/oleObject1.bin"] = "x";
  parts["xl/vbaProject.bin"] = "x";
  parts["xl/secret.dat"] = "x";
  parts["xl/worksheets/_rels/sheet1.xml.rels"] =
      "<Relationships><Relationship TargetMode=\"External\" Target=\"mailto:x\"/><Relationship Target=\"a\"/>"
      "</Relationships>";
  Declare(parts, "docProps/core.xml", "core-properties");
  const std::map<std::string, uint64_t> expected = {{"xl/workbook.xml defined names", 1},
                                                    {"xl/comments1.xml comments", 2},
                                                    {"docProps/core.xml document properties", 1},
                                                    {"xl/embeddings/oleObject1.bin embedded objects", 1},
                                                    {"xl/vbaProject.bin macros", 1},
                                                    {"xl/secret.dat not recognised", 1},
                                                    {"xl/worksheets/_rels/sheet1.xml.rels links to elsewhere", 1}};
  EXPECT_EQ(RemarksOf(parts), expected);
}

TEST(WorkbookTest, RemarksTellWhatASheetSaysBesideItsCells) {
  Parts parts = WorkbookParts(AllTextsUsed());
  parts["xl/worksheets/sheet1.xml"] = absl::StrReplaceAll(
      SheetXml(AllTextsUsed()),
      {{"</worksheet>",
        "<scenarios><scenario><inputCells r=\"A1\" val=\"x\"/></scenario></scenarios><autoFilter><filters>"
        "<filter val=\"x\"/><filter val=\"y\"/></filters></autoFilter><dataValidations><dataValidation prompt=\"x\">"
        "<formula1>\"x,y\"</formula1></dataValidation><dataValidation><formula1>$A$1:$A$9</formula1></dataValidation>"
        "</dataValidations><headerFooter><oddHeader>&amp;Cx</oddHeader><oddFooter> </oddFooter></headerFooter><extLst>"
        "<ext><x:dataValidation><x:formula1><m:f>\"x\"</m:f></x:formula1></x:dataValidation></ext></extLst>"
        "</worksheet>"}});
  const std::map<std::string, uint64_t> expected = {{"xl/worksheets/sheet1.xml headers and footers of pages", 1},
                                                    {"xl/worksheets/sheet1.xml lists and notes of data validation", 3},
                                                    {"xl/worksheets/sheet1.xml values in filters", 2},
                                                    {"xl/worksheets/sheet1.xml values in scenarios", 1}};
  EXPECT_EQ(RemarksOf(parts), expected);
}

TEST(WorkbookTest, TextsThatNoCellUsesAreRemarked) {
  Parts parts = WorkbookParts("<row><c t=\"s\"><v>1</v></c></row>");
  AddSheet(parts, "Hidden", "hidden", "/xl/h.xml");
  parts["xl/h.xml"] = SheetXml("<row><c t=\"s\"><v>0</v></c></row>");
  Declare(parts, "xl/h.xml", "worksheet");
  const std::map<std::string, uint64_t> one = {{"xl/sharedStrings.xml texts that no cell uses", 1}};
  EXPECT_EQ(RemarksOf(parts), one);
  parts["xl/h.xml"] = SheetXml(AllTextsUsed());
  EXPECT_THAT(RemarksOf(parts), IsEmpty());
  parts["xl/sharedStrings.xml"] =
      absl::StrReplaceAll(parts["xl/sharedStrings.xml"], {{"</sst>", "<si><t>plain</t></si><si><t> </t></si></sst>"}});
  EXPECT_THAT(RemarksOf(parts), IsEmpty());
}

TEST(WorkbookTest, TextsInDrawingsAndControlsAreRemarked) {
  Parts parts = WorkbookParts(AllTextsUsed());
  parts["xl/drawings/drawing1.xml"] = "<d xmlns:a=\"a\"><a:t>x</a:t><a:t>y</a:t></d>";
  Declare(parts, "xl/drawings/drawing1.xml", "drawing");
  parts["xl/drawings/vmlDrawing1.vml"] =
      "<xml><br><x:ClientData ObjectType=\"Note\"/><x:ClientData ObjectType=\"Label\"/></xml>";
  parts["xl/tables/table1.xml"] = "<table><filter val=\"x\"/></table>";
  Declare(parts, "xl/tables/table1.xml", "table");
  const std::map<std::string, uint64_t> expected = {{"xl/drawings/drawing1.xml texts in drawings", 2},
                                                    {"xl/drawings/vmlDrawing1.vml controls and text boxes", 1},
                                                    {"xl/tables/table1.xml values in filters", 1}};
  EXPECT_EQ(RemarksOf(parts), expected);
}

TEST(WorkbookTest, AWorkbookThatPointsAtItselfEnds) {
  Parts parts = WorkbookParts(kOneRow);
  AddSheet(parts, "Itself", "visible", "workbook.xml");
  parts["xl/worksheets/_rels/sheet1.xml.rels"] =
      "<Relationships><Relationship Id=\"a\" Type=\"x/worksheet\" Target=\"sheet1.xml\"/></Relationships>";
  ASSERT_OK_AND_ASSIGN(const auto file, OpenParts(parts));
  EXPECT_THAT(testing::ReadRows(*file, 0), IsOk());
  EXPECT_THAT(testing::ReadRows(*file, 1), HasReason(Reason::kBadSource));
}

TEST(WorkbookTest, RefusesAPartOfItsStructureThatNoProgramMakes) {
  Parts parts = WorkbookParts(kOneRow);
  std::string noise;
  for (uint32_t i = 0, x = 1; noise.size() <= kMaxKeptXml; ++i)
    absl::StrAppend(&noise, "<a b=\"", x = x * 69069 + i, "\"/>");
  parts["xl/styles.xml"] = absl::StrCat("<styleSheet>", noise, "</styleSheet>");
  EXPECT_THAT(OpenError(parts), HasSubstr("xl/styles.xml: is larger than 32 MiB"));
}

TEST(WorkbookTest, TwoSheetsCannotBeOnePart) {
  Parts parts = WorkbookParts(kOneRow);
  AddSheet(parts, "Again", "visible", "worksheets/sheet1.xml");
  EXPECT_THAT(OpenError(parts), HasSubstr("xl/worksheets/sheet1.xml: is the part of two sheets"));
}

TEST(WorkbookTest, WhatIsMissingIsAnErrorAtItsPart) {
  const std::map<std::string, std::string> cases = {
      {"[Content_Types].xml", "[Content_Types].xml: is missing"},
      {"_rels/.rels", "_rels/.rels: names no workbook"},
      {"xl/workbook.xml", "xl/workbook.xml: is missing"},
      {"xl/_rels/workbook.xml.rels", "xl/workbook.xml: sheet 1 of 1 is missing"},
      {"xl/worksheets/sheet1.xml", "xl/workbook.xml: sheet 1 of 1 is missing"},
      {"xl/styles.xml", "xl/styles.xml: is missing"},
      {"xl/sharedStrings.xml", "xl/sharedStrings.xml: is missing"}};
  for (const auto& [part, says] : cases) {
    Parts parts = WorkbookParts(kOneRow);
    ASSERT_EQ(parts.erase(part), 1u);
    EXPECT_THAT(OpenParts(parts), HasReason(Reason::kBadSource));
    EXPECT_THAT(OpenError(parts), HasSubstr(absl::StrCat("people.xlsx: ", says)));
  }
}

TEST(WorkbookTest, AWorkbookWithoutStylesOrTextsIsRead) {
  Parts parts = WorkbookParts(kOneRow);
  parts["xl/_rels/workbook.xml.rels"] =
      "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
  ASSERT_OK_AND_ASSIGN(const auto rows, testing::ReadRows(parts));
  EXPECT_THAT(rows, ElementsAre("1: 7"));
}

TEST(WorkbookTest, RefusesOtherFormatsWithAdvice) {
  const std::string ole = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(512, '\0');
  const std::string encrypted("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", 32);
  const auto message = [](const std::string& bytes) {
    const auto file = OpenWorkbook("people.xlsx", bytes);
    EXPECT_THAT(file, HasReason(Reason::kBadSource));
    return std::string(file.status().message());
  };
  EXPECT_THAT(message(ole + encrypted), AllOf(HasSubstr("is encrypted"), HasSubstr("Encrypt with Password, empty")));
  EXPECT_THAT(message(ole), AllOf(HasSubstr(".xls"), HasSubstr("save it again")));
  EXPECT_THAT(message("No,Name\n1,x\n"), HasSubstr("is not a ZIP archive"));
  EXPECT_THAT(message(""), HasSubstr("is not a ZIP archive"));
  Parts binary = WorkbookParts("");
  binary["_rels/.rels"] = absl::StrReplaceAll(binary["_rels/.rels"], {{"workbook.xml", "workbook.bin"}});
  EXPECT_THAT(message(MakeZip(binary)), HasSubstr("is a binary workbook (.xlsb)"));
  Parts document = WorkbookParts("");
  document["[Content_Types].xml"] =
      absl::StrReplaceAll(document["[Content_Types].xml"], {{"spreadsheetml.sheet.main", "word.document.main"}});
  EXPECT_THAT(message(MakeZip(document)), HasSubstr("another program's document"));
}

TEST(WorkbookTest, IsNeverReadInPartWhereItIsCutShort) {
  const std::string bytes = MakeZip(WorkbookParts(kOneRow));
  for (size_t size = 0; size < bytes.size(); size += 7) {
    EXPECT_THAT(OpenWorkbook("people.xlsx", bytes.substr(0, size)), HasReason(Reason::kBadSource)) << size;
  }
}

}  // namespace
}  // namespace exposure
