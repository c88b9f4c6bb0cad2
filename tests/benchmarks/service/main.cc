// exposure-bench: what the real service costs, beside what the arithmetic alone would. docs/performance.md says how to
// read it.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "crypto/hash.h"
#include "tests/benchmarks/service/ratios.h"
#include "tests/benchmarks/service/scenario.h"

namespace exposure::bench {
namespace {

constexpr char kFooter[] = R"(
Examples:
  exposure-bench --run check,fetch --html bench.html
  exposure-bench --short             # under a minute, for tests/run.sh
The exit code is 1 where something failed, or grew with the records that must not. Times never fail.)";

struct Options {
  std::vector<std::string> run;
  bool short_form = false;
  std::string json, html, ratios;
  bool record = false;
  Sizes sizes;
};

Report NewReport() {
  Report report;
  report.version = EXPOSURE_VERSION;
  report.when = absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::Now(), absl::UTCTimeZone());
  double load[1] = {};
  getloadavg(load, 1);
  report.machine = absl::StrFormat("%d cores, load before the run %.1f; client and server on the same machine.",
                                   std::thread::hardware_concurrency(), load[0]);
  return report;
}

std::vector<const Scenario*> Chosen(const Options& options) {
  std::vector<const Scenario*> chosen;
  for (const Scenario& scenario : Scenarios()) {
    const bool named = std::find(options.run.begin(), options.run.end(), scenario.word) != options.run.end();
    if (options.run.empty() ? !options.short_form || scenario.in_short_form : named) chosen.push_back(&scenario);
  }
  return chosen;
}

// Prints it as well. False where it failed, or a complexity is not as it must be.
bool Run(const Scenario& scenario, const Sizes& sizes, Report& report) {
  const Floor before = MeasureFloor();
  absl::StatusOr<Section> section = scenario.run(sizes);
  if (!section.ok() || ::testing::UnitTest::GetInstance()->Failed()) {
    std::cerr << scenario.word << ": " << section.status() << "\n";
    return false;
  }
  section->word = scenario.word;
  section->before = before;
  section->after = MeasureFloor();
  std::cout << ToText(*section) << std::endl;
  bool good = true;
  for (const Figure& figure : section->figures) good &= !figure.is_complexity || AimMet(figure, section->floor());
  report.sections.push_back(*std::move(section));
  return good;
}

bool Write(const std::string& path, const std::string& contents) {
  if (path.empty()) return true;
  std::ofstream file(path);
  file << contents;
  file.close();
  if (!file) std::cerr << path << ": cannot be written.\n";
  return static_cast<bool>(file);
}

bool ShowRatios(const Options& options, const Report& report) {
  if (options.ratios.empty()) return true;
  const absl::StatusOr<std::string> compared = CompareRatios(report, options.ratios);
  std::cout << compared.value_or("");
  absl::Status status = compared.status();
  if (options.record) status.Update(RecordRatios(report, options.ratios));
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok();
}

int Main(const Options& options) {
  Report report = NewReport();
  bool good = true;
  for (const Scenario* scenario : Chosen(options)) good &= Run(*scenario, options.sizes, report);
  good &= Write(options.json, ToJson(report));
  good &= Write(options.html, ToHtml(report));
  good &= ShowRatios(options, report);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace exposure::bench

int main(int argc, char** argv) {
  using exposure::bench::Scenario;
  exposure::bench::Options options;
  exposure::bench::Sizes& sizes = options.sizes;
  CLI::App app("What the service costs: starts a real exposured with TLS on loopback, loads it, and measures it.");
  app.footer(exposure::bench::kFooter);
  std::string words;
  std::vector<std::string> known;
  for (const Scenario& scenario : exposure::bench::Scenarios()) {
    absl::StrAppend(&words, "\n  ", scenario.word, ": ", scenario.about);
    known.emplace_back(scenario.word);
  }
  app.add_option("--run", options.run, "What to run, else everything:" + words)
      ->delimiter(',')
      ->check(CLI::IsMember(known));
  app.add_flag_callback(
      "--short", [&] { options.short_form = true; }, "Small sizes, and only what is quick");
  app.add_option("--json", options.json, "Write the report there");
  app.add_option("--html", options.html, "Write the report there, with plots");
  CLI::Option* ratios =
      app.add_option("--ratios", options.ratios, "Show the ratios beside those of releases, in this file");
  app.add_flag("--record", options.record, "Put them on record there, as this version's")->needs(ratios);
  CLI::Option* rows = app.add_option("--rows", sizes.rows, "Rows of check, fetch and start");
  CLI::Option* honest = app.add_option("--honest", sizes.honest, "Datasets of more rows are random ones; 0: all");
  CLI::Option* seconds = app.add_option("--seconds", sizes.rate_seconds, "How long rate runs");
  CLI11_PARSE(app, argc, argv);
  if (options.short_form) {
    const exposure::bench::Sizes given = sizes;
    sizes = exposure::bench::ShortSizes();
    if (*rows) sizes.rows = given.rows;
    if (*honest) sizes.honest = given.honest;
    if (*seconds) sizes.rate_seconds = given.rate_seconds;
  }
  // As exposured does: Debian's Abseil watches the order of locks, which is not what is measured.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  if (!exposure::crypto::InitialiseSodium()) return 1;
  return exposure::bench::Main(options);
}
