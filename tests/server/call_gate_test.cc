#include "server/call_gate.h"

#include <gtest/gtest.h>

#include <future>

namespace exposure::server {
namespace {

using std::chrono::hours;
using std::chrono::system_clock;

TEST(CallGateTest, LetsInUntilItIsClosed) {
  CallGate gate;
  EXPECT_NE(gate.Enter(), nullptr);
  gate.Close(system_clock::now() + hours(1));  // at once: nobody is inside
  EXPECT_EQ(gate.Enter(), nullptr);
}

TEST(CallGateTest, WaitsForThoseInside) {
  CallGate gate;
  CallGate::Pass first = gate.Enter();
  CallGate::Pass second = gate.Enter();
  std::future<void> closed = std::async(std::launch::async, [&gate] { gate.Close(system_clock::now() + hours(1)); });
  first.reset();
  EXPECT_EQ(closed.wait_for(std::chrono::milliseconds(1)), std::future_status::timeout) << "somebody is still inside";
  second.reset();
  closed.wait();
}

TEST(CallGateTest, DoesNotWaitBeyondTheDeadline) {
  CallGate gate;
  const CallGate::Pass pass = gate.Enter();
  gate.Close(system_clock::now());
  EXPECT_EQ(gate.Enter(), nullptr);
}

}  // namespace
}  // namespace exposure::server
