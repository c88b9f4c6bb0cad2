#include "client/seal/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace exposure {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

v1::TableCount Table(const std::string& name, uint64_t indexed, uint64_t merged, uint64_t quarantined) {
  v1::TableCount table;
  table.set_table(name);
  table.set_read(indexed + merged + quarantined);
  table.set_indexed(indexed);
  table.set_merged(merged);
  table.set_quarantined(quarantined);
  return table;
}

Reconciliation TwoTables() {
  Reconciliation r{.read = 400, .indexed = 380, .merged = 17, .quarantined = 3};
  r.tables = {Table("Data", 280, 17, 3), Table("Pivot", 100, 0, 0)};
  r.tables[0].set_left_out(2);
  r.declared_people = 390;
  r.declared_rows = 400;
  r.quarantine = {{.table = "Data", .row = 7, .column = "Service No", .reason = "the number is blank"},
                  {.table = "Data", .row = 9, .column = "Service No", .reason = "digits were lost"},
                  {.table = "Data", .row = 11, .column = "Service No", .reason = "the number is blank"}};
  r.quarantine_file = "psni.quarantine.csv";
  v1::CategoryCount& photo = r.counts.emplace_back();
  photo.set_category(v1::CATEGORY_PHOTO);
  photo.set_exposed(190);
  photo.set_unknown(190);
  return r;
}

ReportHeading Heading() {
  return {.incident_id = "psni-2023-foi",
          .scheme = "psni/service",
          .as_at = "2023-08-08",
          .dataset_id = "aaa48560e5aa83f08238a1353cd1cf19",
          .custodian = "0123456789ab",
          .sealed_at = 1'700'000'000};
}

size_t Count(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(ReportHtmlTest, SaysWhatAManagerAsks) {
  const std::string page = ToHtml(TwoTables(), Heading());
  EXPECT_THAT(page, AllOf(HasSubstr("psni-2023-foi"), HasSubstr("aaa48560e5aa83f08238a1353cd1cf19"),
                          HasSubstr("0123456789ab"), HasSubstr("14 Nov 2023 at 22:13 UTC"), HasSubstr("8 Aug 2023")));
  EXPECT_THAT(page, HasSubstr("Read 400 = indexed 380 + merged 17 + quarantined 3."));
  EXPECT_THAT(page, HasSubstr("<td class=\"n\">390</td><td class=\"n\">380</td><td class=\"n\">10</td>"
                              "<td>to be explained before publishing</td>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"n\">400</td><td class=\"n\">400</td><td class=\"n\">0</td><td>agrees</td>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"n\">9</td><td><bdi>Service No</bdi></td><td><bdi>digits were lost</bdi>"));
  EXPECT_THAT(page, HasSubstr("<li>2 rows: <bdi>the number is blank</bdi></li>"));
  EXPECT_EQ(Count(page, "OFFICIAL-SENSITIVE"), 2u) << "on the first page and the last";
}

TEST(ReportHtmlTest, HasABarWithItsFiguresForEachSumOfEachTable) {
  const std::string page = ToHtml(TwoTables(), Heading());
  EXPECT_EQ(Count(page, "rowspan=\"5\""), 3u) << "two tables, and all";
  EXPECT_THAT(page, HasSubstr("<td class=\"n\">280</td><td class=\"share\">70.0%<span class=\"bar indexed\" "
                              "style=\"width:70.0%\" aria-hidden=\"true\"></span></td>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"n\">0</td><td class=\"share\">0.0%</td>")) << "nothing has no bar";
  Reconciliation one = TwoTables();
  one.tables = {Table("Data", 380, 17, 3)};
  EXPECT_EQ(Count(ToHtml(one, Heading()), "rowspan=\"5\""), 1u) << "one table is all";
}

// Whoever made the workbook named its sheets.
TEST(ReportHtmlTest, NamesOfASourceAreTextAndNothingElse) {
  Reconciliation r = TwoTables();
  const std::string hostile = "<script>alert(1)</script>\"' onload=x & \xE2\x80\xAE\x1b[2J\xff</title>";
  const std::string shown = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onload=x &amp; [2J&lt;/title&gt;";
  r.tables[0].set_table(hostile);
  r.difference_explained = hostile;
  r.quarantine_file = hostile;
  r.quarantine[0] = {.table = hostile, .row = 7, .column = hostile, .reason = hostile};
  ReportHeading heading = Heading();
  heading.incident_id = hostile;
  heading.as_at = hostile;
  const std::string page = ToHtml(r, heading);
  EXPECT_EQ(Count(page, "<bdi>" + shown + "</bdi>"), 9u);
  EXPECT_THAT(page, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\xE2\x80\xAE")), Not(HasSubstr("\x1b")),
                          Not(HasSubstr("\xff"))));
  EXPECT_EQ(Count(page, "</title>"), 1u);
}

TEST(ReportHtmlTest, FetchesNothingAndRunsNothing) {
  const std::string page = ToHtml(TwoTables(), Heading());
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
  for (const char* reference : {"src=", "href=", "url(", "@import", "<script", "<link", "<img", "<form"}) {
    EXPECT_THAT(page, Not(HasSubstr(reference)));
  }
}

TEST(ReportHtmlTest, WithoutTheListItSaysWhoHasIt) {
  Reconciliation r = TwoTables();
  r.quarantine.clear();
  EXPECT_THAT(ToHtml(r, Heading()), HasSubstr("the custodian has the list"));
  r.quarantined = 0;
  EXPECT_THAT(ToHtml(r, Heading()), HasSubstr("Nobody: every row could be used."));
}

TEST(ReportTest, ReasonsAreSummedTheMostFrequentFirst) {
  EXPECT_THAT(QuarantineReasons(TwoTables()), ElementsAre(Pair("the number is blank", 2), Pair("digits were lost", 1)));
}

TEST(ReportTest, TheSignedSumsAreReadAgain) {
  crypto::Manifest manifest{.records = 380, .rows_read = 400, .rows_indexed = 380, .rows_merged = 17};
  manifest.rows_quarantined = 3;
  const Reconciliation sealed = TwoTables();
  v1::DatasetDetails details;
  details.mutable_tables()->Assign(sealed.tables.begin(), sealed.tables.end());
  details.mutable_counts()->Assign(sealed.counts.begin(), sealed.counts.end());
  details.mutable_mapping()->set_declared_people(390);
  details.mutable_mapping()->set_declared_rows(400);
  details.set_difference_explained("ten left");
  const Reconciliation read = ReconciliationOf(manifest, details);
  EXPECT_EQ(read.read, 400u);
  EXPECT_EQ(read.indexed, 380u);
  EXPECT_EQ(read.merged, 17u);
  EXPECT_EQ(read.quarantined, 3u);
  EXPECT_EQ(read.tables.size(), 2u);
  EXPECT_EQ(read.counts.size(), 1u);
  EXPECT_EQ(read.declared_people, 390u);
  EXPECT_EQ(read.declared_rows, 400u);
  EXPECT_EQ(read.difference_explained, "ten left");
  EXPECT_EQ(RowsLeftOut(read), 2u);
  EXPECT_TRUE(read.quarantine.empty() && read.quarantine_file.empty());
}

}  // namespace
}  // namespace exposure
