#include "client/source/values_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using ::testing::Not;

struct ReadValues {
  std::string form;
  std::vector<std::string> rows;  // "2: a|b"
};

absl::StatusOr<ReadValues> ReadAllValues(std::string bytes) {
  absl::StatusOr<std::unique_ptr<SourceFile>> file = OpenValues("f.csv", std::move(bytes));
  if (!file.ok()) return file.status();
  ReadValues values{.form = (*file)->tables()[0].form};
  const absl::Status status = (*file)->Read(0, [&values](const TableRow& row) {
    for (size_t i = 0, filled = 0; i < row.cells.size(); ++i) {
      const bool blank = row.cells[i].kind == CellKind::kBlank;
      EXPECT_TRUE(blank || (filled < row.filled.size() && row.filled[filled++] == i));
    }
    values.rows.push_back(absl::StrCat(row.number, ": ", absl::StrJoin(row.cells, "|", [](std::string* out, Cell cell) {
                                         absl::StrAppend(out, std::string(cell.text), cell.exact ? "" : "!");
                                       })));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return values;
}

// ASCII and é as UTF-16.
std::string Utf16(std::string_view latin1, bool little) {
  std::string out = little ? "\xFF\xFE" : "\xFE\xFF";
  for (const char c : latin1) out += little ? std::string{c, '\0'} : std::string{'\0', c};
  return out;
}

TEST(ValuesFileTest, EveryEncodingGivesTheSameText) {
  const std::string latin1 = "No,Name\n1,Caf\xE9\n", utf8 = "No,Name\n1,Café\n";
  for (const auto& [bytes, encoding] :
       std::vector<std::pair<std::string, std::string>>{{utf8, "UTF-8"},
                                                        {"\xEF\xBB\xBF" + utf8, "UTF-8"},
                                                        {Utf16(latin1, true), "UTF-16LE"},
                                                        {Utf16(latin1, false), "UTF-16BE"},
                                                        {latin1, "Windows-1252"}}) {
    ASSERT_OK_AND_ASSIGN(const ReadValues values, ReadAllValues(bytes));
    EXPECT_EQ(values.form, encoding + ", separated by commas");
    EXPECT_THAT(values.rows, ElementsAre("1: No|Name", "2: 1|Café"));
  }
}

TEST(ValuesFileTest, AnEncodingIsNotGuessed) {
  for (const std::string& bad : {
           std::string("No,Name\n1,SECRET\x81\n"),                                            // no character of 1252
           std::string("No,Name\n1,\xC8\xE2\xE0\xED\xEE\xE2 SECRET\n"),                       // a word of 1251
           std::string("No,Name\n1,SECRET\x82\n"),                                            // é of code page 850
           std::string("No,Name\n1,SECRET\xE9\x01\n"), std::string("N\0o\0,\0SECRET\0", 14),  // UTF-16 without its mark
           std::string("\xFF\xFE\0\0S\0\0\0", 8), std::string("\0\0\xFE\xFF\0\0\0S", 8),      // UTF-32
           std::string("\xFF\xFEN\0S", 5), std::string("\xFF\xFE\x00\xD8N\0", 6),             // half a pair
       }) {
    const absl::StatusOr<ReadValues> values = ReadAllValues(bad);
    EXPECT_THAT(values, HasReason(Reason::kBadSource));
    EXPECT_THAT(values.status().message(), AllOf(HasSubstr("CSV UTF-8"), Not(HasSubstr("SECRET"))));
  }
}

TEST(ValuesFileTest, TheSeparatorIsTheOneThatFits) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"No,Name\n1,\"a;b\"\n", "commas"},
      {"No;Name\r1;\"x, y\"\r", "semicolons"},
      {"No\tName\r\n1\tx, y\r\n", "tabs"},
      {"Staff of 2023\n\nNo;Name\n1;\"two\nlines\"\n", "semicolons"},
      {"No;Name;Rank\n1;Smith, A;PC\n2;Smith, B;PC\n", "semicolons"},
      {"No|Name\n1|x, y\n", "vertical bars"},
      {"No\nA1\n", "commas"}};
  for (const auto& [text, name] : cases) {
    ASSERT_OK_AND_ASSIGN(const ReadValues values, ReadAllValues(text));
    EXPECT_EQ(values.form, "UTF-8, separated by " + name) << text;
  }
}

TEST(ValuesFileTest, ASeparatorThatIsNotClearIsRefusedWithWhatWasTried) {
  EXPECT_THAT(ReadAllValues("SECRET;b,c\nd;e,f\n").status().message(),
              AllOf(HasSubstr("f.csv: rows 1 to 2: more than one"), HasSubstr("semicolons: 2"), HasSubstr("commas: 2"),
                    Not(HasSubstr("SECRET"))));
  EXPECT_THAT(ReadAllValues("a,b\nSECRET,d,e\nf,g\n").status().message(),
              AllOf(HasSubstr("row 2 has 3 cells, row 3 has 2: no separator"), HasSubstr("commas: 2 to 3"),
                    Not(HasSubstr("SECRET"))));
  EXPECT_THAT(ReadAllValues(""), HasReason(Reason::kBadSource));
}

