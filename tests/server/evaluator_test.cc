#include "server/evaluator.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using crypto::Element;
using testing::HasReason;
using testing::IsOk;
using testing::StatusIs;

constexpr crypto::EpochId kRetired = {1};
constexpr crypto::EpochId kUnknown = {2};

std::vector<Element> Points(size_t n) {
  std::vector<Element> points;
  for (size_t i = 0; i < n; ++i) points.push_back(*Element::HashFrom(AsBytes("point " + std::to_string(i))));
  return points;
}

class EvaluatorTest : public ::testing::Test {
 protected:
  EvaluatorTest() : key_(crypto::EvaluatorKey::Generate().value()), epoch_(crypto::DeriveEpochId(key_.public_key())) {
    Make(2, 4096);
  }

  void Make(int threads, size_t queued) {
    std::vector<EpochKey> keys;
    keys.push_back({epoch_, crypto::EvaluatorKey::Decode(key_.Reveal()).value()});
    evaluator_ = std::make_unique<Evaluator>(std::move(keys), std::set<crypto::EpochId>{kRetired}, threads, queued);
  }

  absl::StatusOr<crypto::Evaluation> Evaluate(
      const crypto::EpochId& epoch, const std::string& blinded,
      std::function<bool()> cancelled = [] { return false; }) {
    absl::StatusOr<Evaluator::Admission> admission = evaluator_->Admit(epoch, AsBytes(blinded));
    if (!admission.ok()) return admission.status();
    std::promise<absl::StatusOr<crypto::Evaluation>> promise;  // a second call of done would throw
    evaluator_->Evaluate(*std::move(admission), AsBytes(blinded), std::move(cancelled),
                         [&promise](absl::StatusOr<crypto::Evaluation> e) { promise.set_value(std::move(e)); });
    return promise.get_future().get();
  }

  const crypto::EvaluatorKey key_;
  const crypto::EpochId epoch_;
  std::unique_ptr<Evaluator> evaluator_;
};

TEST_F(EvaluatorTest, EvaluatesBatchesOfAnyAllowedSize) {
  for (const size_t n : {1, 2, 33, 1024}) {
    const std::vector<Element> points = Points(n);
    ASSERT_OK_AND_ASSIGN(const crypto::Evaluation evaluation, Evaluate(epoch_, crypto::EncodeElements(points)));
    EXPECT_THAT(crypto::VerifyEvaluation(key_.public_key(), points, evaluation.evaluated, evaluation.proof), IsOk());
  }
}

TEST_F(EvaluatorTest, RefusesEpochs) {
  const std::string blinded = crypto::EncodeElements(Points(1));
  EXPECT_THAT(Evaluate(kUnknown, blinded), HasReason(Reason::kUnknownEpoch));
  EXPECT_THAT(Evaluate(kRetired, blinded), HasReason(Reason::kRetiredEpoch));
}

TEST_F(EvaluatorTest, RefusesBatchesOfOtherSizes) {
  const std::string most = crypto::EncodeElements(Points(1024));
  for (const std::string& blinded :
       {std::string(), most.substr(0, 31), most.substr(0, 33), most + most.substr(0, 32)}) {
    const absl::Status status = Evaluate(epoch_, blinded).status();
    EXPECT_THAT(status, HasReason(Reason::kBatchSize)) << blinded.size();
    EXPECT_EQ(FieldOf(status), "blinded");
  }
}

TEST_F(EvaluatorTest, RefusesElementsThatAreNone) {
  const std::string good = crypto::EncodeElements(Points(1));
  const std::string identity(32, '\0');
  const std::string not_canonical(32, '\xff');
  for (const std::string& bad : {identity, not_canonical}) {
    const absl::Status status = Evaluate(epoch_, good + bad).status();
    EXPECT_THAT(status, HasReason(Reason::kBadElement));
    EXPECT_EQ(std::string(status.message()).find(ToHex(AsBytes(bad))), std::string::npos);
  }
}

