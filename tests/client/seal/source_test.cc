#include "client/seal/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "client/seal/mapping.h"
#include "crypto/hash.h"
#include "tests/client/source/zip_writer.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::MakeZip;
using ::testing::Not;
using testing::TempDir;
using testing::WorkbookParts;

// What became of a row that could not be used.
std::string Text(const QuarantinedRow& row) {
  return absl::StrCat(row.table, " ", row.row, " ", row.column, ": ", row.reason);
}

std::string Text(const v1::TableCount& table) {
  return absl::StrCat(table.table(), ": ", table.read(), " = ", table.indexed(), " + ", table.merged(), " + ",
                      table.quarantined(), ", ", table.left_out());
}

class SourceTest : public ::testing::Test {
 protected:
  SourceTest() {
    rule_.add_prefix_words("NO");
    rule_.set_min_letters(1);
    rule_.set_max_letters(1);
    rule_.set_min_digits(6);
    rule_.set_max_digits(6);
    Map("");
  }

  void Map(const std::string& more) {
    options_.mapping = ParseMapping("m", absl::StrCat("force: \"met\" scheme: \"pay\" key_column: \"Pay No\" ", more,
                                                      " columns { column: \"Name\" category: CATEGORY_NAME }"))
                           .value();
  }
  std::string Write(const std::string& name, const std::string& bytes) {
    EXPECT_THAT(WriteFileAtomically(dir_ / name, bytes, 0600), IsOk());
    return dir_ / name;
  }
  absl::StatusOr<Source> Read(const std::string& csv) {
    options_.sources = {Write("people.csv", csv)};
    return ReadSource(options_, rule_);
  }
  // Of a source that can be read.
  Reconciliation Reconciled(const std::string& csv) {
    absl::StatusOr<Source> source = Read(csv);
    EXPECT_THAT(source, IsOk());
    return source->people.Reconcile();
  }
  void Refused(const std::string& csv, const char* says) {
    const absl::StatusOr<Source> source = Read(csv);
    EXPECT_THAT(source, HasReason(Reason::kBadSource)) << csv;
    EXPECT_THAT(source.status().message(), HasSubstr(says)) << csv;
  }

  const TempDir dir_;
  v1::CanonicalRule rule_;
  SealOptions options_;
};

TEST_F(SourceTest, OneNumberInAnyFormIsOnePerson) {
  const Reconciliation sums = Reconciled(
      "Pay No,Name\nA123456,\na123456,\n A 123456,\nA\u00a0123456 ,\nNo. A123456,\n\"=\"\"A123456\"\"\",\nB123456,\n");
  EXPECT_EQ(sums.indexed, 2u);
  EXPECT_EQ(sums.merged, 5u);
}

TEST_F(SourceTest, WhatHasNoCanonicalFormIsQuarantinedAndNeverRepeated) {
  const std::vector<std::string> bad = {"", "\u00a0", "N/A", "A12345", "1.23457E+11", "A1234567", "A12345\u00b2"};
  std::string csv = "Pay No,Name\nA123456,Shah\n";
  for (const std::string& number : bad) absl::StrAppend(&csv, number, ",Singh\n");
  const Reconciliation sums = Reconciled(csv);
  ASSERT_EQ(sums.quarantine.size(), bad.size());
  for (size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(sums.quarantine[i].table, "people.csv");
    EXPECT_EQ(sums.quarantine[i].row, 3 + i);
    EXPECT_EQ(sums.quarantine[i].column, "Pay No");
    EXPECT_THAT(sums.quarantine[i].reason, Not(::testing::IsEmpty()));
    if (i >= 2 && i != 4) {
      EXPECT_THAT(sums.quarantine[i].reason, Not(HasSubstr(bad[i])));
    }
  }
  EXPECT_THAT(sums.quarantine[1].reason, HasSubstr("blank"));
  EXPECT_THAT(sums.quarantine[4].reason, HasSubstr("digits were lost"));
}

TEST_F(SourceTest, NobodyIsLostAboveTheHeaderOrInItsPlace) {
  Map(R"(tables { table: "people.csv" header_row: 3 })");
  Refused("A123456,Shah\n,\nPay No,Name\nB123456,Singh\n", "row 1 counts as header or title");
  Map(R"(tables { table: "people.csv" header_row: 3 not_people: 1 })");
  EXPECT_EQ(Reconciled("A123456,Shah\n,\nPay No,Name\nB123456,Singh\n").indexed, 1u) << "as the custodian says";
  options_.mapping.clear_tables();
  options_.mapping.set_key_column("column 1 (A)");
  options_.mapping.mutable_columns(0)->set_column("column 2 (B)");
  Refused("A123456,Shah\nB123456,Singh\n", "row 1 counts as header or title");
}

