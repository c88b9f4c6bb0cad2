#include "client/seal/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

constexpr char kGood[] = R"(force: "met"
scheme: "pay"
key_column: "Pay No"
key_category: CATEGORY_PAY_NUMBER
columns { column: "Surname" category: CATEGORY_NAME }
columns { column: "Forenames" category: CATEGORY_NAME }
columns { column: "Photo" category: CATEGORY_PHOTO filled: CATEGORY_STATE_POSSIBLY_EXPOSED blank: CATEGORY_STATE_NOT_HELD }
columns { column: "Ref" ignore: true }
constants { category: CATEGORY_PHONE state: CATEGORY_STATE_NOT_HELD }
)";

// With everything that a mapping of a workbook may say.
constexpr char kWorkbook[] = R"m(force: "met"
scheme: "pay"
key_column: "Pay No"
columns { column: "Surname" category: CATEGORY_NAME }
tables { table: "Data" header_row: 4 header_rows: 2 not_people: 9 not_people: 12 }
tables {
  table: "Old"
  key_column: "column 3 (C)"
  columns { column: "Surname" category: CATEGORY_NAME }
  columns { column: "Rank" ignore: true }
}
tables { table: "Notes" ignore: true }
ignored_parts: "docProps/core.xml"
ignored_parts: "xl/comments1.xml"
force_column { column: "Force" here: "Met" here: "MPS" elsewhere: "Kent" }
blank_words: "N/A"
blank_words: "TBC"
declared_rows: 12
)m";

TEST(MappingTest, SaysWhatIsInEachTable) {
  ASSERT_OK_AND_ASSIGN(const v1::Mapping mapping, ParseMapping("m", kWorkbook));
  EXPECT_EQ(KeyColumnOf(mapping, mapping.tables(0)), "Pay No");
  EXPECT_EQ(KeyColumnOf(mapping, mapping.tables(1)), "column 3 (C)");
  EXPECT_EQ(ColumnsOf(mapping, mapping.tables(0)).size(), 1);
  EXPECT_EQ(ColumnsOf(mapping, mapping.tables(1)).size(), 2);
  EXPECT_EQ(FirstHeaderRowOf(mapping.tables(0)), 3u);
  EXPECT_EQ(HeaderRowOf(mapping.tables(0)), 4u);
  EXPECT_EQ(FirstHeaderRowOf(mapping.tables(1)), 1u);
  EXPECT_EQ(HeaderRowOf(mapping.tables(1)), 1u);
}

TEST(MappingTest, TheKeyColumnMayBeSaidTableByTableOnly) {
  EXPECT_THAT(ParseMapping("m", R"(force: "met" scheme: "pay" tables { table: "A" key_column: "No" })"), IsOk());
}

TEST(MappingTest, TheSamplesAreGood) {
  for (const char* name : {"met", "psni"}) {
    const std::string path = absl::StrCat(EXPOSURE_SOURCE_DIR "/deploy/samples/", name, ".mapping.txtpb");
    ASSERT_OK_AND_ASSIGN(const std::string text, ReadFile(path));
    EXPECT_THAT(ParseMapping(path, text), IsOk());
  }
}

// One edit of a good mapping, and the line and words of its message.
struct Edit {
  const char* name;
  const char* from;
  const char* to;
  const char* says;
};

class BadMappingTest : public ::testing::TestWithParam<Edit> {};

