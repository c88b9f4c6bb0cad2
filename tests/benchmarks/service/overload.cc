#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/core/grpc_status.h"
#include "tests/benchmarks/service/bare.h"
#include "tests/benchmarks/service/common.h"
#include "tests/benchmarks/service/questions.h"
#include "tests/benchmarks/service/scenario.h"
#include "tests/support/channel.h"

namespace exposure::bench {
namespace {

constexpr double kOverload = 5;   // of capacity
constexpr int kConnections = 16;  // a connection has 256 calls at a time: beyond, calls wait in its client
constexpr double kWell = 0.05;    // seconds; an answer within it is as if nothing had been
constexpr double kBareSeconds = 2;
constexpr auto kPatience = std::chrono::seconds(5);

struct Tally {
  Latency answered, refused;
  uint64_t without_retry_info = 0;
  uint64_t other = 0;
  double last = 0;  // when the last answer or refusal came, by WallSeconds
  std::string first_other;
};

// Sends calls of `elements` at a constant rate over several connections, without waiting for answers.
class Flood {
 public:
  // `connect` makes a connection each time, as if to `service`.
  Flood(const Service& service, size_t elements, const std::function<std::shared_ptr<grpc::Channel>()>& connect)
      : elements_(elements) {
    for (int i = 0; i < kConnections; ++i) connections_.push_back(std::make_unique<Questions>(service, connect()));
  }

  // One call on each connection.
  absl::Status Warm() {
    for (const std::unique_ptr<Questions>& connection : connections_) {
      RETURN_IF_ERROR(connection->Evaluate(1));
    }
    return absl::OkStatus();
  }

  // Returns when the last was sent; Finish waits for the answers.
  void Send(double rate, double seconds) {
    const double begin = WallSeconds();
    const auto count = static_cast<uint64_t>(rate * seconds);
    for (uint64_t i = 0; i < count; ++i) {
      const double due = begin + static_cast<double>(i) / rate;
      const double early = due - WallSeconds();
      if (early > 0) std::this_thread::sleep_for(std::chrono::duration<double>(early));
      Ask(*connections_[i % kConnections], due);
    }
  }

  Tally Finish() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return running_ == 0; });
    return tally_;
  }

 private:
  struct Call {
    testing::Context context{kPatience};
    v1::EvaluateRequest request;
    v1::EvaluateResponse response;
    double due = 0;
  };

  void Ask(Questions& questions, double due) {
    auto call = std::make_shared<Call>();
    call->request = questions.MakeEvaluate(elements_);
    call->due = due;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ++running_;
    }
    questions.evaluation().async()->Evaluate(&call->context, &call->request, &call->response,
                                             [this, call](const grpc::Status& status) { Count(*call, status); });
  }

  void Count(const Call& call, const grpc::Status& status) {
    const double seconds = WallSeconds() - call.due;
    const absl::Status told = FromGrpc(status, "");
    const std::lock_guard<std::mutex> lock(mutex_);
    if (told.ok()) {
      tally_.answered.Record(seconds);
    } else if (ReasonOf(told) == Reason::kOverloaded) {
      tally_.refused.Record(seconds);
      tally_.without_retry_info += RetryAfter(told) ? 0 : 1;
    } else {
      if (tally_.other++ == 0) tally_.first_other = told.ToString();
    }
    tally_.last = WallSeconds();
    if (--running_ == 0) changed_.notify_all();
  }

  std::vector<std::unique_ptr<Questions>> connections_;
  const size_t elements_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  uint64_t running_ = 0;
  Tally tally_;
};

// Seconds until somebody who asks anew is answered as well as before.
double Recovery(Questions& questions) {
  const double begin = WallSeconds();
  for (;;) {
    const double asked = WallSeconds();
    const absl::Status status = questions.Evaluate(1);
    const double now = WallSeconds();
    if ((status.ok() && now - asked < kWell) || now - begin > 60) return now - begin;
  }
}

// Who has which of two cores.
enum class Cores { kShared, kOneEach };

// The service on one core, this process on another, for as long as it lives. Capacity is then one core's, and what is
// sent does not take from it.
class OneCoreEach {
 public:
  explicit OneCoreEach(const Service& service) : taken_(KeepOnCore(service.pid(), 0) && KeepOnCore(0, 1)) {}
  ~OneCoreEach() { KeepOnAllCores(); }
  OneCoreEach(const OneCoreEach&) = delete;
  OneCoreEach& operator=(const OneCoreEach&) = delete;

  bool taken() const { return taken_; }

 private:
  const bool taken_;
};

// Percent of `capacity`, in calls a second of the service's one core, that are left where five times of it are sent and
// a call that is refused costs what it costs where gRPC answers the same flood with nothing: of each second an answered
// call takes 1/C, a refused one x/C.
absl::StatusOr<double> MostGoodput(const Service& service, size_t elements, double capacity) {
  Bare bare(service, 0);
  RETURN_IF_ERROR(bare.Start());
  if (!KeepOnCore(bare.pid(), 0)) return absl::UnavailableError("no core for exposure-bench-bare");
  Flood flood(service, elements, [&] { return bare.Connect(); });
  RETURN_IF_ERROR(flood.Warm());
  Tally tally;
  const Cost cost = MeasureCost(bare.pid(), [&] {
    flood.Send(kOverload * capacity, kBareSeconds);
    tally = flood.Finish();
  });
  if (tally.other > 0) return absl::UnavailableError("exposure-bench-bare: " + tally.first_other);
  const double x = cost.server / static_cast<double>(tally.answered.count()) * capacity;
  return 100 * std::max(0.0, (1 - kOverload * x) / (1 - x));
}

