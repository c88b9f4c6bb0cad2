#include "client/source/pivot_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/client/source/read_tables.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::Declare;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::Parts;
using testing::WorkbookParts;

constexpr char kFields[] =
    "<cacheField name=\"No\" numFmtId=\"164\"><sharedItems/></cacheField><cacheField name=\"Rank\"><sharedItems><s "
    "v=\"PC\"/><s v=\"DC\"/><s v=\"left_x0041_\"/><m/></sharedItems></cacheField><cacheField name=\"Group\" "
    "databaseField=\"0\"><fieldGroup base=\"1\"><groupItems><s v=\"g\"/></groupItems></fieldGroup></cacheField><"
    "cacheField name=\"Born\"><sharedItems/></cacheField>";
constexpr size_t kCache = 1;  // after the sheet

// A workbook with a pivot cache of these fields, and with records unless they are empty.
Parts CacheParts(const std::string& fields, const std::string& records) {
  Parts parts = WorkbookParts("");
  const std::string part = "xl/pivotCache/pivotCacheDefinition1.xml";
  Declare(parts, part, "pivotCacheDefinition");
  parts[part] = absl::StrCat("<pivotCacheDefinition><cacheFields>", fields, "</cacheFields></pivotCacheDefinition>");
  if (records.empty()) return parts;
  parts["xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels"] =
      "<Relationships><Relationship Id=\"a\" Type=\"x/pivotCacheRecords\" Target=\"records.xml\"/></Relationships>";
  parts["xl/pivotCache/records.xml"] = absl::StrCat("<pivotCacheRecords>", records, "</pivotCacheRecords>");
  Declare(parts, "xl/pivotCache/records.xml", "pivotCacheRecords");
  return parts;
}

TEST(PivotCacheTest, ReadsRecordsAndThenWhatNoRecordHolds) {
  ASSERT_OK_AND_ASSIGN(
      const auto rows,
      testing::ReadRows(CacheParts(kFields,
                                   "<r><n v=\"42\"/><x v=\"0\"/><d v=\"1980-02-03T00:00:00\"/></r><r><n "
                                   "v=\"43\"/><x v=\"1\"/><m/></r><r><s v=\"x\"/><x v=\"3\"/><b v=\"1\"/></r>"),
                        kCache));
  EXPECT_THAT(rows, ElementsAre("1: No | Rank | Group | Born", "2: 000042 | PC |  | @1980-02-03", "3: 000043 | DC",
                                "4: x |  |  | TRUE", "5:  | leftA"));
}

TEST(PivotCacheTest, WithoutRecordsItsListsAreRead) {
  ASSERT_OK_AND_ASSIGN(const auto rows, testing::ReadRows(CacheParts(kFields, ""), kCache));
  EXPECT_THAT(rows, ElementsAre("1: No | Rank | Group | Born", "2:  | PC", "3:  | DC", "4:  | leftA"));
}

TEST(PivotCacheTest, ValuesThatNoRecordUsesAreMarked) {
  const Parts parts = CacheParts(kFields, "<r><n v=\"42\"/><x v=\"0\"/><m/></r>");
  ASSERT_OK_AND_ASSIGN(const auto file, OpenWorkbook("p.xlsx", testing::MakeZip(parts)));
  std::vector<bool> left_over;
  EXPECT_THAT(file->Read(kCache,
                         [&left_over](const TableRow& row) {
                           left_over.push_back(row.left_over);
                           return absl::OkStatus();
                         }),
              IsOk());
  EXPECT_THAT(left_over, ElementsAre(false, false, true, true));
}

TEST(PivotCacheTest, IsListedByItsPartAndNeverVisible) {
  ASSERT_OK_AND_ASSIGN(const auto file, OpenWorkbook("p.xlsx", testing::MakeZip(CacheParts(kFields, ""))));
  ASSERT_EQ(file->tables().size(), 2u);
  EXPECT_EQ(file->tables()[kCache].kind, TableKind::kPivotCache);
  EXPECT_EQ(file->tables()[kCache].visibility, Visibility::kVeryHidden);
  EXPECT_EQ(file->tables()[kCache].part, "xl/pivotCache/pivotCacheDefinition1.xml");
}

TEST(PivotCacheTest, ErrorsTellTheirPlace) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"<r><n v=\"1\"/><x v=\"4\"/></r>", "records.xml, cell B2: points at a value that does not exist"},
      {"<r><n v=\"1\"/><x v=\"SECRET\"/></r>", "records.xml, cell B2: points at a value that does not exist"},
      {"<r><n v=\"SECRET\"/></r>", "records.xml, cell A2: holds a number that is none"},
      {"<r><n v=\"1\"/><m/><m/><m/></r>", "records.xml, cell E2: belongs to no field"},
      {"<r><y v=\"1\"/></r>", "records.xml, cell A2: is of a type that is not known"},
  };
  for (const auto& [records, says] : cases) {
    const auto rows = testing::ReadRows(CacheParts(kFields, records), kCache);
    EXPECT_THAT(rows, HasReason(Reason::kBadSource));
    EXPECT_THAT(std::string(rows.status().message()), HasSubstr(says));
    EXPECT_THAT(std::string(rows.status().message()), ::testing::Not(HasSubstr("SECRET")));
  }
}

TEST(PivotCacheTest, RecordsThatAreTheDefinitionItselfAreRefused) {
  Parts parts = CacheParts(kFields, "<r/>");
  parts["xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels"] =
      "<Relationships><Relationship Id=\"a\" Type=\"x/pivotCacheRecords\" Target=\"pivotCacheDefinition1.xml\"/>"
      "</Relationships>";
  EXPECT_THAT(testing::ReadRows(parts, kCache), HasReason(Reason::kBadSource));
}

TEST(PivotCacheTest, MissingRecordsAreAnError) {
  Parts parts = CacheParts(kFields, "<r/>");
  parts.erase("xl/pivotCache/records.xml");
  EXPECT_THAT(testing::ReadRows(parts, kCache), HasReason(Reason::kBadSource));
}

}  // namespace
}  // namespace exposure
