#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "client/sealer.h"

namespace exposure {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

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

TEST(ReconciliationTest, EachTableHasALineWhereThereAreSeveral) {
  Reconciliation r = Met();
  r.declared_rows = 47003;
  for (const char* name : {"Data", "Left \x1b[31mover"}) {
    v1::TableCount& table = r.tables.emplace_back();
    table.set_table(name);
    table.set_read(23500);
    table.set_indexed(23440);
    table.set_merged(58);
    table.set_quarantined(2);
  }
  r.tables[1].set_left_out(1200);
  EXPECT_THAT(ToText(r), StartsWith("  Data           23,500 rows = indexed 23,440 + merged 58 + quarantined 2\n"
                                    "  Left [31mover  23,500 rows = indexed 23,440 + merged 58 + quarantined 2; left "
                                    "out 1,200\n"
                                    "Read 47,000 rows = "));
  EXPECT_THAT(ToText(r), HasSubstr("Left out on purpose, in none of these sums: 1,200 rows.\n"));
  EXPECT_THAT(ToText(r), HasSubstr("Declared 47,003 rows. Read 47,000 rows. Difference 3: explain before publishing"));
  r.tables.pop_back();
  EXPECT_THAT(ToText(r), StartsWith("Read 47,000 rows")) << "one table is all";
}

TEST(ReconciliationTest, QuarantinedRowsAreSummedByReasonWithTheWayToRepairThem) {
  Reconciliation r = Met();
  for (uint64_t row : {7, 8, 9}) r.quarantine.push_back({.row = row, .reason = "the number is blank"});
  r.quarantine.push_back({.row = 6, .reason = "digits were lost"});
  EXPECT_THAT(ToText(r), HasSubstr("contact these people directly)\n"
                                   "  3 rows: the number is blank\n"
                                   "  1 row: digits were lost\n"
                                   "  A number that you find elsewhere: write it into that file, and seal again with "
                                   "--repairs met-export.quarantine.csv\n"));
  const nlohmann::json json = nlohmann::json::parse(ToJson(r));
  EXPECT_EQ(json["quarantine_reasons"][0]["reason"], "the number is blank");
  EXPECT_EQ(json["quarantine_reasons"][0]["rows"], 3);
  r.quarantine.clear();
  r.quarantine_file.clear();
  EXPECT_THAT(ToText(r), HasSubstr("quarantined 4\n")) << "read again from the dataset";
}

TEST(ReconciliationTest, JsonCarriesTheSameNumbers) {
  Reconciliation r = Met();
  r.quarantine_file = "a \"b\"\n.csv";
  r.declared_rows = 47001;
  v1::TableCount& table = r.tables.emplace_back();
  table.set_table("Data");
  table.set_read(47000);
  table.set_left_out(5);
  const nlohmann::json json = nlohmann::json::parse(ToJson(r));
  EXPECT_EQ(json["rows_read"], 47000);
  EXPECT_EQ(json["rows_indexed"], 46871);
  EXPECT_EQ(json["rows_merged"], 125);
  EXPECT_EQ(json["rows_quarantined"], 4);
  EXPECT_EQ(json["people_declared"], 47000);
  EXPECT_EQ(json["rows_declared"], 47001);
  EXPECT_EQ(json["rows_left_out"], 5);
  EXPECT_EQ(json["tables"][0]["table"], "Data");
  EXPECT_EQ(json["tables"][0]["rows_read"], 47000);
  EXPECT_EQ(json["tables"][0]["rows_left_out"], 5);
  EXPECT_EQ(json["quarantine_file"], "a \"b\"\n.csv");
  EXPECT_EQ(json["categories"]["photo"]["exposed"], 44120);
  EXPECT_EQ(json["categories"]["photo"]["unknown"], 2751);
}

}  // namespace
}  // namespace exposure
