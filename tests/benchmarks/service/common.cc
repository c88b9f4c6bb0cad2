#include "tests/benchmarks/service/common.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace exposure::bench {

std::string RowsText(Rows kind) {
  return kind == Rows::kHonest ? "sealed honestly: people who are listed are found"
                               : "random sealed rows: valid layout, root and signature, nobody is found";
}

std::string Count(uint64_t n) {
  std::string digits = absl::StrCat(n);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

absl::StatusOr<std::unique_ptr<Lookup>> ConnectLookup(const Service& service, const std::string& state_directory) {
  LookupOptions options;
  static_cast<TransportOptions&>(options) = service.ConsumerOptions();
  options.root = service.files().root().public_key();
  options.state_directory = state_directory;
  return Lookup::Connect(options);
}

std::vector<Number> Person(uint64_t i) {
  std::vector<Number> numbers;
  numbers.push_back({.force = "met", .scheme = "pay", .number = Secret(PersonNumber(i))});
  return numbers;
}

absl::Status CheckPerson(Lookup& lookup, uint64_t i, bool listed) {
  ASSIGN_OR_RETURN(const Answer answer, lookup.Check(Person(i)));
  if (!answer.complete()) return absl::InternalError("an answer is not complete");
  const bool exposed = answer.verdicts[0].kind == VerdictKind::kExposed;
  return exposed == listed ? absl::OkStatus() : absl::InternalError("an answer is wrong");
}

absl::Status FailureOf(const LoadResult& result) {
  if (result.failed == 0) return absl::OkStatus();
  return absl::Status(result.first_failure.code(),
                      absl::StrCat(result.failed, " operations failed; the first: ", result.first_failure.message()));
}

absl::StatusOr<Cost> CostOfOne(pid_t server, uint64_t count, const Operation& operation, int askers) {
  RETURN_IF_ERROR(FailureOf(ClosedLoop(askers, count / 10, operation)));
  Cost least;
  for (int round = 0; round < 3; ++round) {
    LoadResult result;
    const Cost cost = MeasureCost(server, [&] { result = ClosedLoop(askers, count / 3, operation); });
    RETURN_IF_ERROR(FailureOf(result));
    const double done = static_cast<double>(result.latency.count());
    const Cost one = {Micro(cost.server) / done, Micro(cost.client) / done, cost.floor};
    if (round == 0 || one.server / one.floor.m < least.server / least.floor.m) least = one;
  }
  return least;
}

void AddLatency(const std::string& name, const Latency& latency, Section& section) {
  for (const auto& [label, fraction] : {std::pair("p50", 0.5), {"p99", 0.99}, {"p99.9", 0.999}}) {
    section.figures.push_back(
        {.name = absl::StrCat(name, ", ", label), .value = latency.Percentile(fraction) * 1e3, .unit = "ms"});
  }
  section.distributions.push_back({name, latency});
}

}  // namespace exposure::bench
