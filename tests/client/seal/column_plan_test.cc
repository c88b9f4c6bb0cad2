#include "client/seal/column_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/seal/mapping.h"
#include "tests/client/seal/fake_source.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using crypto::State;
using testing::FilledOf;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::Texts;

constexpr char kMapping[] = R"(force: "met" scheme: "pay" key_column: "Pay No" key_category: CATEGORY_PAY_NUMBER
columns { column: "Surname" category: CATEGORY_NAME }
columns { column: "Forenames" category: CATEGORY_NAME }
columns {
  column: "Photo" category: CATEGORY_PHOTO filled: CATEGORY_STATE_POSSIBLY_EXPOSED blank: CATEGORY_STATE_NOT_HELD
}
columns { column: "Ref" ignore: true }
constants { category: CATEGORY_PHONE state: CATEGORY_STATE_NOT_HELD }
)";
const std::vector<std::string> kHeader = {"Ref", "Photo", "Pay No", "Forenames", "Surname"};

// Holds what a plan points at.
struct Planned {
  explicit Planned(const std::string& more = "", const std::vector<std::string>& headers = kHeader)
      : mapping(ParseMapping("m", kMapping + more).value()) {
    table.set_table("people.csv");
    plan = ColumnPlan::Create(mapping, table, headers);
  }
  RowReading Read(std::vector<Cell> row) {
    cells = std::move(row);
    EXPECT_THAT(plan, IsOk());
    return plan->Read({.number = 7, .cells = cells});
  }
  State StateOf(const std::vector<const char*>& row, v1::Category category) {
    return Read(Texts(row)).categories.Get(CategoryIndex(category));
  }
  std::string Refusal() const { return std::string(plan.status().message()); }
  // What is said of columns that the mapping does not name.
  std::string Unnamed() const {
    EXPECT_THAT(plan, IsOk());
    Unsaid unsaid;
    plan->NoteColumns(unsaid);
    return std::string(unsaid.Check().message());
  }

  v1::Mapping mapping;
  v1::TableMapping table;
  absl::StatusOr<ColumnPlan> plan = absl::UnknownError("");
  std::vector<Cell> cells;
};

TEST(ColumnPlanTest, TurnsCellsIntoStates) {
  Planned planned;
  const RowReading filled = planned.Read(Texts({"r", "p.jpg", "A1", "Ann", "Shah"}));
  EXPECT_EQ(filled.number, "A1");
  EXPECT_EQ(filled.reason, "");
  const std::vector<const char*> row = {"r", "p.jpg", "A1", "Ann", "Shah"};
  EXPECT_EQ(planned.StateOf(row, v1::CATEGORY_NAME), State::kExposed);
  EXPECT_EQ(planned.StateOf(row, v1::CATEGORY_PHOTO), State::kPossiblyExposed);
  EXPECT_EQ(planned.StateOf(row, v1::CATEGORY_PAY_NUMBER), State::kExposed);
  EXPECT_EQ(planned.StateOf(row, v1::CATEGORY_PHONE), State::kNotHeld);
  EXPECT_EQ(planned.StateOf(row, v1::CATEGORY_HEALTH), State::kUnknown);
}

TEST(ColumnPlanTest, ABlankCellIsUnknownUnlessNotHeldIsDeclared) {
  Planned planned;
  EXPECT_EQ(planned.StateOf({"", "", "A1"}, v1::CATEGORY_NAME), State::kUnknown);
  EXPECT_EQ(planned.StateOf({"", "\u00a0", "A1"}, v1::CATEGORY_PHOTO), State::kNotHeld);
}

TEST(ColumnPlanTest, ColumnsOfOneCategoryAreMerged) {
  EXPECT_EQ(Planned().StateOf({"", "", "A1", "", "Shah"}, v1::CATEGORY_NAME), State::kExposed);
}

TEST(ColumnPlanTest, ABlankWordIsAsGoodAsBlank) {
  Planned planned("blank_words: \"N/A\" blank_words: \"#N/A\"");
  EXPECT_EQ(planned.StateOf({"", " n/a", "A1", "", "N/A"}, v1::CATEGORY_NAME), State::kUnknown);
  EXPECT_EQ(planned.StateOf({"", " n/a", "A1"}, v1::CATEGORY_PHOTO), State::kNotHeld);
  EXPECT_THAT(std::string(planned.Read(Texts({"", "", "N/A"})).reason), HasSubstr("blank"));
  EXPECT_EQ(Planned().StateOf({"", "", "A1", "", "N/A"}, v1::CATEGORY_NAME), State::kExposed);
}

TEST(ColumnPlanTest, AnErrorOrAFormulaInACategorysCellIsFilled) {
  Planned planned;
  std::vector<Cell> row = Texts({"", "", "A1", "", ""});
  row[4] = {.text = "#REF!", .kind = CellKind::kError};
  EXPECT_EQ(planned.Read(row).categories.Get(CategoryIndex(v1::CATEGORY_NAME)), State::kExposed);
  row[4] = {.kind = CellKind::kNoValue};
  EXPECT_EQ(planned.Read(row).categories.Get(CategoryIndex(v1::CATEGORY_NAME)), State::kExposed);
}

