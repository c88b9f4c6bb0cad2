// The floor: libsodium's own operations, timed in the same run. Machines are noisy: on one that others share M changes
// by half within a second. So ratios are to the floor while the figure was measured.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_FLOOR_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_FLOOR_H_

#include <future>
#include <string>
#include <thread>
#include <vector>

namespace exposure::bench {

// Microseconds of one core.
struct Floor {
  double m = 0;  // a ristretto255 multiplication
  double g = 0;  // one by the base
  double h = 0;  // hashing to the group
  double a = 0;  // an addition
  double d = 0;  // checking that 32 bytes are an element
};

// Of at least one value.
double MedianOf(std::vector<double> values);

// About a third of a second of this thread.
Floor MeasureFloor();

// The floor while something runs: a thread does a few operations again and again, which takes 1% of a core.
class FloorSampler {
 public:
  FloorSampler();
  ~FloorSampler();

  // Of the mean speed since it began: what was done in that time was done at that.
  Floor Stop();
  // Of the thread; after Stop.
  double cpu_seconds() const { return cpu_seconds_; }

 private:
  std::promise<void> stop_;
  Floor mean_;  // the thread's until it has ended, like the next
  double cpu_seconds_ = 0;
  std::thread thread_;
};

Floor Mean(const Floor& a, const Floor& b);

// So many of each: what a figure cannot go below.
struct Arithmetic {
  double m = 0;
  double g = 0;
  double h = 0;
  double a = 0;
  double d = 0;

  double Microseconds(const Floor& floor) const {
    return m * floor.m + g * floor.g + h * floor.h + a * floor.a + d * floor.d;
  }
  // "4 M + G"; empty for none.
  std::string Text() const;
};

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_FLOOR_H_
