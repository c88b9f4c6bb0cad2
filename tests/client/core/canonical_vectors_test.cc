// tests/vectors/canonical.json, made by tests/node: what people write, and the number or a refusal.
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "client/core/number.h"
#include "proto/rules/canonical_rule.h"
#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure {
namespace {

using testing::IsOk;
using testing::Json;
using testing::ReasonIn;

const Json& Canonical() {
  static const Json all = Json::parse(std::ifstream(EXPOSURE_SOURCE_DIR "/tests/vectors/canonical.json"));
  return all;
}

v1::CanonicalRule RuleOf(const Json& rule) {
  v1::CanonicalRule message;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(rule.dump(), &message).ok());
  return message;
}

TEST(CanonicalVectorsTest, EveryCaseHasItsFormOrIsRefused) {
  const Json& cases = Canonical()["cases"];
  ASSERT_GE(cases.size(), 300U);
  for (const Json& c : cases) {
    SCOPED_TRACE(c.dump());
    const v1::CanonicalRule rule = RuleOf(Canonical()["rules"].at(c["rule"].get<std::string>()));
    const std::string text = c.contains("hex") ? testing::Bytes(c["hex"]) : c["text"].get<std::string>();
    const absl::StatusOr<CanonicalNumber> number = Canonicalise(rule, text);
    const std::string expected = c["number"].get<std::string>();
    EXPECT_EQ(ReasonIn(number.status()), expected.empty() ? "BAD_NUMBER" : "");
    EXPECT_EQ(number.ok() ? number->Reveal() : "", expected);
  }
}

TEST(CanonicalVectorsTest, RulesAreSoundOrRefused) {
  const Json& checks = Canonical()["rule_checks"];
  ASSERT_GE(checks.size(), 20U);
  for (const Json& c : checks) EXPECT_EQ(ReasonIn(CheckCanonicalRule(RuleOf(c["rule"]))), c["reason"]) << c["name"];
  for (const Json& rule : Canonical()["rules"]) EXPECT_THAT(CheckCanonicalRule(RuleOf(rule)), IsOk()) << rule;
}

}  // namespace
}  // namespace exposure
