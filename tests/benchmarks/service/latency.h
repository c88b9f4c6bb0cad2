// Latencies in a histogram (Boost.Histogram) with buckets of 2%, from 1 µs to 1,000 s.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_LATENCY_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_LATENCY_H_

#include <boost/histogram.hpp>
#include <cstdint>
#include <utility>
#include <vector>

namespace exposure::bench {

// Not thread-safe: one for each thread, merged.
class Latency {
 public:
  Latency();

  void Record(double seconds);
  void Merge(const Latency& other);

  uint64_t count() const { return count_; }
  double max() const { return max_; }
  // Seconds, by at most 2% too much; 0 ≤ fraction ≤ 1. 0 where nothing was recorded.
  double Percentile(double fraction) const;
  // The middle of each bucket in seconds, and how many are in it; from the first that has any to the last.
  std::vector<std::pair<double, double>> Buckets() const;

 private:
  using Axis = boost::histogram::axis::regular<double, boost::histogram::axis::transform::log>;
  boost::histogram::histogram<std::tuple<Axis>, boost::histogram::dense_storage<uint64_t>> histogram_;
  uint64_t count_ = 0;
  double max_ = 0;
};

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_LATENCY_H_
