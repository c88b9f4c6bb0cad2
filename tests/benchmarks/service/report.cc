#include "tests/benchmarks/service/report.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace exposure::bench {
namespace {

using Json = nlohmann::ordered_json;

std::string Verdict(const Figure& figure, const Floor& floor) {
  if (figure.aim.kind == Aim::Kind::kNone) return "";
  return AimMet(figure, floor) ? "met" : "NOT MET";
}

Json FloorJson(const Floor& floor) {
  return {{"M", floor.m}, {"G", floor.g}, {"H", floor.h}, {"A", floor.a}, {"D", floor.d}};
}

Json FigureJson(const Figure& figure, const Floor& floor) {
  Json json = {{"name", figure.name}, {"value", figure.value}, {"unit", figure.unit}};
  if (const double ratio = RatioOf(figure, floor); ratio > 0) {
    json["arithmetic"] = figure.arithmetic.Text();
    json["ratio"] = ratio;
    json["floor_meanwhile_us"] = FloorJson(FloorOf(figure, floor));
  }
  if (figure.aim.kind != Aim::Kind::kNone) {
    json["aim"] = AimText(figure);
    json["met"] = AimMet(figure, floor);
  }
  if (const double limit = LimitOf(figure, floor); limit > 0) {
    json["limit"] = limit;
    json["limit_is"] = LimitText(figure);
  }
  return json;
}

Json LatencyJson(const Distribution& distribution) {
  const Latency& latency = distribution.latency;
  Json json = {{"name", distribution.name}, {"count", latency.count()}, {"max_ms", latency.max() * 1e3}};
  for (const double percent : {50.0, 90.0, 99.0, 99.9, 99.99}) {
    json[absl::StrFormat("p%g_ms", percent)] = latency.Percentile(percent / 100) * 1e3;
  }
  return json;
}

Json SectionJson(const Section& section) {
  Json json = {{"run", section.word},
               {"title", section.title},
               {"rows", section.rows},
               {"floor_before_us", FloorJson(section.before)},
               {"floor_after_us", FloorJson(section.after)},
               {"figures", Json::array()},
               {"latencies", Json::array()},
               {"breakdowns", Json::array()},
               {"series", Json::array()},
               {"notes", section.notes}};
  for (const Figure& figure : section.figures) json["figures"].push_back(FigureJson(figure, section.floor()));
  for (const Distribution& distribution : section.distributions) json["latencies"].push_back(LatencyJson(distribution));
  for (const Breakdown& breakdown : section.breakdowns) {
    Json parts = Json::array();
    for (const Part& part : breakdown.parts) parts.push_back({{"name", part.name}, {"us", part.us}});
    json["breakdowns"].push_back({{"name", breakdown.name}, {"parts", parts}});
  }
  for (const Series& series : section.series) {
    json["series"].push_back({{"name", series.name}, {"x", series.x}, {"y", series.y}, {"points", series.points}});
  }
  return json;
}

}  // namespace

const Floor& FloorOf(const Figure& figure, const Floor& of_section) {
  return figure.floor.m > 0 ? figure.floor : of_section;
}

double RatioOf(const Figure& figure, const Floor& of_section) {
  const double least = figure.arithmetic.Microseconds(FloorOf(figure, of_section));
  return least > 0 ? figure.value / least : 0;
}

double LimitOf(const Figure& figure, const Floor& of_section) {
  return figure.limit.arithmetic.Microseconds(FloorOf(figure, of_section)) + figure.limit.rest;
}

std::string LimitText(const Figure& figure) {
  std::string text = figure.limit.arithmetic.Text();
  if (!text.empty() && !figure.limit.rest_is.empty()) text += ", ";
  return text + figure.limit.rest_is;
}

bool AimMet(const Figure& figure, const Floor& floor) {
  switch (figure.aim.kind) {
    case Aim::Kind::kNone:
      return true;
    case Aim::Kind::kRatio:
      return RatioOf(figure, floor) <= figure.aim.value;
    case Aim::Kind::kMost:
      return figure.value <= figure.aim.value;
    case Aim::Kind::kLeast:
      return figure.value >= figure.aim.value;
  }
  return false;
}

std::string AimText(const Figure& figure) {
  switch (figure.aim.kind) {
    case Aim::Kind::kNone:
      return "";
    case Aim::Kind::kRatio:
      return absl::StrFormat("≤ %g × (%s)", figure.aim.value, figure.arithmetic.Text());
    case Aim::Kind::kMost:
      return absl::StrFormat("≤ %g %s", figure.aim.value, figure.unit);
    case Aim::Kind::kLeast:
      return absl::StrFormat("≥ %g %s", figure.aim.value, figure.unit);
  }
  return "";
}

std::string ToText(const Section& section) {
  const Floor floor = section.floor();
  std::string text =
      absl::StrFormat("%s: %s\n  rows: %s\n  M = %.1f µs, G = %.1f µs, H = %.1f µs (before: M = %.1f)\n", section.word,
                      section.title, section.rows, floor.m, floor.g, floor.h, section.before.m);
  for (const Figure& figure : section.figures) {
    absl::StrAppendFormat(&text, "  %-62s %10.2f %s", figure.name, figure.value, figure.unit);
    if (const double ratio = RatioOf(figure, floor); ratio > 0) {
      absl::StrAppendFormat(&text, " = %.2f × (%s), M = %.1f µs meanwhile", ratio, figure.arithmetic.Text(),
                            FloorOf(figure, floor).m);
    }
    if (const std::string aim = AimText(figure); !aim.empty()) {
      absl::StrAppend(&text, "; aim ", aim, ": ", Verdict(figure, floor));
    }
    text += "\n";
    if (const double limit = LimitOf(figure, floor); limit > 0) {
      absl::StrAppendFormat(&text, "    no better here than %.2f %s: %s\n", limit, figure.unit, LimitText(figure));
    }
  }
  for (const Breakdown& breakdown : section.breakdowns) {
    absl::StrAppend(&text, "  ", breakdown.name, ":\n");
    for (const Part& part : breakdown.parts) absl::StrAppendFormat(&text, "    %8.1f µs  %s\n", part.us, part.name);
  }
  for (const std::string& note : section.notes) absl::StrAppend(&text, "  ", note, "\n");
  return text;
}

std::string ToJson(const Report& report) {
  Json json = {{"version", report.version}, {"when", report.when}, {"machine", report.machine}};
  json["runs"] = Json::array();
  for (const Section& section : report.sections) json["runs"].push_back(SectionJson(section));
  return json.dump(2) + "\n";
}

}  // namespace exposure::bench