TEST_F(SourceTest, WithoutAHeaderEveryoneFromRow1OnIsRead) {
  options_.mapping = ParseMapping("m", R"m(force: "met" scheme: "pay" tables {
    table: "people.csv" no_header: true key_column: "column 1 (A)"
    columns { column: "column 2 (B)" category: CATEGORY_NAME } not_people: 5 })m")
                         .value();
  const Reconciliation sums = Reconciled("A123456,Shah\nB123456,Singh\n,Doe\nA123456,\nTotal,4\n");
  EXPECT_EQ(Text(sums.tables[0]), "people.csv: 4 = 2 + 1 + 1, 1");
  EXPECT_EQ(sums.quarantine[0].row, 3u);
  EXPECT_EQ(sums.quarantine[0].column, "column 1 (A)");
  Refused("A123456,Shah,x\n,,\n,,\n,,\n,4,\n", "columns { column: \"column 3 (C)\" }");
  options_.mapping.mutable_tables(0)->mutable_columns(0)->set_column("Shah");
  Refused("A123456,Shah\n", "has no header, by the mapping");
}

TEST_F(SourceTest, TitlesMergedHeadersAndTotalsAreNoPeople) {
  Map(R"(tables { table: "people.csv" header_row: 4 header_rows: 2 not_people: 7 })");
  const Reconciliation sums =
      Reconciled("Staff,\nas at,2023\nPay No,Person\n,Name\nA123456,Shah\n\nTotal,1\nB123456,\n");
  EXPECT_EQ(Text(sums.tables[0]), "people.csv: 2 = 2 + 0 + 0, 1");
}

TEST_F(SourceTest, ARowOfNoPeopleMustBeThere) {
  Map(R"(tables { table: "people.csv" not_people: 3 not_people: 9 })");
  Refused("Pay No,Name\nA123456,Shah\nTotal,1\n", "people.csv: row 9 is blank or not there");
}

// Rows as a spreadsheet stores them.
std::string Inline(const char* at, const char* text) {
  return absl::StrCat("<c r=\"", at, "\" t=\"inlineStr\"><is><t>", text, "</t></is></c>");
}

TEST_F(SourceTest, OneMessageHasTablesColumnsAndPartsThatTheMappingDoesNotName) {
  const std::string rows = absl::StrCat("<row r=\"1\">", Inline("A1", "Pay No"), Inline("B1", "Name"),
                                        Inline("D1", "Team"), "</row><row r=\"2\">", Inline("A2", "A123456"),
                                        Inline("B2", "Shah"), Inline("C2", "Secret"), "</row>");
  Map(R"(tables { table: "people.xlsx: People" })");
  options_.sources = {Write("people.xlsx", MakeZip(WorkbookParts(rows))), Write("b.csv", "Pay No,Name\n")};
  const absl::StatusOr<Source> source = ReadSource(options_, rule_);
  EXPECT_THAT(source, HasReason(Reason::kBadSource));
  for (const char* line :
       {"4 parts of the source", "tables { table: \"b.csv\" }",
        "columns { column: \"Team\" }  # column 4 (D) of \"people.xlsx: People\"",
        "columns { column: \"column 3 (C)\" }  # of \"people.xlsx: People\": no header, but row 2 has something",
        "ignored_parts: \"people.xlsx: xl/sharedStrings.xml\""}) {
    EXPECT_THAT(source.status().message(), HasSubstr(line));
  }
  EXPECT_THAT(source.status().message(), Not(HasSubstr("Secret")));
}

TEST_F(SourceTest, AColumnWithoutHeaderIsNamedByItsPlaceUnlessItIsBlank) {
  EXPECT_EQ(Reconciled("Pay No,Name,,\nA123456,Shah,, \n").indexed, 1u);
  Refused("Pay No,Name,\nA123456,Shah,\nB123456,Singh,x\n", "columns { column: \"column 3 (C)\" }  # of");
  Map(R"m(columns { column: "column 3 (C)" category: CATEGORY_ROLE })m");
  EXPECT_EQ(Reconciled("Pay No,Name,\nA123456,Shah,\nB123456,Singh,x\n").counts.size(), 2u);
}

TEST_F(SourceTest, WhatATitleOrATotalHasBesideTheColumnsIsNoColumn) {
  Map(R"(tables { table: "people.csv" header_row: 2 not_people: 4 })");
  EXPECT_EQ(Reconciled(",,as at 2023\nPay No,Name,\nA123456,Shah,\n,,total 1\n").indexed, 1u);
}

