// The ratios of each release, kept in tests/benchmarks/ratios.json: what a later one is looked at beside.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_RATIOS_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_RATIOS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/benchmarks/service/report.h"

namespace exposure::bench {

// A line for each ratio of the report, with that of each release on record. Returns FILE_ERROR.
absl::StatusOr<std::string> CompareRatios(const Report& report, const std::string& path);

// Puts the report's ratios on record as those of its version, in place of what that had. Returns FILE_ERROR.
absl::Status RecordRatios(const Report& report, const std::string& path);

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_RATIOS_H_
