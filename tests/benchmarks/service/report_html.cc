#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/benchmarks/service/plot.h"
#include "tests/benchmarks/service/report.h"

namespace exposure::bench {
namespace {

constexpr char kHead[] = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Exposure lookup: what it costs</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #1d2328; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #d8dde2; vertical-align: top; }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.met { color: #2f6b16; }
.missed { color: #a81e1e; font-weight: 600; }
.quiet { color: #55606b; }
svg { width: 100%; max-width: 48rem; font: 12px system-ui, sans-serif; }
svg .grid { stroke: #e3e7eb; }
</style>
<h1>Exposure lookup: what it costs</h1>
)";

std::string VerdictCell(const Figure& figure, const Floor& floor) {
  if (figure.aim.kind == Aim::Kind::kNone) return "<td></td>";
  return AimMet(figure, floor) ? "<td class=\"met\">met</td>" : "<td class=\"missed\">not met</td>";
}

std::string RatioText(const Figure& figure, const Floor& floor) {
  return absl::StrFormat("%.2f × (%s)<br><span class=\"quiet\">M = %.1f µs</span>", RatioOf(figure, floor),
                         figure.arithmetic.Text(), FloorOf(figure, floor).m);
}

std::string LimitCell(const Figure& figure, const Floor& floor) {
  const double limit = LimitOf(figure, floor);
  if (limit == 0) return "";
  return absl::StrFormat("%.2f %s: <span class=\"quiet\">%s</span>", limit, Escape(figure.unit),
                         Escape(LimitText(figure)));
}

std::string FiguresTable(const Section& section) {
  std::string out = "<table><tr><th>figure<th>measured<th>as a ratio<th>aim<th><th>no better here than</tr>\n";
  const Floor floor = section.floor();
  for (const Figure& figure : section.figures) {
    const double ratio = RatioOf(figure, floor);
    absl::StrAppendFormat(&out, "<tr><td>%s<td class=\"number\">%.2f %s<td class=\"number\">%s<td>%s%s<td>%s</tr>\n",
                          Escape(figure.name), figure.value, Escape(figure.unit),
                          ratio > 0 ? RatioText(figure, floor) : "", Escape(AimText(figure)),
                          VerdictCell(figure, floor), LimitCell(figure, floor));
  }
  return out + "</table>\n";
}

std::string SectionHtml(const Section& section) {
  const Floor floor = section.floor();
  std::string out = absl::StrFormat(
      "<h2 id=\"%s\">%s</h2>\n<p class=\"quiet\">Rows: %s. Floor: M = %.1f µs before and %.1f after, G = %.1f, H = "
      "%.1f.</p>\n",
      section.word, Escape(section.title), Escape(section.rows), section.before.m, section.after.m, floor.g, floor.h);
  out += FiguresTable(section);
  for (const std::string& note : section.notes) absl::StrAppend(&out, "<p>", Escape(note), "</p>\n");
  for (const Breakdown& breakdown : section.breakdowns) {
    absl::StrAppend(&out, "<h3>Where it goes: ", Escape(breakdown.name), "</h3>\n", PlotBreakdown(breakdown));
  }
  if (!section.distributions.empty()) {
    absl::StrAppend(&out, "<h3>Latency: the share that took longer</h3>\n", PlotLatencies(section.distributions));
  }
  for (const Series& series : section.series) {
    absl::StrAppend(&out, "<h3>", series.is_time ? "Over time: " : "Growth: ", Escape(series.name), "</h3>\n",
                    PlotSeries(series));
  }
  return out;
}

}  // namespace

std::string ToHtml(const Report& report) {
  std::string out = kHead;
  absl::StrAppend(
      &out, "<p>Version ", Escape(report.version), ", ", Escape(report.when), ". ", Escape(report.machine),
      "</p>\n<p>M is one ristretto255 multiplication by libsodium, G one by the base, H one hash to the group, A one "
      "addition, D checking one element, timed before and after each run and, for the M beside a ratio, meanwhile: "
      "compare ratios, not times. CPU is what the operating system counted for the process. The last column is what "
      "this machine takes for what no service of this kind can do without, measured in the same run: arithmetic, calls "
      "of gRPC with nothing behind them, a write that is on disk.</p>\n");
  for (const Section& section : report.sections) out += SectionHtml(section);
  return out + "</html>\n";
}

}  // namespace exposure::bench
