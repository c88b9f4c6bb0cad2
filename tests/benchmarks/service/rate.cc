#include <algorithm>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "tests/benchmarks/service/bare.h"
#include "tests/benchmarks/service/common.h"
#include "tests/benchmarks/service/in_process.h"
#include "tests/benchmarks/service/reconnecting.h"
#include "tests/benchmarks/service/scenario.h"

namespace exposure::bench {
namespace {

constexpr uint64_t kPeople = 47'000;  // rows; half of those who ask are listed
constexpr int kThreads = 64;
constexpr uint64_t kNewConnection = 10;  // every tenth
constexpr int kSamples = 60;             // of memory
constexpr double kFlat = 5;              // MiB; tables of fixed size fill in the first minutes
constexpr uint64_t kAlone = 200;         // checks, one at a time
constexpr double kNewClients = 60;       // seconds, at most
// Of both sides, one after the other: the client hashes, blinds, the server evaluates and proves, the client verifies
// and unblinds.
constexpr Arithmetic kInTurn = {.m = 11, .g = 2, .h = 1};

// Who asks.
class Askers {
 public:
  static absl::StatusOr<std::unique_ptr<Askers>> Create(const Service& service, Rows kind) {
    auto askers = std::unique_ptr<Askers>(new Askers(service, kind));
    ASSIGN_OR_RETURN(auto connections, Reconnecting::Create(service.ConsumerOptions()));
    askers->connections_ = connections.get();
    LookupOptions options;
    options.root = service.files().root().public_key();
    ASSIGN_OR_RETURN(askers->lookup_, Lookup::Create(std::move(connections), options));
    return askers;
  }

  absl::Status Known(uint64_t i) { return Ask(*lookup_, i); }
  absl::Status OnNewConnection(uint64_t i) {
    return connections_->OnNewConnection([&] { return Ask(*lookup_, i); });
  }
  // That knows no catalogue yet.
  absl::Status AsNewClient(uint64_t i) {
    ASSIGN_OR_RETURN(const std::unique_ptr<Lookup> fresh, ConnectLookup(service_, ""));
    return Ask(*fresh, i);
  }

 private:
  Askers(const Service& service, Rows kind) : service_(service), kind_(kind) {}

  absl::Status Ask(Lookup& lookup, uint64_t i) const {
    const bool listed = kind_ == Rows::kHonest && i % kPeople < kPeople / 2;
    return CheckPerson(lookup, listed ? i % kPeople : kPeople + i % kPeople, listed);
  }

