#include "client/core/evaluation.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "tests/client/core/world.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using testing::IsOk;
using testing::Liar;
using testing::World;

std::vector<OprfInput> Inputs(size_t count) {
  std::vector<OprfInput> inputs;
  for (size_t i = 0; i < count; ++i) {
    inputs.emplace_back("met", "pay", CanonicalNumber(absl::StrFormat("B%06d", i)));
  }
  return inputs;
}

class EvaluationTest : public ::testing::TestWithParam<int> {
 protected:
  EvaluationTest() : world_(GetParam()), content_(CheckedContent::Parse(world_.service.issued[0].content).value()) {}
  const CheckedEpoch& epoch() { return *content_.FindEpoch(world_.met); }

  World world_;
  CheckedContent content_;
};

INSTANTIATE_TEST_SUITE_P(Evaluators, EvaluationTest, ::testing::Values(1, 2, 3));

TEST_P(EvaluationTest, IsTheFunctionUnderTheCombinedKey) {
  const std::vector<OprfInput> inputs = Inputs(5);
  ASSERT_OK_AND_ASSIGN(const auto outputs, EvaluateInputs(world_.service, epoch(), inputs));
  ASSERT_EQ(outputs.size(), 5u);
  for (size_t i = 0; i < inputs.size(); ++i) {
    EXPECT_EQ(outputs[i], world_.service.Finalised(world_.met, std::string(inputs[i].Reveal())));
  }
  EXPECT_EQ(world_.service.Count("Evaluate"), static_cast<size_t>(GetParam()));
}

TEST_P(EvaluationTest, SplitsIntoBatchesAndKeepsTheOrder) {
  const std::vector<OprfInput> inputs = Inputs(crypto::kMaxBatch + 3);
  std::vector<size_t> progress;
  ASSERT_OK_AND_ASSIGN(const auto outputs,
                       EvaluateInputs(world_.service, epoch(), inputs,
                                      {.threads = 2, .progress = [&](size_t done) { progress.push_back(done); }}));
  for (const size_t i : {size_t{0}, crypto::kMaxBatch - 1, crypto::kMaxBatch, inputs.size() - 1}) {
    EXPECT_EQ(outputs[i], world_.service.Finalised(world_.met, std::string(inputs[i].Reveal()))) << i;
  }
  EXPECT_EQ(world_.service.Count("Evaluate"), static_cast<size_t>(2 * GetParam()));
  ASSERT_EQ(progress.size(), 2u);
  EXPECT_EQ(progress[1], inputs.size());
}

TEST_P(EvaluationTest, NothingIsAskedForNothing) {
  ASSERT_OK_AND_ASSIGN(const auto outputs, EvaluateInputs(world_.service, epoch(), {}));
  EXPECT_TRUE(outputs.empty());
  EXPECT_EQ(world_.service.Count("Evaluate"), 0u);
}

TEST_P(EvaluationTest, OneFailedBatchFailsAll) {
  int call = 0;
  world_.lies.evaluate = [&](const std::string&, const v1::EvaluateRequest&, v1::EvaluateResponse& response) {
    if (++call == 2) response.mutable_proof()->at(3) ^= 1;
  };
  Liar liar(&world_.service, &world_.lies);
  EXPECT_THAT(EvaluateInputs(liar, epoch(), Inputs(crypto::kMaxBatch + 1)), HasReason(Reason::kBadProof));
}

TEST_P(EvaluationTest, EveryCallLooksNewButForItsSubject) {
  const Subject subject = RandomSubject();
  EXPECT_NE(subject, RandomSubject());
  std::set<std::string> blinded, subjects, tokens;
  world_.lies.evaluate = [&](const std::string&, const v1::EvaluateRequest& request, v1::EvaluateResponse&) {
    blinded.insert(request.blinded());
    subjects.insert(request.subject());
    tokens.insert(request.idempotency());
  };
  Liar liar(&world_.service, &world_.lies);
  const std::vector<OprfInput> inputs = Inputs(1);
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(EvaluateInputs(liar, epoch(), inputs, {.subject = subject}), IsOk());
  }
  const auto calls = static_cast<size_t>(3 * GetParam());
  EXPECT_EQ(blinded.size(), calls);
  EXPECT_EQ(subjects, std::set<std::string>{ToString(subject)});
  EXPECT_EQ(tokens.size(), calls);
}

TEST_P(EvaluationTest, EachEvaluatorGetsItsOwnGrant) {
  std::vector<std::string> sent;
  world_.lies.evaluate = [&](const std::string&, const v1::EvaluateRequest& request, v1::EvaluateResponse&) {
    sent.push_back(request.upload());
  };
  std::vector<std::string> grants;
  for (int i = 1; i <= GetParam(); ++i) grants.emplace_back(16, static_cast<char>('0' + i));
  Liar liar(&world_.service, &world_.lies);
  ASSERT_THAT(EvaluateInputs(liar, epoch(), Inputs(1), {.grants = grants}), IsOk());
  EXPECT_EQ(sent, grants);
}

TEST_P(EvaluationTest, ARefusedEpochIsNotAsked) {
  world_.service.content.mutable_epochs(0)->mutable_evaluators(0)->set_index(0);
  ASSERT_OK_AND_ASSIGN(const CheckedContent content, CheckedContent::Parse(world_.service.content.SerializeAsString()));
  EXPECT_THAT(EvaluateInputs(world_.service, *content.FindEpoch(world_.met), Inputs(1)), HasReason(Reason::kBadEpoch));
  EXPECT_EQ(world_.service.Count("Evaluate"), 0u);
}

}  // namespace
}  // namespace exposure
