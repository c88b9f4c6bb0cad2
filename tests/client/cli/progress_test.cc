#include "client/cli/progress.h"

#include <gtest/gtest.h>

namespace exposure::cli {
namespace {

TEST(ProgressTest, SaysRateAndTimeLeft) {
  EXPECT_EQ(ProgressText("Evaluating", "numbers", 2000, 47000, 1.0),
            "Evaluating  2,000 of 47,000 numbers  2,000/s  0:22 left");
  EXPECT_EQ(ProgressText("Evaluating", "numbers", 100, 100000, 1.0),
            "Evaluating  100 of 100,000 numbers  100/s  16:39 left");
}

TEST(ProgressTest, SaysHowLongItTookAtTheEnd) {
  EXPECT_EQ(ProgressText("Reading", "rows", 47000, 47000, 0.5), "Reading     47,000 of 47,000 rows  94,000/s  0.5 s");
}

TEST(ProgressTest, SaysNoRateBeforeItKnowsOne) {
  EXPECT_EQ(ProgressText("Reading", "rows", 0, 10, 1.0), "Reading     0 of 10 rows");
  EXPECT_EQ(ProgressText("Reading", "rows", 5, 10, 0.0), "Reading     5 of 10 rows");
}

}  // namespace
}  // namespace exposure::cli