// A cell of the key column that may not be what it shows.
struct BadCell {
  const char* name;
  Cell cell;
  const char* says;
};

class BadKeyTest : public ::testing::TestWithParam<BadCell> {};

TEST_P(BadKeyTest, IsNoNumberAndIsNotRepeated) {
  Planned planned;
  std::vector<Cell> row = Texts({"r", "", "", "Ann", "Shah"});
  row[2] = GetParam().cell;
  const RowReading reading = planned.Read(row);
  EXPECT_THAT(std::string(reading.reason), HasSubstr(GetParam().says));
  EXPECT_EQ(reading.column, "Pay No");
  if (!GetParam().cell.text.empty()) {
    EXPECT_THAT(std::string(reading.reason), Not(HasSubstr(std::string(GetParam().cell.text))));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, BadKeyTest,
    ::testing::Values(BadCell{"Blank", {.text = "", .kind = CellKind::kBlank}, "blank"},
                      BadCell{"Spaces", {.text = " \t", .kind = CellKind::kText}, "blank"},
                      BadCell{"Error", {.text = "#REF!", .kind = CellKind::kError}, "error"},
                      BadCell{"Formula", {.text = "", .kind = CellKind::kNoValue}, "formula without a value"},
                      BadCell{"Date", {.text = "2023-02-01", .kind = CellKind::kDate}, "date"},
                      BadCell{"Boolean", {.text = "WAHR", .kind = CellKind::kBoolean}, "TRUE or FALSE"},
                      BadCell{"Rounded", {.text = "1.23E+11", .kind = CellKind::kNumber, .exact = false}, "digits"},
                      BadCell{"RoundedText", {.text = "1.23E+11", .kind = CellKind::kText, .exact = false}, "digits"}),
    [](const auto& test) { return test.param.name; });

TEST(ColumnPlanTest, ANumberIsReadAsItIsShown) {
  Planned planned;
  std::vector<Cell> row = Texts({"r", "", "", "Ann", "Shah"});
  row[2] = {.text = "000042", .kind = CellKind::kNumber};
  EXPECT_EQ(planned.Read(row).number, "000042");
  EXPECT_EQ(planned.Read(row).reason, "");
}

constexpr char kForce[] =
    R"(force_column { column: "Force" here: "Met" here: "MPS" elsewhere: "Kent" } blank_words: "TBC")";
const std::vector<std::string> kForceHeader = {"Ref", "Photo", "Pay No", "Forenames", "Surname", "Force"};

TEST(ColumnPlanTest, RowsOfOtherForcesAreElsewhereAndOfNobodyUnclear) {
  Planned planned(kForce, kForceHeader);
  const auto read = [&](const char* force) { return planned.Read(Texts({"", "", "A1", "", "Shah", force})); };
  EXPECT_EQ(read(" mps").reason, "");
  EXPECT_FALSE(read("Met").elsewhere);
  EXPECT_TRUE(read("KENT").elsewhere);
  for (const char* unclear : {"", "tbc", "Essex"}) {
    EXPECT_FALSE(read(unclear).elsewhere);
    EXPECT_THAT(std::string(read(unclear).reason), HasSubstr("force"));
    EXPECT_THAT(std::string(read(unclear).reason), Not(HasSubstr("Essex")));
    EXPECT_EQ(read(unclear).column, "Force");
  }
}

TEST(ColumnPlanTest, AnotherForcesRowIsElsewhereWhateverItsNumber) {
  EXPECT_TRUE(Planned(kForce, kForceHeader).Read(Texts({"", "", "", "", "Shah", "Kent"})).elsewhere);
}

TEST(ColumnPlanTest, TheForceColumnMustBeThere) {
  EXPECT_THAT(Planned(kForce).Refusal(), HasSubstr("has no column \"Force\""));
}

TEST(ColumnPlanTest, EveryColumnWithAHeaderMustBeUsedOrIgnoredAndAllAreListed) {
  std::vector<std::string> more = kHeader;
  more.insert(more.end(), {"Home address", "", "Team", "Team"});
  const Planned planned("", more);
  EXPECT_THAT(planned.Unnamed(), HasSubstr("3 parts of the source are neither used nor ignored"));
  EXPECT_THAT(planned.Unnamed(), HasSubstr("columns { column: \"Home address\" }  # column 6 (F) of \"people.csv\""));
  EXPECT_THAT(planned.Unnamed(), HasSubstr("columns { column: \"column 8 (H)\" }  # of \"people.csv\""));
  EXPECT_THAT(planned.Unnamed(), HasSubstr("columns { column: \"column 9 (I)\" }"));
  EXPECT_EQ(Planned().Unnamed(), "");
}

TEST(ColumnPlanTest, EveryColumnOfTheMappingMustBeThere) {
  const Planned planned("", std::vector<std::string>(kHeader.begin(), kHeader.end() - 1));
  EXPECT_THAT(planned.plan, HasReason(Reason::kBadSource));
  EXPECT_THAT(planned.Refusal(), HasSubstr("has no column \"Surname\""));
}

TEST(ColumnPlanTest, AFirstRowThatIsAPersonIsNotRepeated) {
  const std::vector<std::string> person = {"r", "p.jpg", "A123456", "Ann", "Shah", "Essex"};
  EXPECT_THAT(Planned("", person).plan, HasReason(Reason::kBadSource));
  // Nor where all that the mapping names is named by its place.
  Planned placed;
  placed.mapping = ParseMapping("m", R"m(force: "met" scheme: "pay" key_column: "column 3 (C)")m").value();
  placed.plan = ColumnPlan::Create(placed.mapping, placed.table, person);
  EXPECT_THAT(placed.Unnamed(), HasSubstr("5 parts of the source"));
  for (const std::string& cell : person) {
    EXPECT_THAT(Planned("", person).Refusal(), Not(HasSubstr("\"" + cell + "\"")));
    EXPECT_THAT(placed.Unnamed(), Not(HasSubstr("\"" + cell + "\"")));
  }
}

TEST(ColumnPlanTest, AColumnWithoutHeaderOrWithAnothersIsNamedByItsPlace) {
  std::vector<std::string> headers = kHeader;
  headers.insert(headers.end(), {"", "Ref"});
  EXPECT_THAT(Planned("", headers).Refusal(), HasSubstr("\"column 1 (A)\" and \"column 7 (G)\""));
  headers.back() = "";
  Planned planned("columns { column: \"column 7 (G)\" category: CATEGORY_HEALTH }", headers);
  EXPECT_EQ(planned.StateOf({"", "", "A1", "", "", "", "x"}, v1::CATEGORY_HEALTH), State::kExposed);
  // Also to the right of all headers.
  Planned beyond("columns { column: \"column 28 (AB)\" ignore: true }");
  std::vector<const char*> row(28, "");
  row[27] = "x";
  EXPECT_EQ(beyond.Read(Texts(row)).reason, "the number is blank");
}

TEST(ColumnPlanTest, OneColumnIsNotNamedInTwoWays) {
  EXPECT_THAT(Planned("columns { column: \"column 1 (A)\" ignore: true }").Refusal(), HasSubstr("named twice"));
  EXPECT_THAT(Planned("columns { column: \"column 3 (C)\" ignore: true }").Refusal(), HasSubstr("named twice"));
}

TEST(ColumnPlanTest, WhatLooksLikeAPlaceButIsNoneIsAHeader) {
  for (const char* name : {"column 7 (H)", "column 0 (@)", "column 07 (G)", "column 99999 (EQXC)", "column"}) {
    EXPECT_THAT(Planned(absl::StrCat("columns { column: \"", name, "\" ignore: true }")).Refusal(),
                HasSubstr("has no column"));
  }
}

TEST(ColumnPlanTest, AColumnWithoutHeaderMustBeNamedOnceARowHasSomethingInIt) {
  std::vector<std::string> headers = kHeader;
  headers.insert(headers.begin(), "");
  Planned planned("columns { column: \"column 8 (H)\" ignore: true }", headers);
  const auto note = [&](uint64_t row, const std::vector<const char*>& texts) {
    const std::vector<Cell> cells = Texts(texts);
    planned.plan->NoteFilled({.number = row, .cells = cells, .filled = FilledOf(cells)});
  };
  note(7, {"", "", "", "A1", "", "", "", "ignored", " "});
  EXPECT_EQ(planned.Unnamed(), "") << "wholly blank";
  note(8, {"", "", "", "A1", "", "", "secret", ""});
  note(9, {"secret", "", "", "A1", "", "", "secret", ""});
  EXPECT_THAT(planned.Unnamed(), HasSubstr("2 parts of the source"));
  EXPECT_THAT(planned.Unnamed(), HasSubstr("columns { column: \"column 1 (A)\" }  # of \"people.csv\": no header, but "
                                           "row 9 has something"));
  EXPECT_THAT(planned.Unnamed(), HasSubstr("columns { column: \"column 7 (G)\" }  # of \"people.csv\": no header, but "
                                           "row 8 has something"));
  EXPECT_THAT(planned.Unnamed(), Not(HasSubstr("secret")));
}

TEST(ColumnPlanTest, AFormulaWithoutValueIsSomething) {
  Planned planned;
  std::vector<Cell> cells = Texts({"", "", "A1", "", "", ""});
  cells[5] = {.kind = CellKind::kNoValue};
  planned.plan->NoteFilled({.number = 7, .cells = cells, .filled = FilledOf(cells)});
  EXPECT_THAT(planned.Unnamed(), HasSubstr("column 6 (F)"));
}

}  // namespace
}  // namespace exposure