TEST(ValuesFileTest, ARowNearTheTopThatCannotBeReadIsNamed) {
  const std::vector<std::pair<std::string, std::vector<const char*>>> cases = {
      {"No,Name\n1,SEC\"RET\"\n",
       {"row 2, column 2 (B)", "quotation mark is in the wrong place", "write those inside"}},
      {"No;Name\n1;x\n2;\"SECRET\n", {"row 3, column 2 (B)", "never closed"}},
      {"No|Name\n\n=\"SECRET\"&\"1\"|x\n", {"row 3, column 1 (A)", "quotation mark"}},
      {std::string(2000, ',') + "\n1,2\n", {"row 1 has more than 1024 columns"}},
      {"No,Name\n1,SECRET" + std::string(100'000, 'x') + "\n", {"row 2, column 2 (B)", "too long"}}};
  for (const auto& [text, says] : cases) {
    const absl::StatusOr<ReadValues> values = ReadAllValues(text);
    EXPECT_THAT(values, HasReason(Reason::kBadSource));
    for (const char* part : says) EXPECT_THAT(values.status().message(), HasSubstr(part));
    EXPECT_THAT(values.status().message(), AllOf(HasSubstr("f.csv: "), Not(HasSubstr("SECRET"))));
  }
}

TEST(ValuesFileTest, Utf32IsNamed) {
  EXPECT_THAT(ReadAllValues(std::string("\xFF\xFE\0\0N\0\0\0", 8)).status().message(), HasSubstr("UTF-32"));
  EXPECT_THAT(ReadAllValues(std::string("\0\0\xFE\xFF\0\0\0N", 8)).status().message(), HasSubstr("UTF-32"));
}

TEST(ValuesFileTest, BlankRowsAndCellsAtTheEndAreLeftOut) {
  ASSERT_OK_AND_ASSIGN(const ReadValues values, ReadAllValues("No,Name,X\n1,,\n,,\n\n ,x,\n"));
  EXPECT_THAT(values.rows, ElementsAre("1: No|Name|X", "2: 1", "5: |x"));
}

TEST(ValuesFileTest, ANumberWhoseDigitsAreLostIsNotExact) {
  ASSERT_OK_AND_ASSIGN(const ReadValues values, ReadAllValues("A,B,C\n1.23457E+11,12E34,A1.2E+3\n"));
  EXPECT_THAT(values.rows, ElementsAre("1: A|B|C", "2: 1.23457E+11!|12E34|A1.2E+3"));
}

TEST(ValuesFileTest, AFormulaThatKeepsZerosIsWhatItShows) {
  ASSERT_OK_AND_ASSIGN(const ReadValues values,
                       ReadAllValues("A,B,C,D\n\"=\"\"0012\"\"\",\"=\"\"\"\"\",\"=\"\"1\"\"&\"\"2\"\"\",=12\n"));
  EXPECT_THAT(values.rows, ElementsAre("1: A|B|C|D", "2: 0012||=\"1\"&\"2\"|=12"));
}

TEST(ValuesFileTest, SoIsOneOutsideQuotationMarks) {
  ASSERT_OK_AND_ASSIGN(
      const ReadValues values,
      ReadAllValues("\xEF\xBB\xBF=\"A\";B;C\r\n=\"001301\";x=1;=\"\"\r\n\"a;=\"\"1\"\"\";=\"0;2\";y\r\n"));
  EXPECT_THAT(values.rows, ElementsAre("1: A|B|C", "2: 001301|x=1", "3: a;=\"1\"|0;2|y"));
}

TEST(ValuesFileTest, ARowThatIsBrokenFarDownIsRefused) {
  std::string text = "Title\nNo,Name\n";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&text, i, ",Shah\n");
  EXPECT_THAT(ReadAllValues(text), testing::IsOk());
  for (const char* broken : {"SECRET", "1,SECRET,x"}) {
    const absl::StatusOr<ReadValues> values = ReadAllValues(absl::StrCat(text, broken, "\n1,Shah\n"));
    EXPECT_THAT(values, HasReason(Reason::kBadSource));
    EXPECT_THAT(values.status().message(), AllOf(HasSubstr("f.csv: row 103 has "), HasSubstr("the rows before it 2")));
    EXPECT_THAT(values.status().message(), Not(HasSubstr("SECRET")));
  }
}

}  // namespace
}  // namespace exposure
