// Scenarios of one call by itself: batch and fetch.
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "tests/benchmarks/service/bare.h"
#include "tests/benchmarks/service/common.h"
#include "tests/benchmarks/service/questions.h"
#include "tests/benchmarks/service/scenario.h"

namespace exposure::bench {
namespace {

constexpr uint64_t kFetchesOfCheck = 8;  // so that a round takes a second, too
constexpr char kBareFetch[] = "a call of gRPC with an answer of this size";

}  // namespace

absl::StatusOr<Section> RunBatch(const Sizes& sizes) {
  Section section;
  section.title = absl::StrCat(sizes.batches, " batches of 1,024 elements with proof");
  section.rows = "none";
  Service service({.population = 1500});
  RETURN_IF_ERROR(service.Start());
  Questions questions(service);
  const auto batch = [&](uint64_t) { return questions.Evaluate(crypto::kMaxBatch); };
  RETURN_IF_ERROR(FailureOf(ClosedLoop(kClients, 2, batch)));
  LoadResult result;
  const Cost cost = service.Measure([&] { result = ClosedLoop(kClients, sizes.batches, batch); });
  RETURN_IF_ERROR(FailureOf(result));
  const double elements = static_cast<double>(sizes.batches * crypto::kMaxBatch);
  section.figures.push_back({.name = "server CPU of one element",
                             .value = Micro(cost.server) / elements,
                             .unit = "µs",
                             .arithmetic = kBatchArithmetic,
                             .aim = {Aim::Kind::kRatio, 1.25},
                             .limit = {.arithmetic = kBatchLimit},
                             .floor = cost.floor});
  section.figures.push_back(
      {.name = "elements, two batches at once", .value = elements / result.seconds, .unit = "/s"});
  const LoadResult alone = ClosedLoop(1, sizes.batches / 4, batch);
  RETURN_IF_ERROR(FailureOf(alone));
  AddLatency("one batch at a time", alone.latency, section);
  AddLatency("two batches at once", result.latency, section);
  RETURN_IF_ERROR(service.Stop());
  return section;
}

absl::StatusOr<Section> RunFetch(const Sizes& sizes) {
  Section section;
  const uint64_t fetches = sizes.checks * kFetchesOfCheck;
  Service service({.population = sizes.rows});
  section.title = absl::StrCat("FetchBucket of ", Count(sizes.rows), " rows, ", service.bucket_bits(), " bits");
  section.rows = RowsText(Rows::kRandom);
  RETURN_IF_ERROR(service.Start());
  RETURN_IF_ERROR(service.Publish(sizes.rows, Rows::kRandom));
  Questions questions(service);
  RETURN_IF_ERROR(questions.Prepare());
  const auto fetch = [&](uint64_t) { return questions.Fetch(0); };
  ASSIGN_OR_RETURN(const Cost cost, CostOfOne(service.pid(), fetches, fetch));
  ASSIGN_OR_RETURN(const Cost full, CostOfOne(service.pid(), fetches, fetch, kFullHouse));
  Bare bare(service, service.published_bytes() >> service.bucket_bits());
  RETURN_IF_ERROR(bare.Start());
  Questions nothing(service, bare.Connect());
  const auto bare_fetch = [&](uint64_t) { return nothing.Fetch(0); };
  ASSIGN_OR_RETURN(const Cost least, CostOfOne(bare.pid(), fetches, bare_fetch));
  ASSIGN_OR_RETURN(const Cost least_full, CostOfOne(bare.pid(), fetches, bare_fetch, kFullHouse));
  const WireBytes before = BytesOnWire(service.port());
  const LoadResult result = ClosedLoop(kClients, fetches, fetch);
  const WireBytes after = BytesOnWire(service.port());
  RETURN_IF_ERROR(FailureOf(result));
  const double count = static_cast<double>(fetches);
  section.figures.push_back({.name = "server CPU of one FetchBucket",
                             .value = cost.server,
                             .unit = "µs",
                             .arithmetic = {.m = 1},
                             .aim = {Aim::Kind::kRatio, 1.2},
                             .limit = {.rest = least.At(cost.floor).server, .rest_is = kBareFetch},
                             .floor = cost.floor});
  section.figures.push_back({.name = "server CPU of one FetchBucket, 32 askers",
                             .value = full.server,
                             .unit = "µs",
                             .arithmetic = {.m = 1},
                             .aim = {Aim::Kind::kRatio, 1.2},
                             .limit = {.rest = least_full.At(full.floor).server, .rest_is = kBareFetch},
                             .floor = full.floor});
  section.figures.push_back({.name = "received for a dataset",
                             .value = (after.received - before.received) / count / 1000,
                             .unit = "KB",
                             .aim = {Aim::Kind::kMost, 12}});
  section.figures.push_back({.name = "sent", .value = (after.sent - before.sent) / count, .unit = "bytes"});
  section.figures.push_back({.name = "fetches, two at once", .value = result.PerSecond(), .unit = "/s"});
  AddLatency("two fetches at once", result.latency, section);
  RETURN_IF_ERROR(service.Stop());
  return section;
}

}  // namespace exposure::bench
