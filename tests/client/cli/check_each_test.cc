#include "client/cli/check_each.h"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "exposure/v1/category.pb.h"

namespace exposure::cli {
namespace {

Verdict OfIncident(VerdictKind kind, const std::string& incident_id) {
  auto notice = std::make_shared<v1::Notice>();
  notice->set_incident_id(incident_id);
  Verdict verdict;
  verdict.kind = kind;
  verdict.notice = std::move(notice);
  return verdict;
}

PersonAnswer AnAnswer() {
  Answer answer;
  answer.verdicts.push_back(OfIncident(VerdictKind::kExposed, "met"));
  crypto::Categories& categories = answer.verdicts.back().categories;
  categories.Set(v1::CATEGORY_NAME - 1, crypto::State::kExposed);
  categories.Set(v1::CATEGORY_RANK_OR_GRADE - 1, crypto::State::kExposed);
  categories.Set(v1::CATEGORY_PHOTO - 1, crypto::State::kPossiblyExposed);
  categories.Set(v1::CATEGORY_PHONE - 1, crypto::State::kNotHeld);
  answer.verdicts.push_back(OfIncident(VerdictKind::kNeedsAnotherNumber, "psni"));
  answer.verdicts.push_back(OfIncident(VerdictKind::kCannotBeChecked, "norfolk"));
  return answer;
}

TEST(CheckEachTest, ARowOfText) {
  EXPECT_EQ(RowText(12, AnAnswer()), "12\tEXPOSED met; NEEDS_ANOTHER_NUMBER psni\n");
  EXPECT_EQ(RowText(13, Error(Reason::kBadNumber, "Does not fit.")), "13\tBAD_NUMBER\n");
}

TEST(CheckEachTest, ARowOfJson) {
  const nlohmann::json json = nlohmann::json::parse(RowJson(12, AnAnswer()));
  EXPECT_EQ(json, nlohmann::json::parse(R"({"row": 12, "verdicts": [
    {"incident_id": "met", "verdict": "EXPOSED", "exposed": ["name", "rank_or_grade"], "possibly_exposed": ["photo"],
     "not_held": ["phone"]},
    {"incident_id": "psni", "verdict": "NEEDS_ANOTHER_NUMBER"},
    {"incident_id": "norfolk", "verdict": "CANNOT_BE_CHECKED"}]})"));
}

TEST(CheckEachTest, ARowThatCouldNotBeVerifiedSaysWhy) {
  Answer answer;
  answer.verdicts.push_back(OfIncident(VerdictKind::kNoAnswer, "met"));
  answer.verdicts.back().problem = Error(Reason::kBadPath, "…");
  const nlohmann::json json = nlohmann::json::parse(RowJson(3, answer));
  EXPECT_EQ(json["verdicts"][0]["verdict"], "NO_ANSWER");
  EXPECT_EQ(json["verdicts"][0]["reason"], "BAD_PATH");
  EXPECT_EQ(nlohmann::json::parse(RowJson(4, Error(Reason::kBadNumber, "")))["error"], "BAD_NUMBER");
}

}  // namespace
}  // namespace exposure::cli
