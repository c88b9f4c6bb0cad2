#include <sodium.h>

#include <algorithm>
#include <memory>
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
constexpr uint64_t kTurns = 4;

struct Size {
  double rows = 0;
  double megabytes = 0;  // of datasets
  double fetch_us = 0;
  double start_ms = 0;
  Memory memory;
};

// A service with so many epochs, started anew after publishing: what publishing took is not counted.
class Sized {
 public:
  Sized(const Sizes& sizes, uint64_t epochs)
      : sizes_(sizes), epochs_(epochs), service_({.population = sizes.growth_rows, .epochs = epochs}) {
    size_.rows = static_cast<double>(epochs * sizes.growth_rows);
  }

  absl::Status Start() {
    RETURN_IF_ERROR(service_.Start());
    RETURN_IF_ERROR(service_.Publish(sizes_.growth_rows, sizes_.KindOf(epochs_ * sizes_.growth_rows)));
    RETURN_IF_ERROR(service_.Stop());
    RETURN_IF_ERROR(service_.Start());
    size_.megabytes = static_cast<double>(service_.published_bytes()) / (1 << 20);
    size_.start_ms = service_.start_seconds() * 1e3;
    questions_ = std::make_unique<Questions>(service_);
    return questions_->Prepare();
  }

  // Keeps the least of all turns, as a ratio to M.
  absl::Status FetchForATurn() {
    const auto fetch = [&](uint64_t) { return questions_->Fetch(randombytes_uniform(static_cast<uint32_t>(epochs_))); };
    ASSIGN_OR_RETURN(const Cost cost, CostOfOne(service_.pid(), sizes_.growth_fetches / kTurns, fetch));
    if (fetch_.server == 0 || cost.server / cost.floor.m < fetch_.server / fetch_.floor.m) fetch_ = cost;
    return absl::OkStatus();
  }

  const Floor& floor() const { return fetch_.floor; }

  // A fetch's CPU is told as if the machine had been as fast as at `floor`.
  absl::StatusOr<Size> Finish(const Floor& floor) {
    size_.fetch_us = fetch_.At(floor).server;
    size_.memory = MemoryOf(service_.pid());
    RETURN_IF_ERROR(service_.Stop());
    return size_;
  }

 private:
  const Sizes& sizes_;
  const uint64_t epochs_;
  Service service_;
  std::unique_ptr<Questions> questions_;
  Cost fetch_;
  Size size_;
};

// All sizes in turn, turn after turn, so that what the machine does meanwhile is in all of them.
absl::StatusOr<std::vector<Size>> MeasureSizes(const Sizes& sizes) {
  std::vector<std::unique_ptr<Sized>> services;
  for (const uint64_t epochs : sizes.growth_epochs) {
    services.push_back(std::make_unique<Sized>(sizes, epochs));
    RETURN_IF_ERROR(services.back()->Start());
  }
  for (uint64_t turn = 0; turn < kTurns; ++turn) {
    for (const std::unique_ptr<Sized>& service : services) RETURN_IF_ERROR(service->FetchForATurn());
  }
  std::vector<Size> measured;
  for (const std::unique_ptr<Sized>& service : services) {
    ASSIGN_OR_RETURN(measured.emplace_back(), service->Finish(services.front()->floor()));
  }
  return measured;
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
  ASSIGN_OR_RETURN(const std::vector<Size> measured, MeasureSizes(sizes));
  for (size_t i = 0; i < measured.size(); ++i) {
    const uint64_t epochs = sizes.growth_epochs[i];
    const Size& size = measured[i];
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
  const auto [least, most] = std::minmax_element(measured.begin(), measured.end(),
                                                 [](const Size& a, const Size& b) { return a.fetch_us < b.fetch_us; });
  section.figures.push_back({.name = "fetch CPU, most ÷ least of these",
                             .value = most->fetch_us / least->fetch_us,
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
