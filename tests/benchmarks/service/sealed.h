// Datasets to load a service with.
#ifndef EXPOSURE_TESTS_BENCHMARKS_SERVICE_SEALED_H_
#define EXPOSURE_TESTS_BENCHMARKS_SERVICE_SEALED_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "crypto/oprf.h"
#include "crypto/signature.h"
#include "tests/support/service_files.h"

namespace exposure::bench {

// Honest: rows of people A000000, A000001, … as a custodian would seal them, so that these people are found. Random:
// valid layout, root and signature over random rows in random buckets; the service cannot tell, and nobody is found.
enum class Rows { kHonest, kRandom };

// For Rows::kHonest, and for asking about them.
std::string PersonNumber(uint64_t i);

struct DatasetSpec {
  std::string incident;
  std::string scheme;  // of force met
  uint64_t rows = 0;   // below 26,000,000
  int bucket_bits = 0;
  Rows kind = Rows::kRandom;
};

// Evaluates with the key itself, on all cores: the same rows as by `exposure seal`, without blinding and proofs.
absl::StatusOr<testing::SealedFile> SealDataset(const DatasetSpec& spec, const crypto::EvaluatorKey& evaluator,
                                                const crypto::SigningKey& custodian);

}  // namespace exposure::bench

#endif  // EXPOSURE_TESTS_BENCHMARKS_SERVICE_SEALED_H_
