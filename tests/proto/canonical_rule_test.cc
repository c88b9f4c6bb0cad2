#include "proto/rules/canonical_rule.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::HasReason;
using testing::IsOk;

// Most of what is refused is in tests/vectors/canonical.json, which client_core_test runs.
class CanonicalRuleTest : public ::testing::Test {
 protected:
  CanonicalRuleTest() {
    rule_.set_max_letters(2);
    rule_.set_min_digits(2);
    rule_.set_max_digits(6);
    rule_.set_letters("XYZ");
    rule_.add_prefix_words("No");
  }

  v1::CanonicalRule rule_;
};

TEST_F(CanonicalRuleTest, ASoundOneIsAccepted) {
  EXPECT_THAT(CheckCanonicalRule(rule_), IsOk());
  rule_.set_check(v1::CHECK_RULE_MOD_11);
  EXPECT_THAT(CheckCanonicalRule(rule_), IsOk());
}

TEST_F(CanonicalRuleTest, AWordWithWhichANumberMayBeginIsRefusedByName) {
  rule_.add_prefix_words("xy");
  const absl::Status status = CheckCanonicalRule(rule_);
  EXPECT_THAT(status, HasReason(Reason::kBadEpoch));
  EXPECT_NE(status.message().find("\"xy\""), absl::string_view::npos);
  rule_.set_min_letters(1);
  EXPECT_THAT(CheckCanonicalRule(rule_), IsOk());  // X, the rest of it, is too short to be the word
}

TEST_F(CanonicalRuleTest, WhatIsNotKnownIsRefused) {
  rule_.set_check(static_cast<v1::CheckRule>(3));
  EXPECT_THAT(CheckCanonicalRule(rule_), HasReason(Reason::kUnknownRule));
}

// A later version's field: a number must not be read as if it were not there.
TEST_F(CanonicalRuleTest, AFieldThatIsNotKnownIsRefused) {
  rule_.GetReflection()->MutableUnknownFields(&rule_)->AddVarint(99, 1);
  EXPECT_THAT(CheckCanonicalRule(rule_), HasReason(Reason::kUnknownRule));
}

}  // namespace
}  // namespace exposure
