// F of every person of a source, a slice at a time, so that no more than a slice of them is in memory.
#ifndef EXPOSURE_CLIENT_SEAL_EVALUATE_PEOPLE_H_
#define EXPOSURE_CLIENT_SEAL_EVALUATE_PEOPLE_H_

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/core/evaluation.h"
#include "client/core/transport.h"
#include "client/seal/people.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure {

struct EvaluatePeopleOptions {
  std::vector<std::string> grants;                         // of RequestGrants; empty: none
  uint32_t threads = 0;                                    // 0: two for each core
  std::function<void(uint64_t done, uint64_t of)> report;  // from one thread at a time; may be null
};

// The caller's sealing grant at each evaluator of the epoch, asked for before a number is sent; empty where the
// evaluator does not count this caller. Returns NO_GRANT, with the command for an operator, and what the evaluators
// say; BAD_RESPONSE for a grant that is not 16 bytes long.
absl::StatusOr<std::vector<std::string>> RequestGrants(Transport& transport, const CheckedEpoch& epoch,
                                                       const std::string& incident_id, uint64_t rows);

// Calls `take` for each person in order; an error of it ends the evaluation and is returned. Returns as EvaluateInputs.
absl::Status EvaluatePeople(Transport& transport, const CheckedEpoch& epoch, const v1::Mapping& mapping,
                            std::span<const Person> people, const EvaluatePeopleOptions& options,
                            absl::FunctionRef<absl::Status(const Person& person, const crypto::Output& f)> take);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_EVALUATE_PEOPLE_H_
