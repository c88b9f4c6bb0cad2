#include "server/evaluation_queue.h"

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using testing::HasReason;
using testing::IsOk;

constexpr size_t kQuestion = kMostOfQuestion;
constexpr size_t kBatch = kMostOfQuestion + 1;

class EvaluationQueueTest : public ::testing::Test {
 protected:
  // Keeps the one thread busy until Open.
  void Occupy() {
    std::promise<void> entered;
    queue_.Run(queue_.Admit(1).value(), [&] {
      entered.set_value();
      opened_.get_future().wait();
    });
    entered.get_future().wait();
  }
  void Open() { opened_.set_value(); }

  void Run(size_t elements, const std::string& name) {
    queue_.Run(queue_.Admit(elements).value(), [this, name] { done_.push_back(name); });
  }
  // What was done, when everything that waits is done.
  std::vector<std::string> Done() {
    std::promise<void> last;
    queue_.Run(queue_.Admit(kBatch).value(), [&] { last.set_value(); });
    last.get_future().wait();
    return done_;
  }

  std::promise<void> opened_;
  std::vector<std::string> done_;
  EvaluationQueue queue_{1, 1024};
};

TEST_F(EvaluationQueueTest, QuestionsGoFirst) {
  Occupy();
  Run(kBatch, "batch 1");
  Run(kBatch, "batch 2");
  Run(kQuestion, "question 1");
  Run(1, "question 2");
  Open();
  EXPECT_EQ(Done(), (std::vector<std::string>{"question 1", "question 2", "batch 1", "batch 2"}));
}

TEST_F(EvaluationQueueTest, ABatchIsNotKeptWaitingForever) {
  Occupy();
  Run(kBatch, "batch");
  for (int i = 0; i < 60; ++i) Run(1, "question");  // fewer than two batches wait for
  Open();
  const std::vector<std::string> done = Done();
  const auto at = std::find(done.begin(), done.end(), "batch") - done.begin();
  EXPECT_GT(at, 10);
  EXPECT_LT(at, 50);
}

TEST_F(EvaluationQueueTest, QuestionsPassABatchThatRuns) {
  Occupy();
  queue_.Run(queue_.Admit(kBatch).value(), [this] {
    for (int i = 0; i < 6; ++i) Run(1, "question");
    done_.emplace_back("half of a batch");
    queue_.LetQuestionsPass();
    done_.emplace_back("another half");
  });
  Open();
  EXPECT_EQ(Done(), (std::vector<std::string>{"half of a batch", "question", "question", "question", "question",
                                              "another half", "question", "question"}));
}

TEST_F(EvaluationQueueTest, NobodyAsksWhileNoQuestionWaits) {
  EXPECT_TRUE(queue_.NobodyAsks());
  Occupy();
  Run(kBatch, "batch");
  EXPECT_TRUE(queue_.NobodyAsks());
  Run(1, "question");
  EXPECT_FALSE(queue_.NobodyAsks());
  Open();
  Done();
  EXPECT_TRUE(queue_.NobodyAsks());
}

TEST_F(EvaluationQueueTest, RefusesBatchesBeyondItsLane) {
  Occupy();
  auto most = queue_.Admit(1000);
  ASSERT_THAT(most, IsOk());
  EXPECT_THAT(queue_.Admit(25), HasReason(Reason::kOverloaded));
  EXPECT_THAT(queue_.Admit(24), IsOk()) << "a place that was dropped is free again";
  EXPECT_THAT(queue_.Admit(24), IsOk());
  EXPECT_THAT(queue_.Admit(1), IsOk()) << "questions have a lane of their own";
  most = absl::CancelledError();
  EXPECT_THAT(queue_.Admit(1024), IsOk());
  EXPECT_THAT(queue_.Admit(1025), HasReason(Reason::kOverloaded));
  Open();
}

TEST_F(EvaluationQueueTest, RefusesQuestionsBeyondTheirLane) {
  Occupy();
  std::vector<std::shared_ptr<const EvaluationQueue::Place>> places;
  for (size_t i = 0; i < kQuestionsOfThread / kQuestion; ++i) places.push_back(queue_.Admit(kQuestion).value());
  EXPECT_THAT(queue_.Admit(1), HasReason(Reason::kOverloaded));
  EXPECT_THAT(queue_.Admit(kBatch), IsOk());
  queue_.Run(std::move(places.back()), [] {});  // waits: still has its place
  EXPECT_THAT(queue_.Admit(1), HasReason(Reason::kOverloaded));
  Open();
  Done();
  EXPECT_THAT(queue_.Admit(kQuestion), IsOk());
}

TEST(EvaluationQueueEndTest, DoesWhatItAcceptedBeforeItGoes) {
  std::promise<void> entered;
  std::promise<void> opened;
  std::future<void> opener;
  int done = 0;
  {
    EvaluationQueue queue(1, 1024);
    queue.Run(queue.Admit(1).value(), [&] {
      entered.set_value();
      opened.get_future().wait();
    });
    entered.get_future().wait();
    for (const size_t elements : {1, 100, 1, 100}) queue.Run(queue.Admit(elements).value(), [&done] { ++done; });
    opener = std::async(std::launch::async, [&opened] { opened.set_value(); });
  }
  EXPECT_EQ(done, 4);
}

}  // namespace
}  // namespace exposure::server