  const Service& service_;
  const Rows kind_;
  Reconnecting* connections_ = nullptr;  // of lookup_
  std::unique_ptr<Lookup> lookup_;
};

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

void AddMemory(const Series& memory, Section& section) {
  const double first = memory.points.front().second;
  const double middle = memory.points[memory.points.size() / 2].second;
  const double last = memory.points.back().second;
  section.figures.push_back(
      {.name = "memory that it grew by, in the first half", .value = middle - first, .unit = "MiB"});
  section.figures.push_back({.name = "memory that it grew by, in the second half",
                             .value = last - middle,
                             .unit = "MiB",
                             .aim = {Aim::Kind::kMost, kFlat}});
  section.figures.push_back({.name = "memory at the end", .value = last, .unit = "MiB"});
  section.series.push_back(memory);
}

void AddErrors(const std::string& name, const LoadResult& result, Section& section) {
  section.figures.push_back(
      {.name = name, .value = static_cast<double>(result.failed), .unit = "", .aim = {Aim::Kind::kMost, 0}});
  if (result.failed > 0) section.notes.push_back(absl::StrCat(name, ": ", result.first_failure.ToString()));
}

// One check after the other, by each kind of asker: the median, of few.
absl::Status MeasureAlone(Askers& askers, Section& section) {
  const auto measure = [&](const std::string& name, const Operation& check) -> absl::Status {
    const LoadResult result = ClosedLoop(1, kAlone, check);
    RETURN_IF_ERROR(FailureOf(result));
    section.figures.push_back({.name = name + ", p50", .value = result.latency.Percentile(0.5) * 1e3, .unit = "ms"});
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(measure("one check at a time", [&](uint64_t i) { return askers.Known(i); }));
  RETURN_IF_ERROR(measure("one new connection at a time", [&](uint64_t i) { return askers.OnNewConnection(i); }));
  return measure("one new client at a time", [&](uint64_t i) { return askers.AsNewClient(i); });
}

// What a check takes at least where nobody else asks, in ms: on a connection that is there, and on a new one.
struct Least {
  double known = 0;
  double new_connection = 0;
};

absl::StatusOr<Least> MeasureLeast(const Service& service) {
  Bare bare(service, service.published_bytes() >> service.bucket_bits());
  RETURN_IF_ERROR(bare.Start());
  Questions questions(service, bare.Connect());
  const auto ask = [](Questions& with) {
    absl::Status status = with.Evaluate(1);
    status.Update(with.Fetch(0));
    return status;
  };
  const LoadResult known = ClosedLoop(1, kAlone, [&](uint64_t) { return ask(questions); });
  const LoadResult fresh = ClosedLoop(1, kAlone, [&](uint64_t) {
    Questions anew(service, bare.Connect());
    return ask(anew);
  });
  RETURN_IF_ERROR(FailureOf(known));
  RETURN_IF_ERROR(FailureOf(fresh));
  const SyncedWrite write = MeasureSyncedWrite(service.files().directory());
  const double rest = (kInTurn.Microseconds(MeasureFloor()) + write.wall) / 1e3;
  return Least{.known = known.latency.Percentile(0.5) * 1e3 + rest,
               .new_connection = fresh.latency.Percentile(0.5) * 1e3 + rest};
}

absl::Status AddMainLoad(const Service& service, const Sizes& sizes, Askers& askers, Section& section) {
  const auto check = [&](uint64_t i) { return i % kNewConnection == 0 ? askers.OnNewConnection(i) : askers.Known(i); };
  RETURN_IF_ERROR(FailureOf(OpenLoop(sizes.rate, 3, kThreads, check)));
  ASSIGN_OR_RETURN(const Least least, MeasureLeast(service));
  LoadResult result;
  Cost cost;
  const Series memory = MemoryWhile(service, sizes.rate_seconds, [&] {
    cost = service.Measure([&] { result = OpenLoop(sizes.rate, sizes.rate_seconds, kThreads, check, kNewConnection); });
  });
  AddErrors("errors", result, section);
  const size_t first = section.figures.size();
  AddLatency("check", result.latency, section);
  Figure& p50 = section.figures[first];
  p50.aim = {Aim::Kind::kMost, 3};
  p50.limit = {.rest = least.known, .rest_is = kInTurn.Text() + " in turn, two calls of gRPC, one synced write"};
  Figure& p99 = section.figures[first + 1];
  p99.aim = {Aim::Kind::kMost, 15};
  p99.limit = {.rest = least.new_connection, .rest_is = "the same on a new connection of gRPC"};
  AddLatency("check on a new connection", result.nth, section);
  AddLatency("check of the others", result.others, section);
  section.figures.push_back({.name = "cores used, of the server", .value = cost.server / result.seconds, .unit = ""});
  section.figures.push_back({.name = "cores used, of the client", .value = cost.client / result.seconds, .unit = ""});
  AddMemory(memory, section);
  return absl::OkStatus();
}

void AddNewClients(const Sizes& sizes, Askers& askers, Section& section) {
  const auto check = [&](uint64_t i) { return i % kNewConnection == 0 ? askers.AsNewClient(i) : askers.Known(i); };
  const double seconds = std::min(sizes.rate_seconds, kNewClients);
  const LoadResult result = OpenLoop(sizes.rate, seconds, kThreads, check, kNewConnection);
  AddErrors("errors beside new clients", result, section);
  AddLatency("check of a new client", result.nth, section);
  AddLatency("check of those beside new clients", result.others, section);
}

}  // namespace

absl::StatusOr<Section> RunRate(const Sizes& sizes) {
  Section section;
  const Rows kind = sizes.KindOf(kPeople);
  section.title = absl::StrFormat("%g checks a second for %g s, every tenth on a new TLS connection", sizes.rate,
                                  sizes.rate_seconds);
  section.rows = RowsText(kind);
  section.notes.emplace_back(
      "Latency counts from when a check was due. The client has the same cores. Afterwards, for a minute, every tenth "
      "is a whole new client: its catalogue is fetched and verified as well. Memory: 100,000 tokens of retries, write "
      "buffers and a cache fill first, then it stands still.");
  Service service({.population = kPeople});
  RETURN_IF_ERROR(service.Start());
  RETURN_IF_ERROR(service.Publish(kPeople, kind));
  ASSIGN_OR_RETURN(const std::unique_ptr<Askers> askers, Askers::Create(service, kind));
  RETURN_IF_ERROR(MeasureAlone(*askers, section));
  RETURN_IF_ERROR(AddMainLoad(service, sizes, *askers, section));
  AddNewClients(sizes, *askers, section);
  RETURN_IF_ERROR(service.Stop());
  return section;
}

}  // namespace exposure::bench
