#include "server/ticker.h"

#include <gtest/gtest.h>

#include <future>

namespace exposure::server {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(TickerTest, TicksAtOnceAndAgain) {
  int ticks = 0;
  std::promise<void> third;
  const Ticker ticker(milliseconds(1), [&] {
    if (++ticks == 3) third.set_value();
  });
  third.get_future().wait();  // the test's own time limit would end it
}

TEST(TickerTest, GoesWithoutWaitingForTheNextTick) {
  std::promise<void> first;
  int ticks = 0;
  {
    const Ticker ticker(hours(1), [&] {
      ++ticks;
      first.set_value();
    });
    first.get_future().wait();
  }
  EXPECT_EQ(ticks, 1);
}

}  // namespace
}  // namespace exposure::server
