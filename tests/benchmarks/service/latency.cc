#include "tests/benchmarks/service/latency.h"

#include <algorithm>
#include <cmath>

namespace exposure::bench {
namespace {

constexpr double kLeast = 1e-6;
constexpr double kMost = 1e3;
constexpr double kStep = 1.02;

}  // namespace

Latency::Latency()
    : histogram_(std::make_tuple(
          Axis(static_cast<unsigned>(std::log(kMost / kLeast) / std::log(kStep)), kLeast, kMost, "latency"))) {}

void Latency::Record(double seconds) {
  histogram_(seconds);
  ++count_;
  max_ = std::max(max_, seconds);
}

void Latency::Merge(const Latency& other) {
  histogram_ += other.histogram_;
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

double Latency::Percentile(double fraction) const {
  const double wanted = fraction * static_cast<double>(count_);
  double seen = 0;
  for (const auto& bucket : boost::histogram::indexed(histogram_, boost::histogram::coverage::all)) {
    seen += static_cast<double>(*bucket);
    if (*bucket > 0 && seen >= wanted) return std::min(bucket.bin().upper(), max_);
  }
  return max_;
}

std::vector<std::pair<double, double>> Latency::Buckets() const {
  std::vector<std::pair<double, double>> buckets;
  for (const auto& bucket : boost::histogram::indexed(histogram_)) {
    if (buckets.empty() && *bucket == 0) continue;
    buckets.emplace_back(bucket.bin().center(), static_cast<double>(*bucket));
  }
  while (!buckets.empty() && buckets.back().second == 0) buckets.pop_back();
  return buckets;
}

}  // namespace exposure::bench
