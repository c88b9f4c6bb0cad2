#include "client/seal/table_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/status_macros.h"
#include "client/seal/mapping.h"
#include "tests/client/seal/fake_source.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::FakeRow;
using testing::FakeSource;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::Texts;

std::vector<FakeRow> SomeRows() {
  return {{.number = 1, .cells = Texts({"No"})}, {.number = 2, .cells = Texts({"7"})}};
}

v1::Mapping WithTables(const std::string& more) {
  return ParseMapping("m", "force: \"met\" scheme: \"pay\" key_column: \"No\" " + more).value();
}

// Two sheets, a hidden one, an empty one, and what a pivot table left.
FakeSource Workbook() {
  FakeSource source;
  source.Add({.name = "Summary", .kind = TableKind::kSheet}, SomeRows());
  source.Add({.name = "Empty", .kind = TableKind::kSheet}, {{.number = 3, .cells = Texts({"", " \u00a0"})}});
  source.Add({.name = "Data", .kind = TableKind::kSheet, .visibility = Visibility::kHidden}, SomeRows());
  source.Add({.name = "xl/pivot1.xml", .kind = TableKind::kPivotCache, .visibility = Visibility::kVeryHidden},
             SomeRows());
  source.AddRemark({.part = "docProps/core.xml", .what = "document properties", .count = 4});
  source.AddRemark({.part = "xl/comments1.xml", .what = "comments", .count = 2});
  return source;
}

constexpr char kAll[] = R"(
  tables { table: "Data" }
  tables { table: "Summary" ignore: true }
  tables { table: "xl/pivot1.xml" header_row: 1 }
  ignored_parts: "docProps/core.xml"
  ignored_parts: "xl/comments1.xml")";

std::string Without(std::string text, const std::string& part) { return text.erase(text.find(part), part.size()); }

absl::StatusOr<std::vector<PlannedTable>> Plan(const v1::Mapping& mapping, FakeSource& source) {
  Unsaid unsaid;
  ASSIGN_OR_RETURN(std::vector<PlannedTable> tables, PlanTables(mapping, source, unsaid));
  RETURN_IF_ERROR(NoteParts(mapping, source, unsaid));
  RETURN_IF_ERROR(unsaid.Check());
  return tables;
}

TEST(TablePlanTest, ReadsWhatIsUsedInTheOrderOfTheSource) {
  FakeSource source = Workbook();
  ASSERT_OK_AND_ASSIGN(const std::vector<PlannedTable> tables, Plan(WithTables(kAll), source));
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[0].index, 2u);
  EXPECT_EQ(tables[0].mapping.table(), "Data");
  EXPECT_EQ(tables[1].index, 3u);
  EXPECT_EQ(tables[1].mapping.header_row(), 1u);
}

TEST(TablePlanTest, OneMessageListsAllThatIsNeitherUsedNorIgnored) {
  FakeSource source = Workbook();
  const absl::Status status = Plan(WithTables("tables { table: \"Summary\" }"), source).status();
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_EQ(status.message(),
            "4 parts of the source are neither used nor ignored by the mapping. Look at each with `exposure inspect`, "
            "and write. A table is read as the mapping says, or add ignore: true; give a column a category, or ignore: "
            "true:\n"
            "  tables { table: \"Data\" }  # a HIDDEN sheet\n"
            "  tables { table: \"xl/pivot1.xml\" }  # what a pivot table was made from\n"
            "  ignored_parts: \"docProps/core.xml\"  # document properties\n"
            "  ignored_parts: \"xl/comments1.xml\"  # comments");
}

TEST(TablePlanTest, EachOfThemAloneStopsTheRun) {
  for (const char* line : {"tables { table: \"Data\" }", "tables { table: \"Summary\" ignore: true }",
                           "tables { table: \"xl/pivot1.xml\" header_row: 1 }", "ignored_parts: \"docProps/core.xml\"",
                           "ignored_parts: \"xl/comments1.xml\""}) {
    FakeSource source = Workbook();
    const absl::Status status = Plan(WithTables(Without(kAll, line)), source).status();
    EXPECT_THAT(status, HasReason(Reason::kBadSource)) << line;
    EXPECT_THAT(status.message(), HasSubstr("1 part of the source is")) << line;
  }
}

TEST(TablePlanTest, WhatTheMappingNamesMustBeThere) {
  FakeSource source = Workbook();
  const std::string more = std::string(kAll) + " tables { table: \"Old\" ignore: true } ignored_parts: \"x.vml\"";
  const absl::Status status = Plan(WithTables(more), source).status();
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_EQ(status.message(), "The mapping names what is not in the source:\n  table \"Old\"\n  part \"x.vml\"");
}

TEST(TablePlanTest, APartThatIsNotThereIsRefusedToo) {
  FakeSource source = Workbook();
  const absl::Status status = Plan(WithTables(std::string(kAll) + " ignored_parts: \"x.vml\""), source).status();
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_EQ(status.message(), "The mapping names what is not in the source:\n  part \"x.vml\"");
}

TEST(TablePlanTest, AnEmptyTableMayBeNamedOrNot) {
  FakeSource source = Workbook();
  EXPECT_THAT(Plan(WithTables(std::string(kAll) + " tables { table: \"Empty\" ignore: true }"), source), IsOk());
}

TEST(TablePlanTest, WithoutTablesTheOnlyOneWithContentIsTheSource) {
  FakeSource source;
  source.Add({.name = "Empty"}, {});
  source.Add({.name = "people.csv"}, SomeRows());
  ASSERT_OK_AND_ASSIGN(const std::vector<PlannedTable> tables, Plan(WithTables(""), source));
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(tables[0].index, 1u);
  EXPECT_EQ(tables[0].mapping.table(), "people.csv");
  // Not of two.
  source.Add({.name = "more.csv"}, SomeRows());
  const absl::Status status = Plan(WithTables(""), source).status();
  EXPECT_THAT(status, HasReason(Reason::kBadSource));
  EXPECT_THAT(status.message(), HasSubstr("tables { table: \"people.csv\" }  # a file of values"));
  EXPECT_THAT(status.message(), HasSubstr("tables { table: \"more.csv\" }  # a file of values"));
}

TEST(TablePlanTest, AFormulaWithoutValueIsContent) {
  FakeSource source;
  source.Add({.name = "A"}, {{.number = 1, .cells = {{.kind = CellKind::kNoValue}}}});
  source.Add({.name = "B"}, SomeRows());
  EXPECT_THAT(Plan(WithTables(""), source), HasReason(Reason::kBadSource));
}

TEST(TablePlanTest, ASourceWithoutContentIsRefused) {
  FakeSource source;
  source.Add({.name = "A"}, {});
  EXPECT_THAT(Plan(WithTables(""), source), HasReason(Reason::kBadSource));
}

TEST(TablePlanTest, NamesAreSafeOnATerminalAndInAMapping) {
  FakeSource source;
  source.Add({.name = "\x1b[2J\"x\n"}, SomeRows());
  source.Add({.name = "B"}, SomeRows());
  const absl::Status status = Plan(WithTables("tables { table: \"B\" }"), source).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr(R"(tables { table: "\033[2J\"x\n" })"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace exposure
