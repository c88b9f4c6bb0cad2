#include "tests/benchmarks/service/ratios.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace exposure::bench {
namespace {

// By version: when, machine, and ratios by figure.
absl::StatusOr<nlohmann::ordered_json> ReadReleases(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  auto releases = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!releases.is_object()) return Error(Reason::kFileError, path + ": is not the JSON of releases.");
  return releases;
}

// By the figure's name.
std::vector<std::pair<std::string, double>> RatiosOf(const Report& report) {
  std::vector<std::pair<std::string, double>> ratios;
  for (const Section& section : report.sections) {
    for (const Figure& figure : section.figures) {
      const double ratio = RatioOf(figure, section.floor());
      if (ratio > 0) ratios.emplace_back(figure.name, std::round(ratio * 100) / 100);
    }
  }
  return ratios;
}

}  // namespace

absl::StatusOr<std::string> CompareRatios(const Report& report, const std::string& path) {
  ASSIGN_OR_RETURN(const auto releases, ReadReleases(path));
  std::string text = "ratios to the arithmetic, and those on record:\n";
  for (const auto& [name, ratio] : RatiosOf(report)) {
    absl::StrAppendFormat(&text, "  %-52s %6.2f", name, ratio);
    for (const auto& [version, release] : releases.items()) {
      const double then = release.value("ratios", nlohmann::ordered_json::object()).value(name, 0.0);
      if (then > 0) absl::StrAppendFormat(&text, "   %s: %.2f", version, then);
    }
    text += "\n";
  }
  return text;
}

absl::Status RecordRatios(const Report& report, const std::string& path) {
  ASSIGN_OR_RETURN(auto releases, ReadReleases(path));
  nlohmann::ordered_json ratios = nlohmann::ordered_json::object();
  for (const auto& [name, ratio] : RatiosOf(report)) ratios[name] = ratio;
  releases[report.version] = {{"when", report.when}, {"machine", report.machine}, {"ratios", ratios}};
  return WriteFileAtomically(path, releases.dump(2) + "\n", 0644);
}

}  // namespace exposure::bench
