// What several scenarios say or do in the same way.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_COMMON_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_COMMON_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/lookup.h"
#include "tests/benchmarks/service/load.h"
#include "tests/benchmarks/service/report.h"
#include "tests/benchmarks/service/service.h"

namespace exposure::bench {

inline constexpr int kFullHouse = 32;  // askers that use all there is
inline constexpr int kClients = 2;     // askers of a closed loop: as many as the cores of the aims

// What a verified check costs the server at least: k·B; k·M, r·G and r·M of its proof, whose M = d·B.
inline constexpr Arithmetic kCheckArithmetic = {.m = 4, .g = 1};
// And an element of a large batch: k·B, and its term of M.
inline constexpr Arithmetic kBatchArithmetic = {.m = 2};
// One number, end to end, with proof: the client hashes, blinds, weighs both lists and unblinds.
inline constexpr Arithmetic kNumberArithmetic = {.m = 6, .h = 1};
// What libsodium's public functions take for the last two: they decode and encode a point for each addition, and who
// receives a point checks it.
inline constexpr Arithmetic kBatchLimit = {.m = 2, .a = 1, .d = 1};
inline constexpr Arithmetic kNumberLimit = {.m = 6, .h = 1, .a = 3, .d = 2};
inline constexpr char kTwoCalls[] = "two calls of gRPC";

inline double Micro(double seconds) { return seconds * 1e6; }

std::string RowsText(Rows kind);
// "300,000".
std::string Count(uint64_t n);

// A lookup of the consumer, over a connection of its own; `state_directory` may be empty.
absl::StatusOr<std::unique_ptr<Lookup>> ConnectLookup(const Service& service, const std::string& state_directory);
std::vector<Number> Person(uint64_t i);
// Person `i`; returns an error also where the answer is not complete, or not as the rows of the service are.
absl::Status CheckPerson(Lookup& lookup, uint64_t i, bool listed);

// The first failure, if any, with how many there were.
absl::Status FailureOf(const LoadResult& result);

// CPU µs of one operation: `count` in a closed loop, after a tenth of that to warm up, and the least of three rounds,
// as a ratio to their floors: what else the machine does only adds.
absl::StatusOr<Cost> CostOfOne(pid_t server, uint64_t count, const Operation& operation, int askers = kClients);

// p50, p99 and p99.9 in ms, as figures without aims.
void AddLatency(const std::string& name, const Latency& latency, Section& section);

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_COMMON_H_
