#include <sodium.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "tests/benchmarks/service/common.h"
#include "tests/benchmarks/service/questions.h"
#include "tests/benchmarks/service/scenario.h"

namespace exposure::bench {
namespace {

// What the gate of tests/run.sh holds a build to. Wide: what grows with the records grows tenfold and more.
constexpr double kMostGrowth = 2.5;        // of a fetch's CPU, from the fewest rows to the most
constexpr double kMostMemoryShare = 0.35;  // of the bytes that were added, once they are past kFreeMemory
constexpr double kFreeMemory = 24;         // MiB

struct Size {
  double rows = 0;
  double megabytes = 0;  // of datasets
  double fetch_us = 0;
  double start_ms = 0;
  Memory memory;
};

absl::StatusOr<Size> MeasureSize(const Sizes& sizes, uint64_t epochs) {
  Service service({.population = sizes.growth_rows, .epochs = epochs});
  RETURN_IF_ERROR(service.Start());
  RETURN_IF_ERROR(service.Publish(sizes.growth_rows, sizes.KindOf(epochs * sizes.growth_rows)));
  RETURN_IF_ERROR(service.Stop());
  RETURN_IF_ERROR(service.Start());  // what publishing took is not counted
  Size size;
  size.rows = static_cast<double>(epochs * sizes.growth_rows);
  size.megabytes = static_cast<double>(service.published_bytes()) / (1 << 20);
  size.start_ms = service.start_seconds() * 1e3;
  Questions questions(service);
  RETURN_IF_ERROR(questions.Prepare());
  const auto fetch = [&](uint64_t) { return questions.Fetch(randombytes_uniform(static_cast<uint32_t>(epochs))); };
  ASSIGN_OR_RETURN(const Cost cost, CostOfOne(service, sizes.growth_fetches, fetch));
  size.fetch_us = cost.server;
  size.memory = MemoryOf(service.pid());
  RETURN_IF_ERROR(service.Stop());
  return size;
}

void AddSeries(const std::vector<Size>& measured, Section& section) {
  const auto add = [&](const std::string& name, const std::string& y, double Size::*value) {
    Series series = {.name = name, .x = "rows", .y = y};
    for (const Size& size : measured) series.points.emplace_back(size.rows, size.*value);
    section.series.push_back(std::move(series));
  };
  add("server CPU of one FetchBucket", "µs", &Size::fetch_us);
  add("open to serving", "ms", &Size::start_ms);
  Series memory = {.name = "server memory", .x = "rows", .y = "MiB"};
  for (const Size& size : measured) memory.points.emplace_back(size.rows, size.memory.resident);
  section.series.push_back(std::move(memory));
}

}  // namespace

absl::StatusOr<Section> RunGrowth(const Sizes& sizes) {
  Section section;
  section.title = absl::StrCat("Growth: epochs of ", Count(sizes.growth_rows), " rows each");
  std::vector<Size> measured;
  for (const uint64_t epochs : sizes.growth_epochs) {
    ASSIGN_OR_RETURN(const Size size, MeasureSize(sizes, epochs));
    measured.push_back(size);
    const std::string of = absl::StrCat(Count(epochs * sizes.growth_rows), " rows");
    absl::StrAppend(&section.rows, section.rows.empty() ? "" : "; ", of, ": ",
                    RowsText(sizes.KindOf(epochs * sizes.growth_rows)));
    section.figures.push_back({.name = "server CPU of one FetchBucket, " + of, .value = size.fetch_us, .unit = "µs"});
    section.figures.push_back(
        {.name = "server memory, " + of, .value = size.memory.resident, .unit = "MiB", .aim = {Aim::Kind::kMost, 300}});
    section.figures.push_back(
        {.name = "open to serving, " + of, .value = size.start_ms, .unit = "ms", .aim = {Aim::Kind::kMost, 1000}});
  }
  AddSeries(measured, section);
  const Size& first = measured.front();
  const Size& last = measured.back();
  section.figures.push_back({.name = "fetch CPU, most rows ÷ fewest",
                             .value = last.fetch_us / first.fetch_us,
                             .unit = "×",
                             .aim = {Aim::Kind::kMost, 1.3}});
  section.figures.push_back({.name = "gate: fetch CPU does not grow with the rows",
                             .value = last.fetch_us / first.fetch_us,
                             .unit = "×",
                             .aim = {Aim::Kind::kMost, kMostGrowth},
                             .is_complexity = true});
  const double grown = last.memory.resident - first.memory.resident - kFreeMemory;
  section.figures.push_back({.name = "gate: memory does not grow with the rows (share of the added bytes)",
                             .value = std::max(0.0, grown) / (last.megabytes - first.megabytes),
                             .unit = "×",
                             .aim = {Aim::Kind::kMost, kMostMemoryShare},
                             .is_complexity = true});
  return section;
}

}  // namespace exposure::bench
