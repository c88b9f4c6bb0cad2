// Plots as inline SVG.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_PLOT_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_PLOT_H_

#include <string>
#include <vector>

#include "tests/benchmarks/service/report.h"

namespace exposure::bench {

// Which share of the answers took longer than so long, both axes logarithmic: a line for each.
std::string PlotLatencies(const std::vector<Distribution>& distributions);
// One bar, cut into its parts, with a line of text for each.
std::string PlotBreakdown(const Breakdown& breakdown);
// From zero upwards.
std::string PlotSeries(const Series& series);

// For text inside HTML.
std::string Escape(const std::string& text);

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_PLOT_H_
