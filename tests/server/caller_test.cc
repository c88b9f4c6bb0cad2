#include "server/caller.h"

#include <string>

#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using config::v1::CallerRole;
using testing::HasReason;
using testing::IsOk;

constexpr char kDomain[] = "police.example";

Caller BoundTo(CallerRole role, const std::vector<std::string>& forces) {
  Caller caller;
  caller.role = role;
  caller.name = "consumer/test";
  caller.forces = forces;
  return caller;
}

TEST(CallerTest, NameHasRoleAndName) {
  const std::vector<std::pair<std::string, CallerRole>> good = {
      {"consumer/met-portal", CallerRole::CALLER_ROLE_CONSUMER},
      {"custodian/m", CallerRole::CALLER_ROLE_CUSTODIAN},
      {"operator/007", CallerRole::CALLER_ROLE_OPERATOR},
      {"service/" + std::string(64, 'x'), CallerRole::CALLER_ROLE_SERVICE}};
  for (const auto& [name, role] : good) {
    const std::optional<Caller> caller = CallerFromName(name);
    ASSERT_TRUE(caller.has_value()) << name;
    EXPECT_EQ(caller->role, role);
    EXPECT_EQ(caller->name, name);
  }
}

TEST(CallerTest, OtherNamesAreRefused) {
  for (const std::string& name :
       {std::string(), std::string("consumer"), std::string("consumer/"), std::string("consumer/a/b"),
        std::string("consumer/A"), std::string("consumer/a b"), std::string("consumers/a"), std::string("local"),
        std::string("local/a"), std::string("/a"), std::string("consumer/../operator"),
        "consumer/" + std::string(65, 'x'), std::string("consumer/a\0b", 12), std::string("consumer/\xc3\xa9")}) {
    EXPECT_FALSE(CallerFromName(name).has_value()) << name;
  }
}

TEST(CallerTest, ExactlyOneSpiffeUri) {
  ASSERT_OK_AND_ASSIGN(
      const Caller caller,
      CallerFromUris({"https://met.example/", "spiffe://police.example/consumer/met-portal"}, kDomain));
  EXPECT_EQ(caller.name, "consumer/met-portal");
  for (const std::vector<std::string>& uris : std::vector<std::vector<std::string>>{
           {},
           {"https://police.example/consumer/met-portal"},
           {"spiffe://police.example/consumer/a", "spiffe://police.example/consumer/b"},
           {"spiffe://police.example/consumer/a", "spiffe://elsewhere.example/consumer/a"},
           {"spiffe://elsewhere.example/consumer/a"},
           {"spiffe://police.example.org/consumer/a"},
           {"spiffe://police.exampleconsumer/a"},
           {"spiffe://police.example"},
           {"spiffe://police.example/"},
           {"spiffe://police.example//consumer/a"},
           {"spiffe://police.example/consumer/a/"},
           {"spiffe://police.example/consumer/a?b"},
           {"SPIFFE://police.example/consumer/a"}}) {
    EXPECT_THAT(CallerFromUris(uris, kDomain), HasReason(Reason::kCertificateName)) << uris.size();
  }
}

TEST(CallerTest, AsksOnlyAboutItsForces) {
  v1::Epoch epoch;
  epoch.add_schemes()->set_force("met");
  EXPECT_THAT(MayAskAbout(BoundTo(CallerRole::CALLER_ROLE_CONSUMER, {"gmp", "met"}), epoch), IsOk());
  EXPECT_THAT(MayAskAbout(LocalCaller(), epoch), IsOk());
  for (const CallerRole role : {CallerRole::CALLER_ROLE_CONSUMER, CallerRole::CALLER_ROLE_OPERATOR}) {
    EXPECT_THAT(MayAskAbout(BoundTo(role, {}), epoch), HasReason(Reason::kEpochNotAllowed));
    EXPECT_THAT(MayAskAbout(BoundTo(role, {"gmp"}), epoch), HasReason(Reason::kEpochNotAllowed));
  }
  EXPECT_THAT(MayAskAbout(BoundTo(CallerRole::CALLER_ROLE_CONSUMER, {"met"}), v1::Epoch()),
              HasReason(Reason::kEpochNotAllowed));
  epoch.add_schemes()->set_force("gmp");
  EXPECT_THAT(MayAskAbout(BoundTo(CallerRole::CALLER_ROLE_CONSUMER, {"met"}), epoch),
              HasReason(Reason::kEpochNotAllowed));
}

TEST(CallerTest, ChangesOnlyItsForce) {
  EXPECT_THAT(MayChange(BoundTo(CallerRole::CALLER_ROLE_CUSTODIAN, {"met"}), "met"), IsOk());
  EXPECT_THAT(MayChange(BoundTo(CallerRole::CALLER_ROLE_CUSTODIAN, {"met"}), "gmp"), HasReason(Reason::kWrongForce));
  EXPECT_THAT(MayChange(BoundTo(CallerRole::CALLER_ROLE_CUSTODIAN, {"met"}), ""), HasReason(Reason::kWrongForce));
  EXPECT_THAT(MayChange(BoundTo(CallerRole::CALLER_ROLE_OPERATOR, {}), "met"), IsOk());
  EXPECT_THAT(MayChange(LocalCaller(), "met"), IsOk());
}

}  // namespace
}  // namespace exposure::server
