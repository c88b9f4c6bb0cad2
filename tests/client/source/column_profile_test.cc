#include "client/source/column_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "client/source/known_headers.h"
#include "client/source/values_file.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;

TableProfile ProfileOf(std::string text) {
  absl::StatusOr<std::unique_ptr<SourceFile>> file = OpenValues("f.csv", std::move(text));
  EXPECT_THAT(file, IsOk());
  absl::StatusOr<TableProfile> profile = ProfileTable(**file, 0);
  EXPECT_THAT(profile, IsOk());
  return *profile;
}

TEST(ColumnProfileTest, HeadersAreKnownHoweverTheyAreWritten) {
  for (const char* header : {"Pay No", "PayNo", "PAY_NO.", "Payroll", "Payroll Number"}) {
    ASSERT_NE(MeaningOf(header), nullptr) << header;
    EXPECT_EQ(MeaningOf(header)->scheme, "pay") << header;
  }
  for (const char* header : {"Employee ID", "Staff No", "Service No", "FIN"}) {
    ASSERT_NE(MeaningOf(header), nullptr) << header;
    EXPECT_EQ(MeaningOf(header)->category, v1::CATEGORY_SERVICE_NUMBER) << header;
  }
  EXPECT_EQ(MeaningOf("Warrant")->scheme, "warrant");
  EXPECT_EQ(MeaningOf("Collar")->scheme, "");  // never a key
  EXPECT_EQ(MeaningOf("Favourite colour"), nullptr);
}

TEST(ColumnProfileTest, ColumnsAreCountedAndShownAsShapes) {
  const TableProfile profile = ProfileOf("Pay No,Surname,Note\nA1234,Shah,\nA1235,Jones,x\nB1236,Smith,\n");
  EXPECT_EQ(profile.header_row, 1u);
  EXPECT_EQ(profile.rows, 3u);
  ASSERT_EQ(profile.columns.size(), 3u);
  EXPECT_EQ(profile.columns[0].scheme, "pay");
  EXPECT_EQ(profile.columns[0].category, v1::CATEGORY_PAY_NUMBER);
  EXPECT_THAT(profile.columns[0].samples, ElementsAre("A9999"));
  EXPECT_THAT(profile.columns[1].samples, ElementsAre("AAAAA", "AAAA"));
  EXPECT_EQ(profile.columns[2].filled, 1u);
  EXPECT_EQ(profile.columns[2].blank, 2u);
  EXPECT_EQ(profile.columns[2].reason, "");
  EXPECT_TRUE(profile.HasPeople());
  EXPECT_TRUE(profile.HasNumber());
}

TEST(ColumnProfileTest, TheHeaderMayHaveTitlesAboveIt) {
  const TableProfile profile = ProfileOf("Staff,,\n,Name,\nPay No,,Rank\nA1234,Shah,PC\n");
  EXPECT_EQ(profile.header_row, 3u);
  EXPECT_EQ(profile.header_rows, 2u);
  EXPECT_EQ(profile.title_rows, 1u);
  EXPECT_EQ(profile.columns[1].header, "Name");  // merged with the cell beneath
}

TEST(ColumnProfileTest, AHeaderMayTakeTwoRows) {
  const TableProfile profile = ProfileOf("Staff No,Name,,Rank\n,Surname,Forename,\n12345,Shah,Ann,PC\n");
  EXPECT_EQ(profile.header_row, 2u);
  EXPECT_EQ(profile.header_rows, 2u);
  EXPECT_EQ(profile.title_rows, 0u);
  EXPECT_EQ(profile.rows, 1u);
  std::vector<std::string> headers;
  for (const ColumnProfile& column : profile.columns) headers.push_back(column.header);
  EXPECT_THAT(headers, ElementsAre("Staff No", "Surname", "Forename", "Rank"));
}

