#include "proto/rules/notice_rules.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/file.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using namespace exposure::testing;

v1::Notice Sample(const std::string& name) {
  v1::Notice notice;
  const std::string path = std::string(EXPOSURE_SOURCE_DIR) + "/deploy/samples/" + name + ".notice.txtpb";
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(*ReadFile(path), &notice)) << path;
  return notice;
}

TEST(NoticeRulesTest, TheFourNoticesMayBePublished) {
  for (const char* name :
       {"met-2023-supplier", "psni-2023-foi", "norfolk-suffolk-2023-foi", "south-yorkshire-2023-footage"}) {
    EXPECT_THAT(CheckNotice(Sample(name)), IsOk()) << name;
    EXPECT_EQ(Sample(name).incident_id(), name);
  }
}

struct Damage {
  std::string field;
  std::function<void(v1::Notice&)> apply;
};

// One for each rule: a valid notice, damaged in one place, is refused naming that place.
const Damage kDamages[] = {
    {"incident_id", [](v1::Notice& n) { n.set_incident_id("Met 2023"); }},
    {"incident_id", [](v1::Notice& n) { n.set_incident_id(std::string(65, 'a')); }},
    {"force", [](v1::Notice& n) { n.set_force(""); }},
    {"kind", [](v1::Notice& n) { n.clear_kind(); }},
    {"kind", [](v1::Notice& n) { n.set_kind(static_cast<v1::IncidentKind>(99)); }},
    {"status", [](v1::Notice& n) { n.clear_status(); }},
    {"title.en", [](v1::Notice& n) { n.clear_title(); }},
    {"title.en", [](v1::Notice& n) { n.mutable_title()->set_en(std::string(4001, 'a')); }},
    {"title.cy", [](v1::Notice& n) { n.mutable_title()->set_cy(std::string(4001, 'a')); }},
    {"status_text.en", [](v1::Notice& n) { n.clear_status_text(); }},
    {"what_happened.en", [](v1::Notice& n) { n.clear_what_happened(); }},
    {"responsible_body.en", [](v1::Notice& n) { n.clear_responsible_body(); }},
    {"likely_consequences.en", [](v1::Notice& n) { n.clear_likely_consequences(); }},
    {"measures.en", [](v1::Notice& n) { n.clear_measures(); }},
    {"urgent.en", [](v1::Notice& n) { n.clear_urgent(); }},
    {"how_to_dispute.en", [](v1::Notice& n) { n.clear_how_to_dispute(); }},
    {"what_to_do_now", [](v1::Notice& n) { n.clear_what_to_do_now(); }},
    {"what_to_do_now[0].en", [](v1::Notice& n) { n.mutable_what_to_do_now(0)->Clear(); }},
    {"as_at", [](v1::Notice& n) { n.clear_as_at(); }},
    {"as_at", [](v1::Notice& n) { n.set_as_at("2 Sep 2023"); }},
    {"occurred", [](v1::Notice& n) { n.set_occurred("2023-13"); }},
    {"found", [](v1::Notice& n) { n.set_found("2023-08-32"); }},
    {"disclosed", [](v1::Notice& n) { n.set_disclosed("2023/08/26"); }},
    {"last_confirmed", [](v1::Notice& n) { n.set_last_confirmed("2023"); }},
    {"whole_workforce_on",
     [](v1::Notice& n) {
       n.set_whole_workforce(true);
       n.clear_whole_workforce_on();
     }},
    {"whole_workforce_on",
     [](v1::Notice& n) {
       n.set_whole_workforce(false);
       n.set_whole_workforce_on("2023-08-26");
     }},
    {"categories[0].category", [](v1::Notice& n) { n.mutable_categories(0)->clear_category(); }},
    {"categories[0].category",
     [](v1::Notice& n) { n.mutable_categories(0)->set_category(static_cast<v1::Category>(65)); }},
    {"categories[1].category",
     [](v1::Notice& n) { n.mutable_categories(1)->set_category(n.categories(0).category()); }},
    {"categories[0].state", [](v1::Notice& n) { n.mutable_categories(0)->clear_state(); }},
    {"contacts[0].who.en", [](v1::Notice& n) { n.mutable_contacts(0)->clear_who(); }},
    {"contacts[0].telephone",
     [](v1::Notice& n) {
       n.mutable_contacts(0)->clear_telephone();
       n.mutable_contacts(0)->clear_address();
     }},
    {"contacts[0].last_verified", [](v1::Notice& n) { n.mutable_contacts(0)->clear_last_verified(); }},
    {"sources[0].title", [](v1::Notice& n) { n.mutable_sources(0)->clear_title(); }},
    {"sources[0].date", [](v1::Notice& n) { n.mutable_sources(0)->set_date("yesterday"); }},
    {"checkability", [](v1::Notice& n) { n.clear_checkability(); }},
    {"schemes", [](v1::Notice& n) { n.clear_schemes(); }},
    {"schemes[0]", [](v1::Notice& n) { n.set_schemes(0, "psni/service"); }},
    {"schemes[0]", [](v1::Notice& n) { n.set_schemes(0, "met/"); }},
    {"schemes[1]", [](v1::Notice& n) { n.add_schemes(n.schemes(0)); }},
    {"schemes", [](v1::Notice& n) { n.set_checkability(v1::CHECKABILITY_NO_OFFICER_NUMBER); }},
    {"notice",
     [](v1::Notice& n) {
       for (int i = 0; i < 65; ++i) n.add_sources()->set_title("a");
     }},
};

TEST(NoticeRulesTest, EachRuleNamesItsField) {
  const v1::Notice good = Sample("met-2023-supplier");
  for (const Damage& damage : kDamages) {
    SCOPED_TRACE(damage.field);
    v1::Notice bad = good;
    damage.apply(bad);
    const absl::Status status = CheckNotice(bad);
    EXPECT_THAT(status, HasReason(Reason::kBadNotice));
    EXPECT_EQ(FieldOf(status), "notice." + damage.field);
  }
}

TEST(NoticeRulesTest, WithoutANumberItSaysWhy) {
  v1::Notice notice = Sample("norfolk-suffolk-2023-foi");
  notice.clear_why_not_by_number();
  EXPECT_EQ(FieldOf(CheckNotice(notice)), "notice.why_not_by_number.en");
}

TEST(NoticeRulesTest, AllProblemsAreFoundAtOnce) { EXPECT_GT(NoticeProblems(v1::Notice()).size(), 10u); }

TEST(NoticeRulesTest, Tokens) {
  for (const char* good : {"met", "pay-2", "a", "0"}) EXPECT_TRUE(IsToken(good)) << good;
  for (const char* bad : {"", "Met", "met/pay", "met pay", "é"}) EXPECT_FALSE(IsToken(bad)) << bad;
  EXPECT_TRUE(IsToken(std::string(32, 'a')));
  EXPECT_FALSE(IsToken(std::string(33, 'a')));
}

}  // namespace
}  // namespace exposure