// What one load found.
struct Flooded {
  double capacity = 0;        // calls a second
  double of_answered_us = 0;  // server CPU
  double begin = 0;           // of the flood, by WallSeconds
  double sending_seconds = 0;
  double recovery = 0;
  Tally tally;
};

// Capacity before and after: the machine changes its speed.
absl::StatusOr<Flooded> MeasureFlood(const Sizes& sizes, const Service& service, size_t elements) {
  Questions questions(service);
  Questions fresh(service);
  const auto ask = [&](uint64_t) { return questions.Evaluate(elements); };
  const LoadResult warm = ClosedLoop(kFullHouse, 20'000 / (elements + 10), ask);
  RETURN_IF_ERROR(FailureOf(warm));
  const auto count = static_cast<uint64_t>(warm.PerSecond() * sizes.overload_seconds / 3);
  LoadResult full;
  const Cost alone = service.Measure([&] { full = ClosedLoop(kFullHouse, count, ask); });
  RETURN_IF_ERROR(FailureOf(full));
  Flood flood(service, elements, [&] { return service.Connect(); });
  RETURN_IF_ERROR(flood.Warm());
  Flooded flooded = {.of_answered_us = Micro(alone.server) / static_cast<double>(full.latency.count()),
                     .begin = WallSeconds()};
  flood.Send(kOverload * full.PerSecond(), sizes.overload_seconds);
  flooded.sending_seconds = WallSeconds() - flooded.begin;
  flooded.recovery = Recovery(fresh);
  flooded.tally = flood.Finish();
  const LoadResult again = ClosedLoop(kFullHouse, count, ask);
  RETURN_IF_ERROR(FailureOf(again));
  flooded.capacity = (full.PerSecond() + again.PerSecond()) / 2;
  return flooded;
}

void AddFlooded(const std::string& of, const Flooded& flooded, const Limit& limit, Section& section) {
  const Tally& tally = flooded.tally;
  const double answered = static_cast<double>(tally.answered.count());
  const double refused = static_cast<double>(tally.refused.count());
  const double sent = answered + refused + static_cast<double>(tally.other);
  const double capacity = flooded.capacity;
  section.figures.push_back({.name = "capacity" + of, .value = capacity, .unit = "calls/s"});
  section.figures.push_back(
      {.name = "sent" + of, .value = sent / flooded.sending_seconds / capacity, .unit = "× capacity"});
  section.figures.push_back({.name = "goodput" + of,
                             .value = answered / (tally.last - flooded.begin) / capacity * 100,
                             .unit = "% of capacity",
                             .aim = {Aim::Kind::kLeast, 90},
                             .limit = limit});
  section.figures.push_back({.name = "neither answered nor refused with RetryInfo" + of,
                             .value = static_cast<double>(tally.other + tally.without_retry_info),
                             .unit = "calls",
                             .aim = {Aim::Kind::kMost, 0}});
  section.figures.push_back(
      {.name = "recovery" + of, .value = flooded.recovery, .unit = "s", .aim = {Aim::Kind::kMost, 1}});
  section.figures.push_back(
      {.name = "server CPU of an answered call" + of, .value = flooded.of_answered_us, .unit = "µs"});
  section.figures.push_back({.name = "refused" + of, .value = refused, .unit = "calls"});
  if (refused > 0) {
    section.figures.push_back({.name = "refused within" + of + ", p99",
                               .value = tally.refused.Percentile(0.99) * 1e3,
                               .unit = "ms",
                               .aim = {Aim::Kind::kMost, 50}});
  }
  section.distributions.push_back({"answered" + of, tally.answered});
  section.distributions.push_back({"refused" + of, tally.refused});
  if (tally.other > 0) section.notes.push_back(absl::StrCat("another error", of, ": ", tally.first_other));
}

// One load, with calls of `elements`.
absl::Status Overload(const Sizes& sizes, size_t elements, Cores cores, Section& section) {
  const std::string of =
      absl::StrCat(", calls of ", elements, cores == Cores::kOneEach ? ", a core for each side" : "");
  Service service({.population = 47'000});
  RETURN_IF_ERROR(service.Start());
  std::optional<OneCoreEach> one_each;
  if (cores == Cores::kOneEach && !one_each.emplace(service).taken()) {
    section.notes.push_back("Not measured" + of + ": there are no two cores.");
    return service.Stop();
  }
  ASSIGN_OR_RETURN(const Flooded flooded, MeasureFlood(sizes, service, elements));
  Limit limit;
  if (cores == Cores::kOneEach) {
    ASSIGN_OR_RETURN(limit.rest, MostGoodput(service, elements, flooded.capacity));
    limit.rest_is = "what the calls of gRPC that are refused leave";
  }
  AddFlooded(of, flooded, limit, section);
  return service.Stop();
}

}  // namespace

absl::StatusOr<Section> RunOverload(const Sizes& sizes) {
  Section section;
  section.title = "Evaluate at five times of capacity";
  section.rows = "none";
  section.notes.emplace_back(
      "The client sends from the same cores, which takes from the service what it needs to refuse with; with a core "
      "for each side it does not, and capacity is one core's. Capacity is of 32 askers in a closed loop, before and "
      "after; goodput is what was answered until the last answer came.");
  RETURN_IF_ERROR(Overload(sizes, 1, Cores::kShared, section));
  RETURN_IF_ERROR(Overload(sizes, 64, Cores::kShared, section));
  RETURN_IF_ERROR(Overload(sizes, 64, Cores::kOneEach, section));
  return section;
}

}  // namespace exposure::bench
