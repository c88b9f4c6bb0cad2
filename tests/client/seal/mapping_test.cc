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

using crypto::State;
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
const std::vector<std::string> kHeader = {"Ref", "Photo", "Pay No", "Forenames", "Surname"};

State StateOf(const crypto::Categories& categories, v1::Category category) {
  return categories.Get(CategoryIndex(category));
}

ColumnPlan GoodPlan() {
  absl::StatusOr<v1::Mapping> mapping = ParseMapping("m", kGood);
  EXPECT_THAT(mapping, IsOk());
  absl::StatusOr<ColumnPlan> plan = ColumnPlan::Create(*mapping, "people.csv", kHeader);
  EXPECT_THAT(plan, IsOk());
  return *plan;
}

TEST(MappingTest, TurnsCellsIntoStates) {
  const ColumnPlan plan = GoodPlan();
  EXPECT_EQ(plan.key_column(), 2u);
  const crypto::Categories filled = plan.CategoriesOf(std::vector<std::string_view>{"r", "p.jpg", "A1", "Ann", "Shah"});
  EXPECT_EQ(StateOf(filled, v1::CATEGORY_NAME), State::kExposed);
  EXPECT_EQ(StateOf(filled, v1::CATEGORY_PHOTO), State::kPossiblyExposed);
  EXPECT_EQ(StateOf(filled, v1::CATEGORY_PAY_NUMBER), State::kExposed);
  EXPECT_EQ(StateOf(filled, v1::CATEGORY_PHONE), State::kNotHeld);
  EXPECT_EQ(StateOf(filled, v1::CATEGORY_HEALTH), State::kUnknown);
}

TEST(MappingTest, ABlankCellIsUnknownUnlessNotHeldIsDeclared) {
  const crypto::Categories blank = GoodPlan().CategoriesOf(std::vector<std::string_view>{"", "", "A1", "", ""});
  EXPECT_EQ(StateOf(blank, v1::CATEGORY_NAME), State::kUnknown);
  EXPECT_EQ(StateOf(blank, v1::CATEGORY_PHOTO), State::kNotHeld);
}

TEST(MappingTest, ColumnsOfOneCategoryAreMerged) {
  const crypto::Categories half = GoodPlan().CategoriesOf(std::vector<std::string_view>{"", "", "A1", "", "Shah"});
  EXPECT_EQ(StateOf(half, v1::CATEGORY_NAME), State::kExposed);
}

TEST(MappingTest, EveryColumnOfTheSourceMustBeUsedOrIgnored) {
  ASSERT_OK_AND_ASSIGN(const v1::Mapping mapping, ParseMapping("m", kGood));
  std::vector<std::string> more = kHeader;
  more.push_back("Home address");
  const absl::StatusOr<ColumnPlan> plan = ColumnPlan::Create(mapping, "people.csv", more);
  EXPECT_THAT(plan, HasReason(Reason::kBadSource));
  EXPECT_THAT(plan.status().message(), HasSubstr("column 6 (F), \"Home address\", is not in the mapping"));
}

TEST(MappingTest, EveryColumnOfTheMappingMustBeThere) {
  ASSERT_OK_AND_ASSIGN(const v1::Mapping mapping, ParseMapping("m", kGood));
  const std::vector<std::string> fewer(kHeader.begin(), kHeader.end() - 1);
  const absl::StatusOr<ColumnPlan> plan = ColumnPlan::Create(mapping, "people.csv", fewer);
  EXPECT_THAT(plan, HasReason(Reason::kBadSource));
  EXPECT_THAT(plan.status().message(), HasSubstr("has no column \"Surname\""));
}

TEST(MappingTest, AFirstRowThatIsAPersonIsNotRepeated) {
  ASSERT_OK_AND_ASSIGN(const v1::Mapping mapping, ParseMapping("m", kGood));
  const std::vector<std::string> person = {"r", "p.jpg", "A123456", "Ann", "Shah"};
  const absl::StatusOr<ColumnPlan> plan = ColumnPlan::Create(mapping, "people.csv", person);
  ASSERT_THAT(plan, HasReason(Reason::kBadSource));
  for (const std::string& cell : person) EXPECT_THAT(plan.status().message(), Not(HasSubstr("\"" + cell + "\"")));
}

TEST(MappingTest, TheSamplesAreGood) {
  for (const char* name : {"met", "psni"}) {
    const std::string path = absl::StrCat(EXPOSURE_SOURCE_DIR "/deploy/samples/", name, ".mapping.txtpb");
    ASSERT_OK_AND_ASSIGN(const std::string text, ReadFile(path));
    EXPECT_THAT(ParseMapping(path, text), IsOk());
  }
}

// One edit of the good mapping, and the line and words of its message.
struct Edit {
  const char* name;
  const char* from;
  const char* to;
  const char* says;
};

class BadMappingTest : public ::testing::TestWithParam<Edit> {};

TEST_P(BadMappingTest, IsRefusedWithItsLine) {
  const Edit& edit = GetParam();
  std::string text = kGood;
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
        Edit{"NotText", "force:", "force", "1:"}, Edit{"UnknownField", "scheme:", "skeme:", "2:"},
        Edit{"UnknownCategory", "CATEGORY_PHOTO ", "CATEGORY_FOTO ", "7:"},
        Edit{"NoForce", "force: \"met\"", "", " force: is missing"},
        Edit{"BadForce", "\"met\"", "\"Met\"", "1: force: is missing or malformed"},
        Edit{"NoScheme", "scheme: \"pay\"", "", " scheme: is missing"},
        Edit{"NoKey", "key_column: \"Pay No\"", "", " key_column: is missing"},
        Edit{"ColumnTwice", "\"Forenames\"", "\"Surname\"", "6: columns[1].column: is named twice"},
        Edit{"ColumnIsKey", "\"Forenames\"", "\"Pay No\"", "6: columns[1].column: is named twice, or is the key"},
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
        Edit{"ConstantWithoutState", "state: CATEGORY_STATE_NOT_HELD", "", "9: constants[0].state: is missing"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace exposure
