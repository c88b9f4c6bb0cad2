#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "tests/benchmarks/service/bare.h"
#include "tests/benchmarks/service/common.h"
#include "tests/benchmarks/service/in_process.h"
#include "tests/benchmarks/service/questions.h"
#include "tests/benchmarks/service/scenario.h"

namespace exposure::bench {
namespace {

constexpr uint64_t kCallsOfCheck = 6;  // of calls that do nothing, so that a round takes as long

// What the server's side of each call costs, in µs.
struct CallCosts {
  Cost nothing, evaluate, fetch;
};

absl::StatusOr<CallCosts> MeasureCalls(const Service& service, uint64_t count) {
  Questions questions(service);
  RETURN_IF_ERROR(questions.Prepare());
  CallCosts costs;
  ASSIGN_OR_RETURN(costs.nothing,
                   CostOfOne(service.pid(), kCallsOfCheck * count, [&](uint64_t) { return questions.Nothing(); }));
  ASSIGN_OR_RETURN(costs.evaluate, CostOfOne(service.pid(), count, [&](uint64_t) { return questions.Evaluate(1); }));
  ASSIGN_OR_RETURN(costs.fetch,
                   CostOfOne(service.pid(), kCallsOfCheck * count, [&](uint64_t) { return questions.Fetch(0); }));
  return costs;
}

// What no service saves: by two askers, and by so many that they share writes.
absl::Status AddLimits(const Service& service, uint64_t count, Section& section) {
  Bare bare(service, service.published_bytes() >> service.bucket_bits());
  RETURN_IF_ERROR(bare.Start());
  Questions questions(service, bare.Connect());
  ASSIGN_OR_RETURN(const BareCosts few, MeasureBare(bare, questions, kCallsOfCheck * count, kClients));
  ASSIGN_OR_RETURN(const BareCosts full, MeasureBare(bare, questions, kCallsOfCheck * count, kFullHouse));
  const SyncedWrite write = MeasureSyncedWrite(service.files().directory());
  const double calls = few.BothOfServer(section.figures[0].floor);
  const double full_calls = full.BothOfServer(section.figures[1].floor);
  section.figures[0].limit = {kCheckArithmetic, calls + write.cpu, absl::StrCat(kTwoCalls, ", one synced write")};
  section.figures[1].limit = {kCheckArithmetic, full_calls, kTwoCalls};
  const auto add = [&](const std::string& name, double value) {
    section.figures.push_back({.name = name, .value = value, .unit = "µs"});
  };
  add("server CPU of two calls of gRPC", calls);
  add("server CPU of two calls of gRPC, 32 askers", full_calls);
  add("CPU of one synced write", write.cpu);
  add("time of one synced write", write.wall);
  return absl::OkStatus();
}

// The call that does nothing, without TLS.
absl::StatusOr<Cost> MeasureWithoutTls(uint64_t count) {
  Service service({.population = 1500, .tls = false});
  RETURN_IF_ERROR(service.Start());
  Questions questions(service);
  RETURN_IF_ERROR(questions.Prepare());
  ASSIGN_OR_RETURN(const Cost cost,
                   CostOfOne(service.pid(), kCallsOfCheck * count, [&](uint64_t) { return questions.Nothing(); }));
  RETURN_IF_ERROR(service.Stop());
  return cost;
}

Breakdown ServerParts(const Cost& check, const CallCosts& calls, const Cost& without_tls) {
  const double arithmetic = kCheckArithmetic.Microseconds(check.floor);
  const double evaluation = EvaluateOne() * check.floor.m;
  const double tls = calls.nothing.server - without_tls.server;
  return {
      "server CPU of one verified check",
      {{"arithmetic: 4 M + G", arithmetic},
       {"the rest of the evaluation: hashes, decoding, scalars", evaluation - arithmetic},
       {"TLS of two calls", 2 * tls},
       {"gRPC, HTTP/2, the door, a thread's turn, of two calls", 2 * without_tls.server},
       {"Evaluate beyond a call: quotas on disk, queues, messages",
        calls.evaluate.server - calls.nothing.server - evaluation},
       {"FetchBucket beyond a call: RocksDB, copies, encryption of 13 KB", calls.fetch.server - calls.nothing.server},
       {"both together, beyond each by itself", check.server - calls.evaluate.server - calls.fetch.server}}};
}

Breakdown ClientParts(const Cost& check, const CallCosts& calls, uint64_t bucket_bytes) {
  ClientWork work = MeasureClientWork(bucket_bytes);
  for (double* part : {&work.blind, &work.verify, &work.finalize, &work.bucket}) *part *= check.floor.m;
  return {
      "client CPU of one verified check",
      {{"hash to the group and blind", work.blind},
       {"verify the proof", work.verify},
       {"unblind and finalise", work.finalize},
       {"verify the bucket against the root", work.bucket},
       {"two calls: gRPC and TLS", calls.evaluate.client + calls.fetch.client},
       {"the rest: the library, finding the record", check.client - work.blind - work.verify - work.finalize -
                                                         work.bucket - calls.evaluate.client - calls.fetch.client}}};
}

}  // namespace

absl::StatusOr<Section> RunCheck(const Sizes& sizes) {
  Section section;
  const Rows kind = sizes.KindOf(sizes.rows);
  section.title = absl::StrCat("One verified check among ", Count(sizes.rows), " rows");
  section.rows = RowsText(kind);
  Service service({.population = sizes.rows});
  RETURN_IF_ERROR(service.Start());
  RETURN_IF_ERROR(service.Publish(sizes.rows, kind));
  ASSIGN_OR_RETURN(const std::unique_ptr<Lookup> lookup, ConnectLookup(service, ""));
  // Every other person is listed.
  const auto check = [&](uint64_t i) {
    const bool listed = i % 2 == 0;
    return CheckPerson(*lookup, listed ? i : sizes.rows + i, listed && kind == Rows::kHonest);
  };
  ASSIGN_OR_RETURN(const Cost cost, CostOfOne(service.pid(), sizes.checks, check));
  ASSIGN_OR_RETURN(const Cost full, CostOfOne(service.pid(), sizes.checks, check, kFullHouse));
  const WireBytes before = BytesOnWire(service.port());
  const LoadResult alone = ClosedLoop(1, sizes.checks / 4, check);
  const WireBytes after = BytesOnWire(service.port());
  RETURN_IF_ERROR(FailureOf(alone));
  const LoadResult together = ClosedLoop(kClients, sizes.checks, check);
  RETURN_IF_ERROR(FailureOf(together));

  section.figures.push_back({.name = "server CPU of one verified check",
                             .value = cost.server,
                             .unit = "µs",
                             .arithmetic = kCheckArithmetic,
                             .aim = {Aim::Kind::kRatio, 1.45},
                             .floor = cost.floor});
  section.figures.push_back({.name = "server CPU of one verified check, 32 askers",
                             .value = full.server,
                             .unit = "µs",
                             .arithmetic = kCheckArithmetic,
                             .aim = {Aim::Kind::kRatio, 1.45},
                             .floor = full.floor});
  section.figures.push_back({.name = "client CPU of one verified check", .value = cost.client, .unit = "µs"});
  const double count = static_cast<double>(sizes.checks / 4);
  section.figures.push_back(
      {.name = "sent for one check", .value = (after.sent - before.sent) / count, .unit = "bytes"});
  section.figures.push_back(
      {.name = "received for one check", .value = (after.received - before.received) / count, .unit = "bytes"});
  section.figures.push_back({.name = "checks, two at once", .value = together.PerSecond(), .unit = "/s"});
  AddLatency("one check at a time", alone.latency, section);
  AddLatency("two checks at once", together.latency, section);

  RETURN_IF_ERROR(AddLimits(service, sizes.checks, section));
  ASSIGN_OR_RETURN(CallCosts calls, MeasureCalls(service, sizes.checks));
  ASSIGN_OR_RETURN(Cost without_tls, MeasureWithoutTls(sizes.checks));
  for (Cost* part : {&calls.nothing, &calls.evaluate, &calls.fetch, &without_tls}) *part = part->At(cost.floor);
  section.breakdowns.push_back(ServerParts(cost, calls, without_tls));
  section.breakdowns.push_back(ClientParts(cost, calls, service.published_bytes() >> service.bucket_bits()));
  RETURN_IF_ERROR(service.Stop());
  return section;
}

}  // namespace exposure::bench