TEST_F(SourceTest, TheHeaderIsWhereTheMappingSays) {
  Refused("\nPay No,Name\nA123456,Shah\n", "people.csv: row 1 must be the header, and is blank");
  Map(R"(tables { table: "people.csv" header_row: 9 })");
  Refused("Pay No,Name\nA123456,Shah\n", "row 9 must be the header, and is blank");
  Map(R"(tables { table: "people.csv" header_row: 2 })");
  const absl::StatusOr<Source> person = Read("Pay No,Name\nA123456,Shah\n");
  EXPECT_THAT(person, HasReason(Reason::kBadSource));
  EXPECT_THAT(person.status().message(), HasSubstr("Row 2 must be the header"));
  EXPECT_THAT(person.status().message(), Not(HasSubstr("Shah")));
}

TEST_F(SourceTest, RowsOfOtherForcesAreLeftOut) {
  Map(R"(force_column { column: "Force" here: "Met" elsewhere: "Kent" })");
  const Reconciliation sums =
      Reconciled("Pay No,Name,Force\nA123456,Shah,Met\nB123456,Singh,Kent\n,Okonkwo,kent\nC123456,O'Neill,Essex\n");
  EXPECT_EQ(Text(sums.tables[0]), "people.csv: 2 = 1 + 0 + 1, 2");
  EXPECT_EQ(Text(sums.quarantine[0]), "people.csv 5 Force: it is of a force that the mapping does not name");
}

TEST_F(SourceTest, ASourceOfOtherForcesOnlyHasNobody) {
  Map(R"(force_column { column: "Force" here: "Met" elsewhere: "Kent" })");
  Refused("Pay No,Name,Force\nB123456,Singh,Kent\n", "no rows of this force");
}

TEST_F(SourceTest, AHiddenRowOfAWorkbookIsReadAsAnyOther) {
  const std::string header = absl::StrCat("<row r=\"1\">", Inline("A1", "Pay No"), Inline("B1", "Name"), "</row>");
  const std::string rows =
      absl::StrCat("<row r=\"2\" hidden=\"1\">", Inline("A2", "A123456"), Inline("B2", "Shah"), "</row><row r=\"3\">",
                   "<c r=\"A3\" t=\"e\"><v>#REF!</v></c>", Inline("B3", "Singh"), "</row><row r=\"4\">",
                   "<c r=\"A4\"><f>B1</f></c></row><row r=\"5\"><c r=\"A5\" t=\"b\"><v>1</v></c></row>");
  options_.sources = {Write("people.xlsx", MakeZip(WorkbookParts(header + rows)))};
  // Texts that no cell uses any more: known only when all is read.
  EXPECT_THAT(ReadSource(options_, rule_), HasReason(Reason::kBadSource));
  Map(R"(ignored_parts: "xl/sharedStrings.xml")");
  ASSERT_OK_AND_ASSIGN(const Source source, ReadSource(options_, rule_));
  const Reconciliation sums = source.people.Reconcile();
  EXPECT_EQ(Text(sums.tables[0]), "People: 4 = 1 + 0 + 3, 0");
  EXPECT_EQ(Text(sums.quarantine[0]), "People 3 Pay No: it is an error of the spreadsheet, like #N/A");
  EXPECT_THAT(Text(sums.quarantine[1]), HasSubstr("People 4 Pay No: it is a formula without a value"));
  EXPECT_EQ(Text(sums.quarantine[2]), "People 5 Pay No: it is TRUE or FALSE");
}

TEST_F(SourceTest, SeveralFilesAreOneSource) {
  Map(R"(tables { table: "a.csv" } tables { table: "b.csv" key_column: "No"
         columns { column: "Photo" category: CATEGORY_PHOTO } })");
  const std::string a = "Pay No,Name\nA123456,Shah\nB123456,Singh\n", b = "No,Photo\nB123456,b.jpg\nC123456,\n";
  options_.sources = {Write("a.csv", a), Write("b.csv", b)};
  ASSERT_OK_AND_ASSIGN(const Source source, ReadSource(options_, rule_));
  const Reconciliation sums = source.people.Reconcile();
  ASSERT_EQ(sums.tables.size(), 2u);
  EXPECT_EQ(Text(sums.tables[0]), "a.csv: 2 = 2 + 0 + 0, 0");
  EXPECT_EQ(Text(sums.tables[1]), "b.csv: 2 = 1 + 1 + 0, 0");
  EXPECT_EQ(source.hash, crypto::Sha256({AsBytes(a), AsBytes(b)}));
  options_.sources.pop_back();
  EXPECT_THAT(ReadSource(options_, rule_), HasReason(Reason::kBadSource));  // the mapping names b.csv
}

