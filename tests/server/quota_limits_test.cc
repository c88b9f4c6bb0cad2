#include "server/quota_limits.h"

#include <google/protobuf/util/message_differencer.h>

#include "server/text_file.h"
#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;

// What CheckQuotas says of a configuration.
std::string ProblemsOf(const std::string& text) {
  config::v1::ServerConfig settings;
  google::protobuf::TextFormat::ParseInfoTree tree;
  google::protobuf::TextFormat::Parser parser;
  parser.WriteLocationsTo(&tree);
  EXPECT_TRUE(parser.ParseFromString(text, &settings)) << text;
  Problems problems("c.txtpb");
  CheckQuotas(settings, Place(problems, config::v1::ServerConfig::descriptor(), tree));
  return std::string(problems.ToStatus().message());
}

TEST(QuotaLimitsTest, TheSampleShowsTheDefaults) {
  config::v1::ServerConfig sample;
  ASSERT_THAT(ReadTextFile(EXPOSURE_SOURCE_DIR "/deploy/exposured.txtpb", &sample), IsOk());
  const config::v1::QuotaPolicy defaults = FillQuotas({});
  google::protobuf::util::MessageDifferencer differ;
  std::string differences;
  differ.ReportDifferencesToString(&differences);
  EXPECT_TRUE(differ.Compare(FillQuotas(sample.quotas()), defaults)) << differences;
  EXPECT_EQ(sample.quotas().limits_size(), defaults.limits_size()) << "the sample shows all of them";
  EXPECT_EQ(sample.quotas().numbers_per_question(), defaults.numbers_per_question());
}

TEST(QuotaLimitsTest, AnEntryReplacesTheDefaultOfItsName) {
  config::v1::QuotaPolicy quotas;
  config::v1::ConsumerLimits* portal = quotas.add_limits();
  portal->set_name("portal");
  portal->mutable_subject()->set_per_hour(7);
  const config::v1::QuotaPolicy filled = FillQuotas(quotas);
  ASSERT_EQ(filled.limits_size(), 3);
  EXPECT_EQ(filled.limits(0).subject().per_hour(), 7U);
  EXPECT_EQ(filled.limits(0).subject().burst(), 7U) << "0: per_hour";
  EXPECT_EQ(filled.limits(0).usual_per_day(), 2U);
  EXPECT_EQ(filled.limits(0).batch_numbers_per_day(), 0U);
}

TEST(QuotaLimitsTest, DefaultsHaveNoProblems) {
  EXPECT_EQ(ProblemsOf(""), "");
  EXPECT_EQ(ProblemsOf("access { callers { name: 'consumer/a' forces: 'met' limits: 'portal' }\n"
                       "callers { name: 'custodian/b' forces: 'met' } callers { name: 'local' limits: 'portal' } }"),
            "");
}

struct QuotaProblem {
  const char* config;
  const char* told;
};

class QuotaProblemTest : public ::testing::TestWithParam<QuotaProblem> {};

TEST_P(QuotaProblemTest, IsToldWithItsPlace) { EXPECT_THAT(ProblemsOf(GetParam().config), HasSubstr(GetParam().told)); }

INSTANTIATE_TEST_SUITE_P(
    All, QuotaProblemTest,
    ::testing::Values(
        QuotaProblem{"\nquotas { numbers_per_question: 1025 }", "c.txtpb:2: quotas.numbers_per_question: is more"},
        QuotaProblem{"quotas { budget_multiple: 1001 }", "quotas.budget_multiple: is more"},
        QuotaProblem{"quotas { limits { subject { per_day: 1 } } }", "quotas.limits[0].name: must be given"},
        QuotaProblem{"quotas { limits { name: 'a' } }", "quotas.limits[0].subject: has neither"},
        QuotaProblem{
            "quotas { limits { name: 'a' subject { per_day: 5 } }\nlimits { name: 'a' subject { per_day: 5 } } }",
            "c.txtpb:2: quotas.limits[1]: there are limits of the name \"a\" above"},
        QuotaProblem{"quotas { limits { name: 'a' subject { per_day: 2000000000 } } }",
                     "subject.per_day: is more than"},
        QuotaProblem{"quotas { limits { name: 'a' subject { per_hour: 5 burst: 6 } } }",
                     "burst: is more than per_hour"},
        QuotaProblem{"quotas { limits { name: 'a' subject { per_day: 5 burst: 1 } } }", "burst: has no meaning"},
        QuotaProblem{"quotas { limits { name: 'a' subject { per_hour: 9 per_day: 5 burst: 6 } } }",
                     "burst: is more than per_day"},
        QuotaProblem{"quotas { limits { name: 'a' subject { per_day: 5 } caller { burst: 6 } } }",
                     "limits[0].caller.burst: has no meaning"},
        QuotaProblem{"quotas { limits { name: 'a' subject { per_day: 5 } batch_numbers_per_day: 2000000000 } }",
                     "batch_numbers_per_day: is more"},
        QuotaProblem{"quotas { limits { name: 'a' subject { per_day: 5 } reserved_percent: 101 } }",
                     "reserved_percent: is more than 100"},
        QuotaProblem{"quotas { limits { name: 'a' subject { per_day: 5 } usual_per_day: 6 } }",
                     "usual_per_day: is more than a subject may ask"},
        QuotaProblem{"access {\n callers { name: 'consumer/a' } }",
                     "c.txtpb:2: access.callers[0].limits: a consumer needs"},
        QuotaProblem{"access { callers { name: 'consumer/a' limits: 'x' } }", "there are no limits of the name \"x\""},
        QuotaProblem{"access { callers { name: 'custodian/a' limits: 'portal' } }", "limits: are for consumers"},
        QuotaProblem{"quotas { limits { name: 'a' subject { per_day: 5 } reserved_percent: 60 } }\n"
                     "access { callers { name: 'consumer/a' forces: 'met' limits: 'a' }\n"
                     "callers { name: 'consumer/b' forces: 'met' forces: 'met' limits: 'a' } }",
                     "c.txtpb:1: quotas: reserves 120% of the budget of \"met\""}));

}  // namespace
}  // namespace exposure::server
