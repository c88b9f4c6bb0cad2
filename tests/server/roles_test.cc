#include "server/roles.h"

#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using testing::HasReason;

TEST(RolesTest, ReadsWordsInAnyOrder) {
  EXPECT_EQ(*ParseRoles("evaluator,records,catalogue"), Roles::All());
  EXPECT_EQ(*ParseRoles(" catalogue , records"), (Roles{.records = true, .catalogue = true}));
  EXPECT_EQ(*ParseRoles("evaluator"), (Roles{.evaluator = true}));
  EXPECT_EQ(*ParseRoles("catalogue"), (Roles{.catalogue = true}));
  EXPECT_EQ(*ParseRoles("signer"), (Roles{.signer = true}));
}

TEST(RolesTest, SaysThemAgain) {
  EXPECT_EQ(RolesText(Roles::All()), "evaluator, records, catalogue");
  EXPECT_EQ(RolesText({.signer = true}), "signer");
  EXPECT_EQ(RolesText({.records = true, .catalogue = true}), "records, catalogue");
}

TEST(RolesTest, RefusesOtherWords) {
  for (const char* words : {"", "evaluator,", "records,catalogue,all", "Evaluator"}) {
    EXPECT_THAT(ParseRoles(words), HasReason(Reason::kBadUsage)) << words;
  }
}

TEST(RolesTest, TheSignerIsAProcessOfItsOwn) {
  for (const char* words : {"signer,catalogue", "evaluator,signer", "signer,records,catalogue"}) {
    EXPECT_THAT(ParseRoles(words), HasReason(Reason::kBadUsage)) << words;
  }
}

TEST(RolesTest, RecordsNeedTheCatalogueBeside) {
  for (const char* words : {"records", "records,evaluator"}) {
    const absl::Status status = ParseRoles(words).status();
    EXPECT_THAT(status, HasReason(Reason::kBadUsage));
    EXPECT_NE(std::string(status.message()).find("Fix: --roles=records,catalogue"), std::string::npos);
  }
}

}  // namespace
}  // namespace exposure::server
