// The floor: libsodium's own operations, timed in the same run. Machines are noisy, ratios to it are not.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_FLOOR_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_FLOOR_H_

#include <string>

namespace exposure::bench {

// Microseconds of one core.
struct Floor {
  double m = 0;  // a ristretto255 multiplication
  double g = 0;  // one by the base
  double h = 0;  // hashing to the group
};

// About a third of a second of this thread.
Floor MeasureFloor();
Floor Mean(const Floor& a, const Floor& b);

// So many of each: what a figure cannot go below.
struct Arithmetic {
  double m = 0;
  double g = 0;
  double h = 0;

  double Microseconds(const Floor& floor) const { return m * floor.m + g * floor.g + h * floor.h; }
  // "4 M + G"; empty for none.
  std::string Text() const;
};

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_FLOOR_H_
