#include "server/work_pool.h"

#include <future>
#include <vector>

#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using testing::HasReason;
using testing::IsOk;

// Holds a thread of a pool until it is opened.
class Gate {
 public:
  std::function<void()> Work() {
    return [this] {
      entered_.set_value();
      opened_.get_future().wait();
    };
  }
  void WaitUntilEntered() { entered_.get_future().wait(); }
  void Open() { opened_.set_value(); }

 private:
  std::promise<void> entered_;
  std::promise<void> opened_;
};

TEST(WorkPoolTest, DoesWorkInOrderOnOneThread) {
  std::vector<int> done;
  {
    WorkPool pool(1, 100);
    for (int i = 0; i < 50; ++i) ASSERT_THAT(pool.Submit(1, [&done, i] { done.push_back(i); }), IsOk());
  }
  ASSERT_EQ(done.size(), 50U);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(done[static_cast<size_t>(i)], i);
}

TEST(WorkPoolTest, WorksOnAllThreadsAtOnce) {
  Gate a;
  Gate b;
  WorkPool pool(2, 10);
  ASSERT_THAT(pool.Submit(1, a.Work()), IsOk());
  ASSERT_THAT(pool.Submit(1, b.Work()), IsOk());
  a.WaitUntilEntered();
  b.WaitUntilEntered();  // would hang with one thread
  a.Open();
  b.Open();
}

TEST(WorkPoolTest, RefusesWhatWouldWaitBeyondItsWeight) {
  Gate gate;
  std::promise<void> last;
  WorkPool pool(1, 10);
  ASSERT_THAT(pool.Submit(10, gate.Work()), IsOk());
  gate.WaitUntilEntered();  // runs: does not count any more
  EXPECT_THAT(pool.Submit(7, [] {}), IsOk());
  EXPECT_THAT(pool.Submit(4, [] { ADD_FAILURE() << "was refused, and ran"; }), HasReason(Reason::kOverloaded));
  EXPECT_THAT(pool.Submit(3, [&last] { last.set_value(); }), IsOk());
  EXPECT_THAT(pool.Submit(1, [] { ADD_FAILURE() << "was refused, and ran"; }), HasReason(Reason::kOverloaded));
  gate.Open();
  last.get_future().wait();
  EXPECT_THAT(pool.Submit(10, [] {}), IsOk());
  EXPECT_THAT(pool.Submit(11, [] {}), HasReason(Reason::kOverloaded));
}

TEST(WorkPoolTest, DoesWhatItAcceptedBeforeItGoes) {
  Gate gate;
  int done = 0;
  std::future<void> opener;
  {
    WorkPool pool(1, 10);
    ASSERT_THAT(pool.Submit(1, gate.Work()), IsOk());
    gate.WaitUntilEntered();
    for (int i = 0; i < 5; ++i) ASSERT_THAT(pool.Submit(1, [&done] { ++done; }), IsOk());
    opener = std::async(std::launch::async, [&gate] { gate.Open(); });
  }
  EXPECT_EQ(done, 5);
}

}  // namespace
}  // namespace exposure::server
