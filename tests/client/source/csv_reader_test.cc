#include "client/source/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using ::testing::Pair;

struct Table {
  std::vector<std::string> columns;
  std::vector<std::pair<uint64_t, std::vector<std::string>>> rows;  // with their numbers
};

// Reads `text`, `piece` bytes at a time.
absl::StatusOr<Table> Read(std::string_view text, size_t piece = 1 << 16) {
  Table table;
  absl::Status status = ReadCsv(
      "people.csv",
      [&](std::span<uint8_t> buffer) -> absl::StatusOr<size_t> {
        const size_t n = std::min({piece, buffer.size(), text.size()});
        std::copy_n(text.begin(), n, buffer.begin());
        text.remove_prefix(n);
        return n;
      },
      ',',
      [&](std::span<const std::string> columns) {
        table.columns.assign(columns.begin(), columns.end());
        return absl::OkStatus();
      },
      [&](const CsvRow& row) {
        table.rows.emplace_back(row.number, std::vector<std::string>(row.cells.begin(), row.cells.end()));
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return table;
}

std::string Message(std::string_view text) { return std::string(Read(text).status().message()); }

TEST(CsvReaderTest, ReadsQuotesCommasAndLineBreaksInsideCells) {
  ASSERT_OK_AND_ASSIGN(const Table table, Read("No,Name\n1,\"O'Neill, \"\"Peg\"\"\"\n2,\"two\nlines\"\n3,Llŷr\n"));
  EXPECT_THAT(table.columns, ElementsAre("No", "Name"));
  EXPECT_THAT(table.rows, ElementsAre(Pair(2, ElementsAre("1", "O'Neill, \"Peg\"")),
                                      Pair(3, ElementsAre("2", "two\nlines")), Pair(4, ElementsAre("3", "Llŷr"))));
}

TEST(CsvReaderTest, CountsRowsAsASpreadsheetDoesWhateverTheLineEnds) {
  for (const std::string end : {"\n", "\r", "\r\n"}) {
    ASSERT_OK_AND_ASSIGN(const Table table, Read(absl::StrCat("a,b", end, "1,2", end, end, "3,4", end, "5,6")));
    EXPECT_THAT(table.rows, ElementsAre(Pair(2, ElementsAre("1", "2")), Pair(4, ElementsAre("3", "4")),
                                        Pair(5, ElementsAre("5", "6"))));
  }
}

TEST(CsvReaderTest, GivesTheSameInPiecesOfAnySize) {
  const std::string text = "\xEF\xBB\xBF\"No\",Name\r\nA1,\"x,\"\"y\"\"\r\n\"\r\n\r\nA2,Łukasik\r\n";
  ASSERT_OK_AND_ASSIGN(const Table whole, Read(text));
  ASSERT_EQ(whole.rows.size(), 2u);
  for (size_t piece = 1; piece < text.size(); ++piece) {
    ASSERT_OK_AND_ASSIGN(const Table table, Read(text, piece));
    EXPECT_EQ(table.columns, whole.columns) << piece;
    EXPECT_EQ(table.rows, whole.rows) << piece;
  }
}

TEST(CsvReaderTest, TakesAByteOrderMarkOff) {
  ASSERT_OK_AND_ASSIGN(const Table table, Read("\xEF\xBB\xBFNo,Name\n1,x\n"));
  EXPECT_EQ(table.columns[0], "No");
}

TEST(CsvReaderTest, ABlankLineIsABlankCellWhereThereIsOneColumn) {
  ASSERT_OK_AND_ASSIGN(const Table table, Read("No\nA1\n\nA2\n"));
  EXPECT_THAT(table.rows,
              ElementsAre(Pair(2, ElementsAre("A1")), Pair(3, ElementsAre("")), Pair(4, ElementsAre("A2"))));
}

TEST(CsvReaderTest, AHeaderAloneIsNoRows) {
  ASSERT_OK_AND_ASSIGN(const Table table, Read("No,Name"));
  EXPECT_THAT(table.columns, ElementsAre("No", "Name"));
  EXPECT_TRUE(table.rows.empty());
}

// Each damage: the text, what its message says, and that it repeats no cell.
struct Damage {
  const char* name;
  std::string text;
  std::vector<const char*> says;
};

class CsvDamageTest : public ::testing::TestWithParam<Damage> {};

TEST_P(CsvDamageTest, IsRefusedWithItsPlaceAndNoCell) {
  const absl::StatusOr<Table> table = Read(GetParam().text);
  ASSERT_THAT(table, HasReason(Reason::kBadSource));
  const std::string message(table.status().message());
  EXPECT_THAT(message, HasSubstr("people.csv"));
  for (const char* part : GetParam().says) EXPECT_THAT(message, HasSubstr(part));
  EXPECT_THAT(message, Not(HasSubstr("SECRET")));
}

INSTANTIATE_TEST_SUITE_P(
    All, CsvDamageTest,
    ::testing::Values(
        Damage{"Empty", "", {"is empty"}}, Damage{"OnlyAMark", "\xEF\xBB\xBF", {"is empty"}},
        Damage{"BlankHeader", "\nNo,Name\n", {"row 1", "must be the header"}},
        Damage{"QuoteInsideACell", "No,Name\nSECRET1,SEC\"RET\n", {"row 2", "column \"Name\"", "quotation mark"}},
        Damage{"TextAfterAQuote", "No,Name\n\"SECRET\"x,y\n", {"row 2", "column \"No\"", "quotation mark"}},
        Damage{"QuoteNeverClosed", "No,Name\n1,\"SECRET\n2,SECRET\n", {"row 2", "column \"Name\"", "never closed"}},
        Damage{"LongUnclosedQuote", "No,Name\n1,\"" + std::string(200000, 'S'), {"row 2", "\"Name\"", "never closed"}},
        Damage{"TooFewCells", "No,Name,Rank\n1,x,y\nSECRET,SECRET\n", {"row 3", "2 cells", "column \"Rank\""}},
        Damage{"TooManyCells", "No,Name\nSECRET,x,SECRET\n", {"row 2", "3 cells", "header has 2"}},
        Damage{"NulByte", std::string("No,Name\n1,SECRET\0\n", 18), {"row 2", "column \"Name\"", "NUL", "UTF-16"}},
        Damage{"Utf16LittleEndian", std::string("\xFF\xFEN\0o\0", 6), {"UTF-16", "CSV UTF-8"}},
        Damage{"Utf16BigEndian", std::string("\xFE\xFF\0N\0o", 6), {"UTF-16"}},
        Damage{"Windows1252", "No,Name\n1,SECRET\xE9\n", {"row 2", "column \"Name\"", "not UTF-8", "CSV UTF-8"}},
        Damage{"OverlongUtf8", "No,Name\n1,SECRET\xC0\xAF\n", {"row 2", "not UTF-8"}},
        Damage{"Surrogate", "No,Name\n1,SECRET\xED\xA0\x80\n", {"row 2", "not UTF-8"}},
        Damage{"CutCharacter", "No,Name\n1,SECRET\xC5", {"row 2", "not UTF-8"}},
        Damage{"BadHeaderByte", "SECRET,SECRET\xE9\n", {"row 1", "column 2 (B)", "not UTF-8"}},
        Damage{"SameHeaderTwice", "SECRET,x,SECRET\n", {"row 1", "column 1 (A)", "column 3 (C)"}},
        Damage{"NamelessColumn", "SECRET,,x\n", {"row 1", "column 2 (B)", "no name"}},
        Damage{"Semicolons", "No;Name\n1;SECRET\n", {"one column", "commas"}},
        Damage{"Tabs", "No\tName\n1\tSECRET\n", {"one column", "commas"}},
        Damage{"LongCell", "No,Name\n1," + std::string(kMaxCsvCell + 1, 'S') + "\n", {"row 2", "too long"}},
        Damage{"ManyColumns", std::string(kMaxCsvColumns, ',') + "\n", {"row 1", "1024 columns"}}),
    [](const auto& test) { return test.param.name; });

TEST(CsvReaderTest, ACellOfTheGreatestLengthPasses) {
  const std::string cell(kMaxCsvCell, 'x');
  ASSERT_OK_AND_ASSIGN(const Table table, Read(absl::StrCat("No,Name\n1,", cell, "\n")));
  EXPECT_EQ(table.rows[0].second[1], cell);
}

TEST(CsvReaderTest, ARowOfMoreThanItsLimitIsRefused) {
  std::string header = "a0", row(kMaxCsvCell, 'x');
  for (int i = 1; i <= 16; ++i) {
    absl::StrAppend(&header, ",a", i);
    absl::StrAppend(&row, ",", std::string(kMaxCsvCell, 'x'));
  }
  EXPECT_THAT(Message(absl::StrCat(header, "\n", row, "\n")), AllOf(HasSubstr("row 2"), HasSubstr("column \"a16\"")));
}

TEST(CsvReaderTest, AnErrorOfTheCallerEndsTheReading) {
  int rows = 0;
  std::string_view text = "a,b\n1,2\n3,4\n5,6\n";
  const absl::Status status = ReadCsv(
      "people.csv",
      [&](std::span<uint8_t> buffer) -> absl::StatusOr<size_t> {
        std::copy(text.begin(), text.end(), buffer.begin());
        return std::exchange(text, "").size();
      },
      ',', [](std::span<const std::string>) { return absl::OkStatus(); },
      [&](const CsvRow&) { return ++rows == 2 ? Error(Reason::kBadNumber, "stop") : absl::OkStatus(); });
  EXPECT_THAT(status, HasReason(Reason::kBadNumber));
  EXPECT_EQ(rows, 2);
}

TEST(CsvReaderTest, ColumnsAreDescribedAsSpreadsheetsDo) {
  EXPECT_EQ(DescribeColumn(0), "column 1 (A)");
  EXPECT_EQ(DescribeColumn(25), "column 26 (Z)");
  EXPECT_EQ(DescribeColumn(26), "column 27 (AA)");
  EXPECT_EQ(DescribeColumn(701), "column 702 (ZZ)");
  EXPECT_EQ(DescribeColumn(702), "column 703 (AAA)");
}

}  // namespace
}  // namespace exposure
