#include "tests/benchmarks/service/plot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "tests/benchmarks/service/common.h"

namespace exposure::bench {
namespace {

constexpr double kWidth = 720, kHeight = 260;
constexpr double kLeft = 64, kRight = 40, kTop = 14, kBottom = 40;
constexpr const char* kColours[] = {"#0b6e99", "#b4531a", "#3f7d20", "#7b3f98", "#a81e4f", "#55606b", "#8a6d00"};

const char* Colour(size_t i) { return kColours[i % std::size(kColours)]; }

// One direction of a plot: from values to pixels.
struct Axis {
  double from, to;    // values; logarithmic ones are > 0
  double begin, end;  // pixels
  bool logarithmic = false;

  double At(double value) const {
    const double share = logarithmic ? std::log(value / from) / std::log(to / from) : (value - from) / (to - from);
    return begin + share * (end - begin);
  }
};

std::string Text(double x, double y, const std::string& text, const char* anchor) {
  return absl::StrFormat("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, Escape(text));
}

std::string Line(double x1, double y1, double x2, double y2) {
  return absl::StrFormat("<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x1, y1, x2, y2);
}

std::string Path(const std::vector<std::pair<double, double>>& points, const char* colour) {
  std::string path;
  for (const auto& [x, y] : points) absl::StrAppendFormat(&path, "%s%.1f %.1f", path.empty() ? "M" : "L", x, y);
  return absl::StrCat("<path fill=\"none\" stroke-width=\"2\" stroke=\"", colour, "\" d=\"", path, "\"/>\n");
}

std::string Svg(double height, const std::string& label, const std::string& content) {
  return absl::StrFormat("<svg viewBox=\"0 0 %g %g\" role=\"img\" aria-label=\"%s\">\n%s</svg>\n", kWidth, height,
                         Escape(label), content);
}

// Powers of ten from the axis's begin to its end, with their names.
std::string DecadesBelow(const Axis& x, const char* unit) {
  std::string out;
  for (double value = x.from; value <= x.to * 1.001; value *= 10) {
    out += Line(x.At(value), kTop, x.At(value), kHeight - kBottom);
    const std::string name = value < 1000 ? absl::StrFormat("%g", value) : Count(static_cast<uint64_t>(value));
    out += Text(x.At(value), kHeight - kBottom + 16, name, "middle");
  }
  return out + Text(kWidth - kRight, kHeight - 6, unit, "end");
}

std::string Fifths(const Axis& x, const std::string& unit) {
  std::string out;
  for (int i = 0; i <= 5; ++i) {
    const double value = x.to * i / 5;
    out += Line(x.At(value), kTop, x.At(value), kHeight - kBottom);
    out += Text(x.At(value), kHeight - kBottom + 16, absl::StrFormat("%.0f", value), "middle");
  }
  return out + Text(kWidth - kRight, kHeight - 6, unit, "end");
}

double DecadeBelow(double value) { return std::pow(10, std::floor(std::log10(value))); }
double DecadeAbove(double value) { return std::pow(10, std::ceil(std::log10(value))); }

// A round number at or above.
double RoundUp(double value) {
  const double decade = DecadeBelow(value);
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * decade >= value) return step * decade;
  }
  return 10 * decade;
}

}  // namespace

std::string Escape(const std::string& text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

std::string PlotLatencies(const std::vector<Distribution>& distributions) {
  double least = std::numeric_limits<double>::max(), most = 0, count = 1;
  for (const Distribution& distribution : distributions) {
    if (distribution.latency.count() == 0) continue;
    least = std::min(least, distribution.latency.Buckets().front().first * 1e3);
    most = std::max(most, distribution.latency.max() * 1e3);
    count = std::max(count, static_cast<double>(distribution.latency.count()));
  }
  if (most == 0) return "";
  const Axis x = {DecadeBelow(least), DecadeAbove(most * 1.001), kLeft, kWidth - kRight, true};
  const Axis y = {1, DecadeBelow(1 / count), kTop, kHeight - kBottom, true};
  std::string out = DecadesBelow(x, "ms, or longer");
  for (double share = 1; share >= y.to * 0.999; share /= 10) {
    out += Line(kLeft, y.At(share), kWidth - kRight, y.At(share));
    out += Text(kLeft - 6, y.At(share) + 4, absl::StrFormat("%g%%", share * 100), "end");
  }
  size_t colour = 0;
  for (const Distribution& distribution : distributions) {
    std::vector<std::pair<double, double>> points;
    double left = static_cast<double>(distribution.latency.count());
    const double all = left;
    for (const auto& [seconds, in_bucket] : distribution.latency.Buckets()) {
      points.emplace_back(x.At(seconds * 1e3), y.At(left / all));
      left -= in_bucket;
    }
    out += Path(points, Colour(colour));
    out += absl::StrFormat("<text x=\"%g\" y=\"%g\" text-anchor=\"end\" fill=\"%s\">%s</text>\n", kWidth - kRight - 8,
                           kTop + 16 + 16 * static_cast<double>(colour), Colour(colour), Escape(distribution.name));
    ++colour;
  }
  return Svg(kHeight, "share of answers that took longer", out);
}

std::string PlotBreakdown(const Breakdown& breakdown) {
  double sum = 0;
  for (const Part& part : breakdown.parts) sum += std::max(0.0, part.us);
  std::string out;
  double x = 0;
  for (size_t i = 0; i < breakdown.parts.size(); ++i) {
    const Part& part = breakdown.parts[i];
    const double width = std::max(0.0, part.us) / sum * kWidth;
    out +=
        absl::StrFormat("<rect x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"30\" fill=\"%s\"/>\n", x, width, Colour(i));
    x += width;
    const double y = 50 + 19 * static_cast<double>(i);
    out += absl::StrFormat("<rect x=\"0\" y=\"%g\" width=\"12\" height=\"12\" fill=\"%s\"/>\n", y - 10, Colour(i));
    out += Text(84, y, absl::StrFormat("%.0f µs", part.us), "end") + Text(94, y, part.name, "start");
  }
  return Svg(54 + 19 * static_cast<double>(breakdown.parts.size()), breakdown.name, out);
}

std::string PlotSeries(const Series& series) {
  double most = 0;
  for (const auto& point : series.points) most = std::max(most, point.second);
  const double last = series.points.back().first;
  const Axis x = series.is_time ? Axis{0, last, kLeft, kWidth - kRight}
                                : Axis{DecadeBelow(series.points.front().first), DecadeAbove(last * 1.001), kLeft,
                                       kWidth - kRight, true};
  const Axis y = {0, RoundUp(most), kHeight - kBottom, kTop};
  std::string out = series.is_time ? Fifths(x, series.x) : DecadesBelow(x, series.x.c_str());
  for (int i = 0; i <= 4; ++i) {
    const double value = y.to * i / 4;
    out += Line(kLeft, y.At(value), kWidth - kRight, y.At(value));
    out += Text(kLeft - 6, y.At(value) + 4, absl::StrFormat("%g", value), "end");
  }
  std::vector<std::pair<double, double>> points;
  for (const auto& [at, value] : series.points) {
    points.emplace_back(x.At(at), y.At(value));
    if (series.is_time && at > 0 && at < last) continue;  // too many for a name each
    out += absl::StrFormat("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n", x.At(at), y.At(value), Colour(0));
    out += Text(x.At(at), y.At(value) - 8, absl::StrFormat("%.1f %s", value, series.y), "middle");
  }
  return Svg(kHeight, series.name, out + Path(points, Colour(0)));
}

}  // namespace exposure::bench