TEST_P(BadMappingTest, IsRefusedWithItsLine) {
  const Edit& edit = GetParam();
  std::string text = std::string_view(kGood).find(edit.from) != std::string_view::npos ? kGood : kWorkbook;
  const size_t at = text.find(edit.from);
  ASSERT_NE(at, text.npos);
  text.replace(at, std::string_view(edit.from).size(), edit.to);
  const absl::StatusOr<v1::Mapping> mapping = ParseMapping("dir/m.txtpb", text);
  ASSERT_THAT(mapping, HasReason(Reason::kBadMapping));
  EXPECT_THAT(mapping.status().message(), HasSubstr(absl::StrCat("dir/m.txtpb:", edit.says)));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadMappingTest,
    ::testing::Values(
        Edit{"NotText", "force:", "force", "1:7: a colon is expected"},
        Edit{"UnknownField", "scheme:", "skeme:", "2:6: there is no such field"},
        Edit{"FieldTwice", "scheme:", "force:", "2:6: the field is said twice"},
        Edit{"UnknownCategory", "CATEGORY_PHOTO ", "CATEGORY_FOTO ", "7:"},
        Edit{"NoQuotes", "\"pay\"", "pay", "2:9: text in quotes"}, Edit{"NoEndOfQuotes", "\"pay\"", "\"pay", "2:"},
        Edit{"NoNumber", "header_row: 4", "header_row: A", "5:36: a number is expected"},
        Edit{"NoForce", "force: \"met\"", "", " force: is missing"},
        Edit{"BadForce", "\"met\"", "\"Met\"", "1: force: is missing or malformed"},
        Edit{"NoScheme", "scheme: \"pay\"", "", " scheme: is missing"},
        Edit{"NoKey", "key_column: \"Pay No\"", "", " key_column: is missing"},
        Edit{"ColumnTwice", "\"Forenames\"", "\"Surname\"", "6: columns[1].column: is named twice"},
        Edit{"ColumnIsKey", "\"Forenames\"", "\"Pay No\"", "6: columns[1].column: is the key column"},
        Edit{"NamelessColumn", "column: \"Forenames\" ", "", "6: columns[1].column: is missing"},
        Edit{"NoCategory", "column: \"Forenames\" category: CATEGORY_NAME", "column: \"Forenames\"",
             "6: columns[1].category: say which"},
        Edit{"UsedAndIgnored", "ignore: true", "ignore: true category: CATEGORY_PAY", "8: columns[3].ignore:"},
        Edit{"NumberOfNoCategory", "category: CATEGORY_PHOTO", "category: 63", "7: columns[2].category:"},
        Edit{"FilledNotHeld", "CATEGORY_STATE_POSSIBLY_EXPOSED", "CATEGORY_STATE_NOT_HELD", "7: columns[2].filled:"},
        Edit{"BlankExposed", "blank: CATEGORY_STATE_NOT_HELD", "blank: CATEGORY_STATE_EXPOSED", "7: columns[2].blank:"},
        Edit{"KeysCategoryInAColumn", "category: CATEGORY_PHOTO", "category: CATEGORY_PAY_NUMBER",
             "7: columns[2].category: is the key's"},
        Edit{"ConstantOfAColumn", "CATEGORY_PHONE", "CATEGORY_NAME", "9: constants[0].category: is already"},
        Edit{"ConstantOfTheKey", "CATEGORY_PHONE", "CATEGORY_PAY_NUMBER", "9: constants[0].category: is already"},
        Edit{"ConstantWithoutState", "state: CATEGORY_STATE_NOT_HELD", "", "9: constants[0].state: is missing"},
        Edit{"NamelessTable", "table: \"Notes\"", "", "12: tables[2].table: is missing"},
        Edit{"TableTwice", "\"Notes\"", "\"Data\"", "12: tables[2].table: is named twice"},
        Edit{"TableUsedAndIgnored", "\"Notes\" ignore: true", "\"Notes\" ignore: true header_row: 2",
             "12: tables[2].ignore: a table is either"},
        Edit{"TablesKeyIsAColumn", "\"column 3 (C)\"", "\"Rank\"",
             "10: tables[1].columns[1].column: is the key column"},
        Edit{"TablesColumnOfNoCategory", "\"Rank\" ignore: true", "\"Rank\"",
             "10: tables[1].columns[1].category: say which"},
        Edit{"HeaderOfTooManyRows", "header_rows: 2", "header_rows: 5", "5: tables[0].header_rows: a header has"},
        Edit{"HeaderOfFarTooManyRows", "header_row: 4 header_rows: 2", "header_row: 99 header_rows: 17",
             "5: tables[0].header_rows: a header has at most 16 rows"},
        Edit{"HeaderAndNone", "header_row: 4 header_rows: 2", "header_row: 4 no_header: true",
             "5: tables[0].no_header: a table either has"},
        Edit{"RowsOfNoHeader", "header_row: 4 header_rows: 2", "header_rows: 1 no_header: true",
             "5: tables[0].no_header: a table either has"},
        Edit{"RowNought", "not_people: 12", "not_people: 0", "5: tables[0].not_people[1]: is no row"},
        Edit{"NotPeopleTwice", "not_people: 12", "not_people: 9", "5: tables[0].not_people[1]: is named twice"},
        Edit{"PartTwice", "\"xl/comments1.xml\"", "\"docProps/core.xml\"", "14: ignored_parts[1]: is named twice"},
        Edit{"NamelessPart", "\"xl/comments1.xml\"", "\"\"", "14: ignored_parts[1]: is blank"},
        Edit{"NoForceColumn", "column: \"Force\" ", "", "15: force_column.column: is missing"},
        Edit{"NoForceHere", "here: \"Met\" here: \"MPS\" ", "", "15: force_column.here: is missing"},
        Edit{"ForceTwice", "\"MPS\"", "\"met \"", "15: force_column.here[1]: is named twice"},
        Edit{"ForceHereAndElsewhere", "\"Kent\"", "\"mps\"", "15: force_column.elsewhere[0]: is also in"},
        Edit{"ForceColumnIsTheKey", "\"Force\"", "\"Pay No\"", "15: force_column.column: is the key"},
        Edit{"ForceColumnIsATablesKey", "\"Force\"", "\"column 3 (C)\"", "15: force_column.column: is the key"},
        Edit{"BlankWordTwice", "\"TBC\"", "\" n/a\"", "17: blank_words[1]: is named twice"},
        Edit{"BlankWordIsBlank", "\"TBC\"", "\" \"", "17: blank_words[1]: is blank"}),
    [](const auto& test) { return test.param.name; });

