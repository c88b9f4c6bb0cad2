#include "server/access.h"

#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using config::v1::CallerRole;
using testing::HasReason;
using testing::IsOk;

constexpr char kEvaluate[] = "exposure.v1.EvaluationService/Evaluate";
constexpr char kPublish[] = "exposure.v1.CustodianService/PublishDataset";

config::v1::AccessTable SmallTable() {
  config::v1::AccessTable table;
  config::v1::MethodRule& evaluate = *table.add_methods();
  evaluate.set_method(kEvaluate);
  evaluate.add_roles(CallerRole::CALLER_ROLE_CONSUMER);
  evaluate.add_roles(CallerRole::CALLER_ROLE_LOCAL);
  config::v1::CallerRule& portal = *table.add_callers();
  portal.set_name("consumer/portal");
  portal.add_forces("met");
  portal.add_forces("gmp");
  portal.set_limits("portal");
  table.add_callers()->set_name("operator/first");
  return table;
}

TEST(AccessTest, BindsTheCallerToItsForces) {
  ASSERT_OK_AND_ASSIGN(const Caller caller, Access(SmallTable()).Admit(*CallerFromName("consumer/portal"), kEvaluate));
  EXPECT_EQ(caller.name, "consumer/portal");
  EXPECT_EQ(caller.forces, (std::vector<std::string>{"met", "gmp"}));
}

TEST(AccessTest, WhatACallerBringsAlongDoesNotCount) {
  Caller who = *CallerFromName("operator/first");
  who.forces = {"met"};
  config::v1::AccessTable table = SmallTable();
  table.mutable_methods(0)->add_roles(CallerRole::CALLER_ROLE_OPERATOR);
  ASSERT_OK_AND_ASSIGN(const Caller caller, Access(table).Admit(who, kEvaluate));
  EXPECT_TRUE(caller.forces.empty());
}

TEST(AccessTest, RefusesWhatTheTableDoesNotSay) {
  const Access access(SmallTable());
  EXPECT_THAT(access.Admit(*CallerFromName("operator/first"), kEvaluate), HasReason(Reason::kNotAllowed));
  EXPECT_THAT(access.Admit(*CallerFromName("consumer/portal"), kPublish), HasReason(Reason::kNotAllowed));
  EXPECT_THAT(access.Admit(LocalCaller(), kPublish), HasReason(Reason::kNotAllowed));
  EXPECT_THAT(access.Admit(*CallerFromName("consumer/portal"), ""), HasReason(Reason::kNotAllowed));
  for (const char* name : {"consumer/other", "custodian/portal", "operator/portal", "service/records-1"}) {
    EXPECT_THAT(access.Admit(*CallerFromName(name), kEvaluate), HasReason(Reason::kUnknownCaller)) << name;
  }
}

TEST(AccessTest, LocalNeedsNoName) { EXPECT_THAT(Access(SmallTable()).Admit(LocalCaller(), kEvaluate), IsOk()); }

TEST(AccessTest, EmptyTableRefusesEverybody) {
  const Access access{config::v1::AccessTable()};
  EXPECT_THAT(access.Admit(LocalCaller(), kEvaluate), HasReason(Reason::kNotAllowed));
  EXPECT_THAT(access.Admit(*CallerFromName("consumer/portal"), kEvaluate), HasReason(Reason::kUnknownCaller));
}

TEST(AccessTest, WithoutATableOnlyLocalMayCall) {
  EXPECT_THAT(Access().Admit(LocalCaller(), kPublish), IsOk());
  EXPECT_THAT(Access().Admit(*CallerFromName("operator/first"), kPublish), HasReason(Reason::kNotAllowed));
}

}  // namespace
}  // namespace exposure::server