TEST_F(SourceTest, AFileThatIsMissingIsSaidToBe) {
  options_.sources = {Write("a.csv", "Pay No,Name\nA123456,Shah\n"), dir_ / "b.csv"};
  EXPECT_THAT(ReadSource(options_, rule_), HasReason(Reason::kFileError));
  options_.sources.clear();
  EXPECT_THAT(ReadSource(options_, rule_), HasReason(Reason::kBadUsage));
}

constexpr char kBroken[] = "Pay No,Name\nA123456,Shah\n?,Singh\n,O'Neill\nB123456,Llŷr\n";

TEST_F(SourceTest, ARepairedRowIsReadWithItsNumber) {
  options_.repairs = Write("q.csv",
                           "table,row,column,reason,number\npeople.csv,3,Pay No,x,C123456\n"
                           "people.csv,4,Pay No,x,\n");
  const Reconciliation sums = Reconciled(kBroken);
  EXPECT_EQ(Text(sums.tables[0]), "people.csv: 4 = 3 + 0 + 1, 0");
  EXPECT_EQ(sums.quarantine[0].row, 4u);
  EXPECT_EQ(sums.counts[0].exposed(), 3u);  // with the categories of its row
}

TEST_F(SourceTest, ARepairedRowMayBeSomebodyWhoIsThere) {
  options_.repairs = Write("q.csv", "table,row,column,reason,number\npeople.csv,3,Pay No,x,A123456\n");
  EXPECT_EQ(Text(Reconciled(kBroken).tables[0]), "people.csv: 4 = 2 + 1 + 1, 0");
}

TEST_F(SourceTest, ARepairOfARowThatNeedsNoneIsRefused) {
  for (const char* row : {"people.csv,2", "people.csv,99", "other.csv,3"}) {
    options_.repairs = Write("q.csv", absl::StrCat("table,row,column,reason,number\n", row, ",Pay No,x,C123456\n"));
    Refused(kBroken, "q.csv: line 2: the source has no such row");
  }
}

TEST_F(SourceTest, PeopleAreAddedAndTakenOutByNumber) {
  options_.corrections = Write("c.csv", "action,number,categories\nremove,A123456,\nadd,D123456,name photo\n");
  ASSERT_OK_AND_ASSIGN(const Source source, Read(absl::StrCat(kBroken, "a-123456,Shah\n")));
  const Reconciliation sums = source.people.Reconcile();
  ASSERT_EQ(sums.tables.size(), 2u);
  EXPECT_EQ(Text(sums.tables[0]), "people.csv: 3 = 1 + 0 + 2, 2");
  EXPECT_EQ(Text(sums.tables[1]), "[corrections]: 1 = 1 + 0 + 0, 0");
  EXPECT_EQ(sums.read, sums.indexed + sums.merged + sums.quarantined);
  ASSERT_EQ(source.people.list().size(), 2u);
  EXPECT_EQ(source.people.list()[0].number.Reveal(), "B123456");
  EXPECT_EQ(source.people.list()[1].number.Reveal(), "D123456");
  EXPECT_EQ(source.people.PlaceOf(source.people.list()[1]), "row 3 of [corrections]");
}

TEST_F(SourceTest, WhoeverIsTakenOutStaysOutWhenRepaired) {
  options_.corrections = Write("c.csv", "action,number,categories\nremove,A123456,\n");
  options_.repairs = Write("q.csv", "table,row,column,reason,number\npeople.csv,3,Pay No,x,A123456\n");
  EXPECT_EQ(Text(Reconciled(kBroken).tables[0]), "people.csv: 2 = 1 + 0 + 1, 2");
}

TEST_F(SourceTest, ACorrectionThatDoesNotFitTheSourceIsRefused) {
  options_.corrections = Write("c.csv", "action,number,categories\nadd,B123456,name\n");
  Refused(kBroken, "c.csv: line 2: who is to be added");
  options_.corrections = Write("c.csv", "action,number,categories\nremove,D123456,\n");
  Refused(kBroken, "c.csv: line 2: who is to be removed");
}

TEST_F(SourceTest, NumbersThatOthersCanReadAreRefused) {
  options_.repairs = dir_ / "q.csv";
  ASSERT_THAT(WriteFileAtomically(options_.repairs, "table,row,column,reason,number\n", 0644), IsOk());
  EXPECT_THAT(Read(kBroken), HasReason(Reason::kKeyFile));
}

}  // namespace
}  // namespace exposure