TEST(MappingTest, ASourceInItsPlaceIsRefusedWithoutItsCells) {
  for (const char* source : {"Zebedovna,PC,901301\n", "901301,Zebedovna\n", "PK\x03\x04 901301", "force\tzebedovna\n",
                             "zebedovna\n901301,force\n", "\"901301\",\"Zebedovna\"\nforce", "force: 901301",
                             "scheme: zebedovna", "key_category: Zebedovna force", "force { zebedovna: 1 }",
                             "zebedovna { force: 1 }", "declared_people: 1x901301", "header: 1 force: \"x\"",
                             "[zebedovna.force]: 1", "force: \"\\q901301\"", "#force\n'901301"}) {
    const absl::StatusOr<v1::Mapping> mapping = ParseMapping("people.csv", source);
    ASSERT_THAT(mapping, HasReason(Reason::kBadMapping));
    EXPECT_THAT(std::string(mapping.status().message()),
                ::testing::ContainsRegex("people.csv:[12]:[0-9]+: .* exposure inspect"));
    EXPECT_THAT(mapping.status().message(), Not(HasSubstr("901301")));
    EXPECT_THAT(mapping.status().message(), Not(HasSubstr("ebedovna")));
  }
}

TEST(MappingTest, AtLeastOneTableIsUsedAndHasAKey) {
  const absl::StatusOr<v1::Mapping> none =
      ParseMapping("m", "force: \"met\"\nscheme: \"pay\"\nkey_column: \"No\"\ntables { table: \"A\" ignore: true }\n");
  ASSERT_THAT(none, HasReason(Reason::kBadMapping));
  EXPECT_THAT(none.status().message(), HasSubstr("m:4: tables: all are ignored"));
  const absl::StatusOr<v1::Mapping> keyless =
      ParseMapping("m", "force: \"met\"\nscheme: \"pay\"\ntables { table: \"A\" }\n");
  ASSERT_THAT(keyless, HasReason(Reason::kBadMapping));
  EXPECT_THAT(keyless.status().message(), HasSubstr("m:3: tables[0].key_column: is missing"));
  EXPECT_THAT(keyless.status().message(), HasSubstr("ignore: true"));
}

}  // namespace
}  // namespace exposure
