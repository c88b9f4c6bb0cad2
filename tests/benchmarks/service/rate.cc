#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "tests/benchmarks/service/common.h"
#include "tests/benchmarks/service/scenario.h"

namespace exposure::bench {
namespace {

constexpr int kThreads = 64;
constexpr uint64_t kNewConnection = 10;  // every tenth
constexpr int kSamples = 60;             // of memory

// The memory of a process while `work` runs, which takes `seconds`.
Series MemoryWhile(const Service& service, double seconds, absl::FunctionRef<void()> work) {
  Series memory = {.name = "server memory", .x = "s", .y = "MiB", .points = {}, .is_time = true};
  std::promise<void> done;
  std::thread sampler([&, ended = done.get_future()] {
    const double begin = WallSeconds();
    memory.points.emplace_back(0, MemoryOf(service.pid()).resident);
    do {
      memory.points.emplace_back(WallSeconds() - begin, MemoryOf(service.pid()).resident);
    } while (ended.wait_for(std::chrono::duration<double>(seconds / kSamples)) != std::future_status::ready);
    memory.points.emplace_back(WallSeconds() - begin, MemoryOf(service.pid()).resident);
  });
  work();
  done.set_value();
  sampler.join();
  return memory;
}

}  // namespace

absl::StatusOr<Section> RunRate(const Sizes& sizes) {
  Section section;
  constexpr uint64_t kRows = 47'000;
  const Rows kind = sizes.KindOf(kRows);
  section.title = absl::StrFormat("%g checks a second for %g s, every tenth on a new TLS connection", sizes.rate,
                                  sizes.rate_seconds);
  section.rows = RowsText(kind);
  section.notes.emplace_back(
      "A check on a new connection is a new client: TLS handshake, the catalogue and its signatures, then the check. "
      "Latency counts from when a check was due. The client has the same cores.");
  Service service({.population = kRows});
  RETURN_IF_ERROR(service.Start());
  RETURN_IF_ERROR(service.Publish(kRows, kind));
  ASSIGN_OR_RETURN(const std::unique_ptr<Lookup> lookup, ConnectLookup(service, ""));
  const auto check = [&](uint64_t i) -> absl::Status {
    const bool listed = kind == Rows::kHonest && i % kRows < kRows / 2;
    const uint64_t person = listed ? i % kRows : kRows + i % kRows;
    if (i % kNewConnection != 0) return CheckPerson(*lookup, person, listed);
    ASSIGN_OR_RETURN(const std::unique_ptr<Lookup> fresh, ConnectLookup(service, ""));
    return CheckPerson(*fresh, person, listed);
  };
  RETURN_IF_ERROR(FailureOf(OpenLoop(sizes.rate, 3, kThreads, check)));
  LoadResult result;
  Cost cost;
  const Series memory = MemoryWhile(service, sizes.rate_seconds, [&] {
    cost = service.Measure([&] { result = OpenLoop(sizes.rate, sizes.rate_seconds, kThreads, check, kNewConnection); });
  });

  section.figures.push_back(
      {.name = "errors", .value = static_cast<double>(result.failed), .unit = "", .aim = {Aim::Kind::kMost, 0}});
  AddLatency("check", result.latency, section);
  section.figures[1].aim = {Aim::Kind::kMost, 3};
  section.figures[2].aim = {Aim::Kind::kMost, 15};
  AddLatency("check of a new client", result.nth, section);
  AddLatency("check of the others", result.others, section);
  section.figures.push_back({.name = "cores used, of the server", .value = cost.server / result.seconds, .unit = ""});
  section.figures.push_back({.name = "cores used, of the client", .value = cost.client / result.seconds, .unit = ""});
  const double first = memory.points.front().second;
  const double middle = memory.points[memory.points.size() / 2].second;
  const double last = memory.points.back().second;
  section.figures.push_back(
      {.name = "memory that it grew by", .value = last - first, .unit = "MiB", .aim = {Aim::Kind::kMost, 10}});
  section.figures.push_back({.name = "of that, in the second half", .value = last - middle, .unit = "MiB"});
  section.figures.push_back({.name = "memory at the end", .value = last, .unit = "MiB"});
  section.series.push_back(memory);
  if (result.failed > 0) section.notes.push_back(absl::StrCat("first error: ", result.first_failure.ToString()));
  RETURN_IF_ERROR(service.Stop());
  return section;
}

}  // namespace exposure::bench