TEST_F(EvaluatorTest, DoesNotBeginWhatNobodyWaitsFor) {
  // Were it begun, the element would be refused.
  EXPECT_THAT(Evaluate(epoch_, std::string(32, '\xff'), [] { return true; }), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(EvaluatorTest, StopsBetweenElements) {
  const std::string blinded = crypto::EncodeElements(Points(1024));
  for (const int last : {3, 100}) {  // among the evaluations; among those of the proof
    int asked = 0;
    EXPECT_THAT(Evaluate(epoch_, blinded, [&] { return ++asked > last; }), StatusIs(absl::StatusCode::kCancelled));
    EXPECT_EQ(asked, last + 1);
  }
}

TEST_F(EvaluatorTest, ASmallQuestionIsEvaluatedHereWhereNobodyWaits) {
  for (const size_t n : {1, 4, 5, 1024}) {
    const std::vector<Element> points = Points(n);
    const std::string blinded = crypto::EncodeElements(points);
    std::promise<std::thread::id> promise;
    evaluator_->EvaluateHere(
        evaluator_->Admit(epoch_, AsBytes(blinded)).value(), AsBytes(blinded), [] { return false; },
        [&](const absl::StatusOr<crypto::Evaluation>& evaluation) {
          ASSERT_THAT(evaluation, IsOk());
          EXPECT_THAT(crypto::VerifyEvaluation(key_.public_key(), points, evaluation->evaluated, evaluation->proof),
                      IsOk());
          promise.set_value(std::this_thread::get_id());
        });
    EXPECT_EQ(promise.get_future().get() == std::this_thread::get_id(), n <= 4) << n;
  }
}

TEST_F(EvaluatorTest, NobodyIsPassedByAQuestionThatIsEvaluatedHere) {
  Make(1, 4096);
  const std::string most = crypto::EncodeElements(Points(1024));
  const std::string one = most.substr(0, 32);
  const auto never = [] { return false; };
  std::promise<void> entered;
  std::promise<void> opened;
  std::shared_future<void> open = opened.get_future().share();
  std::promise<void> ended;
  bool asked = false;
  evaluator_->Evaluate(
      evaluator_->Admit(epoch_, AsBytes(most)).value(), AsBytes(most),
      [&] {
        if (!std::exchange(asked, true)) {
          entered.set_value();
          open.wait();
        }
        return false;
      },
      [&](const auto&) { ended.set_value(); });
  entered.get_future().wait();
  std::vector<std::string> done;
  std::promise<void> both;
  evaluator_->Evaluate(evaluator_->Admit(epoch_, AsBytes(one)).value(), AsBytes(one), never,
                       [&](const auto&) { done.emplace_back("first"); });
  evaluator_->EvaluateHere(evaluator_->Admit(epoch_, AsBytes(one)).value(), AsBytes(one), never, [&](const auto&) {
    done.emplace_back("second");
    both.set_value();
  });
  opened.set_value();
  both.get_future().wait();
  EXPECT_EQ(done, (std::vector<std::string>{"first", "second"}));
  ended.get_future().wait();
}

TEST_F(EvaluatorTest, AQuestionPassesABatchThatRuns) {
  Make(1, 4096);
  const std::string most = crypto::EncodeElements(Points(1024));
  const std::string one = most.substr(0, 32);
  std::vector<std::string> done;
  std::promise<void> both;
  const auto never = [] { return false; };
  bool asked = false;
  evaluator_->Evaluate(
      evaluator_->Admit(epoch_, AsBytes(most)).value(), AsBytes(most),
      [&] {
        if (!std::exchange(asked, true)) {
          evaluator_->Evaluate(evaluator_->Admit(epoch_, AsBytes(one)).value(), AsBytes(one), never,
                               [&](const auto&) { done.emplace_back("question"); });
        }
        return false;
      },
      [&](const auto&) {
        done.emplace_back("batch");
        both.set_value();
      });
  both.get_future().wait();
  EXPECT_EQ(done, (std::vector<std::string>{"question", "batch"}));
}

TEST_F(EvaluatorTest, RefusesBatchesBeyondItsQueue) {
  Make(1, 1024);
  const std::string most = crypto::EncodeElements(Points(1024));
  absl::StatusOr<Evaluator::Admission> first = evaluator_->Admit(epoch_, AsBytes(most));
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(evaluator_->Admit(epoch_, AsBytes(most)), HasReason(Reason::kOverloaded));
  EXPECT_THAT(evaluator_->Admit(epoch_, AsBytes(most).first(32)), IsOk());
  first = absl::CancelledError();
  EXPECT_THAT(evaluator_->Admit(epoch_, AsBytes(most)), IsOk());
}

TEST_F(EvaluatorTest, ServesManyCallersAtOnce) {
  const std::vector<Element> points = Points(3);
  const std::string blinded = crypto::EncodeElements(points);
  std::atomic<int> verified = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      for (int j = 0; j < 5; ++j) {
        const absl::StatusOr<crypto::Evaluation> e = Evaluate(epoch_, blinded);
        verified += e.ok() && crypto::VerifyEvaluation(key_.public_key(), points, e->evaluated, e->proof).ok();
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(verified, 40);
}

}  // namespace
}  // namespace exposure::server