TEST(ColumnProfileTest, APersonUnderTheHeaderIsNoSecondRowOfIt) {
  // Street, Town and Post are surnames as well.
  for (const char* text :
       {"Surname,Unit\nStreet,\n", "Surname,,Unit\nStreet,Della,Town\n", "Surname,Unit\nStreet,Post\n"}) {
    const TableProfile profile = ProfileOf(text);
    EXPECT_EQ(profile.header_row, 1u) << text;
    EXPECT_EQ(profile.rows, 1u) << text;
  }
}

TEST(ColumnProfileTest, ATotalIsSuggestedAsNoPerson) {
  const std::string people = "Pay No,Surname\n1234,Shah\n1235,Jones\n1236,Smith\n";
  EXPECT_THAT(ProfileOf(people).totals, IsEmpty());
  EXPECT_THAT(ProfileOf(people + ",3\n").totals, ElementsAre(5u));
  EXPECT_THAT(ProfileOf(people + "TOTALS,3\n").totals, ElementsAre(5u));
  EXPECT_THAT(ProfileOf("Pay No,Surname\n,Totals\n1235,Jones\n").totals, ElementsAre(2u));
  // Two without a number are people whose number is missing.
  EXPECT_THAT(ProfileOf(people + ",Price\n,Patel\n").totals, IsEmpty());
}

TEST(ColumnProfileTest, LettersThatWereEncodedTwiceAreCounted) {
  const TableProfile profile = ProfileOf("Name,Rank\nJos\xC3\x83\xC2\xA9,PC\nJos\xC3\xA9,PC\nS\xC3\x83O,PC\n");
  EXPECT_EQ(profile.columns[0].twice, 1u);
  EXPECT_EQ(profile.columns[1].twice, 0u);
}

TEST(ColumnProfileTest, ARowThatMayBeAPersonIsNoHeader) {
  for (const char* text : {"Shah,Ann,PC\nJones,Bob,PS\n", "Name,Rank,A123456\nx,y,A123457\n"}) {
    const TableProfile profile = ProfileOf(text);
    EXPECT_EQ(profile.header_row, 0u);
    EXPECT_EQ(profile.rows, 2u);
    for (const ColumnProfile& column : profile.columns) EXPECT_EQ(column.header, "");
  }
}

TEST(ColumnProfileTest, WithoutAHeaderShapesSay) {
  const TableProfile profile = ProfileOf("a@b.example,QQ123456C,1234567\nc@d.example,QQ123457C,1234568\n");
  EXPECT_EQ(profile.columns[0].category, v1::CATEGORY_WORK_EMAIL);
  EXPECT_EQ(profile.columns[1].category, v1::CATEGORY_NATIONAL_INSURANCE_NUMBER);
  EXPECT_EQ(profile.columns[2].category, v1::CATEGORY_UNSPECIFIED);
  EXPECT_TRUE(profile.columns[2].may_be_number);
  EXPECT_THAT(profile.columns[2].reason, HasSubstr("2 of 2 cells"));
}

TEST(ColumnProfileTest, AFirstRowWithANumberIsNoHeader) {
  EXPECT_TRUE(ProfileOf("A1234,Shah\nA1235,Jones\nA1236,Smith\n").no_header);
  EXPECT_FALSE(ProfileOf("Ref,Who\nA1234,Shah\nA1235,Jones\nA1236,Smith\nA1237,Lee\nA1238,Ng\n").no_header);
  EXPECT_FALSE(ProfileOf("Pay No,Surname\nA1234,Shah\n").no_header);
}

TEST(ColumnProfileTest, NamesWithoutANumberCannotBeChecked) {
  for (const char* text :
       {"Name,Address,Date of birth,Offence details\nAnn Shah,1 Road,01/02/1980,theft\n",  // Norfolk and Suffolk
        "Name,Position,Salary\nAnn Shah,Analyst,31000\nBob Jones,Sergeant,47500\n"}) {     // Cumbria
    const TableProfile profile = ProfileOf(text);
    EXPECT_TRUE(profile.HasNames()) << text;
    EXPECT_FALSE(profile.HasNumber()) << text;
  }
}

}  // namespace
}  // namespace exposure
