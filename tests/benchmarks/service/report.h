// What a run found, as data: scenarios fill it, report.cc and report_html.cc show it.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_REPORT_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_REPORT_H_

#include <string>
#include <utility>
#include <vector>

#include "tests/benchmarks/service/floor.h"
#include "tests/benchmarks/service/latency.h"

namespace exposure::bench {

// What a figure should be. kRatio: at most so many times its arithmetic. kMost and kLeast: in the figure's unit.
struct Aim {
  enum class Kind { kNone, kRatio, kMost, kLeast };
  Kind kind = Kind::kNone;
  double value = 0;
};

// What a figure cannot be better than on this machine, whatever we do, by what was measured in the same run: so much
// arithmetic, and `rest` in the figure's unit.
struct Limit {
  Arithmetic arithmetic;
  double rest = 0;
  std::string rest_is;  // "two calls of gRPC"; empty where there is none
};

struct Figure {
  std::string name;
  double value = 0;
  std::string unit;       // "µs", "rows/s", …
  Arithmetic arithmetic;  // that a figure in µs cannot go below; zero: none
  Aim aim;
  Limit limit;
  Floor floor;                 // while it was measured; none: that of its section
  bool is_complexity = false;  // one that fails the run where its aim is missed: never a time
};

struct Distribution {
  std::string name;
  Latency latency;
};

// A share of a cost, in µs.
struct Part {
  std::string name;
  double us = 0;
};

// A cost taken apart; the parts add up to it.
struct Breakdown {
  std::string name;
  std::vector<Part> parts;
};

struct Series {
  std::string name;
  std::string x, y;  // what the axes are; x is logarithmic
  std::vector<std::pair<double, double>> points;
  bool is_time = false;  // x: then it is linear, from 0
};

// What one scenario found.
struct Section {
  std::string word;   // of --run
  std::string title;  // with its sizes
  std::string rows;   // what kind of rows it had: sealed honestly, or random
  std::vector<Figure> figures;
  std::vector<Distribution> distributions;
  std::vector<Breakdown> breakdowns;
  std::vector<Series> series;
  std::vector<std::string> notes;
  Floor before, after;

  Floor floor() const { return Mean(before, after); }
};

// The figure's own, else its section's.
const Floor& FloorOf(const Figure& figure, const Floor& of_section);
// Value ÷ arithmetic, by that floor; 0 where it has none.
double RatioOf(const Figure& figure, const Floor& of_section);
// 0 where it has no limit.
double LimitOf(const Figure& figure, const Floor& of_section);
// "4 M + G, two calls of gRPC"; empty where there is none.
std::string LimitText(const Figure& figure);
// Also where there is no aim.
bool AimMet(const Figure& figure, const Floor& floor);
// "≤ 1.45 × (4 M + G)"; empty where there is none.
std::string AimText(const Figure& figure);

struct Report {
  std::string version;
  std::string when;     // UTC
  std::string machine;  // cores and load
  std::vector<Section> sections;
};

std::string ToText(const Section& section);
std::string ToJson(const Report& report);
// One file, with its plots inside.
std::string ToHtml(const Report& report);

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_REPORT_H_
