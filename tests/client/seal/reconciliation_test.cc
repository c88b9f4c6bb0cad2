#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "client/sealer.h"

namespace exposure {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Reconciliation Met() {
  Reconciliation r{.read = 47000, .indexed = 46871, .merged = 125, .quarantined = 4, .declared_people = 47000};
  r.quarantine_file = "met-export.quarantine.csv";
  v1::CategoryCount& name = r.counts.emplace_back();
  name.set_category(v1::CATEGORY_RANK_OR_GRADE);
  name.set_exposed(46871);
  v1::CategoryCount& photo = r.counts.emplace_back();
  photo.set_category(v1::CATEGORY_PHOTO);
  photo.set_exposed(44120);
  photo.set_unknown(2751);
  return r;
}

TEST(ReconciliationTest, SaysWhatBecameOfTheRowsAndWhatToDo) {
  EXPECT_EQ(ToText(Met()),
            "Read 47,000 rows = indexed 46,871 + merged 125 + quarantined 4     "
            "(met-export.quarantine.csv: contact these people directly)\n"
            "Declared 47,000 people. Indexed 46,871 numbers. Difference 129: explain before publishing "
            "(--difference-explained \"…\").\n"
            "Exposed: rank or grade 46,871 · photo 44,120\n"
            "Unknown: photo 2,751\n");
}

TEST(ReconciliationTest, AsksForNothingWhereNothingIsMissing) {
  Reconciliation r = Met();
  r.difference_explained = "125 twice";
  EXPECT_THAT(ToText(r), HasSubstr("Difference 129, explained: \"125 twice\"."));
  r.declared_people = r.indexed;
  r.quarantined = 0;
  EXPECT_THAT(ToText(r), Not(HasSubstr("Difference")));
  EXPECT_THAT(ToText(r), Not(HasSubstr("contact")));
  r.declared_people = 0;
  EXPECT_THAT(ToText(r), HasSubstr("declared_people"));
}

TEST(ReconciliationTest, JsonCarriesTheSameNumbers) {
  Reconciliation r = Met();
  r.quarantine_file = "a \"b\"\n.csv";
  const nlohmann::json json = nlohmann::json::parse(ToJson(r));
  EXPECT_EQ(json["rows_read"], 47000);
  EXPECT_EQ(json["rows_indexed"], 46871);
  EXPECT_EQ(json["rows_merged"], 125);
  EXPECT_EQ(json["rows_quarantined"], 4);
  EXPECT_EQ(json["people_declared"], 47000);
  EXPECT_EQ(json["quarantine_file"], "a \"b\"\n.csv");
  EXPECT_EQ(json["categories"]["photo"]["exposed"], 44120);
  EXPECT_EQ(json["categories"]["photo"]["unknown"], 2751);
}

}  // namespace
}  // namespace exposure
