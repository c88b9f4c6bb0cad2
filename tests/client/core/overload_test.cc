#include "client/core/overload.h"

#include <vector>

#include "base/error.h"
#include "tests/support/status_matchers.h"

namespace exposure {
namespace {

using testing::HasReason;
using testing::IsOk;

absl::Status Overloaded(uint64_t seconds) { return WithRetryAfter(Error(Reason::kOverloaded, "too much"), seconds); }

class OverloadTest : public ::testing::Test {
 protected:
  // Calls something that is refused `refused` times, then returns `last`.
  absl::Status Ask(int refused, absl::Status last, absl::Duration patience = absl::Seconds(100)) {
    return WhileOverloaded(
        patience,
        [&] {
          ++calls_;
          return calls_ <= refused ? Overloaded(2) : last;
        },
        [this](absl::Duration time) { waits_.push_back(time); });
  }

  int calls_ = 0;
  std::vector<absl::Duration> waits_;
};

TEST_F(OverloadTest, ComesBackWhenItWasToldTo) {
  EXPECT_THAT(Ask(20, absl::OkStatus()), IsOk());
  EXPECT_EQ(calls_, 21);
  ASSERT_EQ(waits_.size(), 20U);
  for (const absl::Duration wait : waits_) {
    EXPECT_GE(wait, absl::Seconds(2));
    EXPECT_LE(wait, absl::Seconds(3));
  }
}

TEST_F(OverloadTest, NotAllAtOnce) {
  EXPECT_THAT(Ask(20, absl::OkStatus()), IsOk());
  EXPECT_NE(waits_.front(), waits_.back());  // alike in one of a thousand runs
}

TEST_F(OverloadTest, GivesUpBeforeItsPatienceIsOver) {
  EXPECT_THAT(Ask(1000, absl::OkStatus(), absl::Seconds(7)), HasReason(Reason::kOverloaded));
  absl::Duration waited;
  for (const absl::Duration wait : waits_) waited += wait;
  EXPECT_LE(waited, absl::Seconds(7));
  EXPECT_GE(waits_.size(), 2U);
}

TEST_F(OverloadTest, OtherErrorsAreFinal) {
  EXPECT_THAT(Ask(1, WithRetryAfter(Error(Reason::kQuotaSubject, "used up"), 5)), HasReason(Reason::kQuotaSubject));
  EXPECT_EQ(calls_, 2);
}

TEST_F(OverloadTest, WithoutATimeItIsFinal) {
  const absl::Status status = WhileOverloaded(
      absl::Seconds(100), [] { return Error(Reason::kOverloaded, "too much"); },
      [](absl::Duration) { ADD_FAILURE() << "waited"; });
  EXPECT_THAT(status, HasReason(Reason::kOverloaded));
}

}  // namespace
}  // namespace exposure
