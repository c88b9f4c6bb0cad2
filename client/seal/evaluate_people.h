// F of every person of a source, a slice at a time, so that no more than a slice of them is in memory.
#ifndef EXPOSURE_CLIENT_SEAL_EVALUATE_PEOPLE_H_
#define EXPOSURE_CLIENT_SEAL_EVALUATE_PEOPLE_H_

#include <functional>
#include <span>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "client/core/evaluation.h"
#include "client/core/transport.h"
#include "client/seal/people.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure {

struct EvaluatePeopleOptions {
  uint32_t threads = 0;                                    // 0: one for each core
  std::function<void(uint64_t done, uint64_t of)> report;  // from one thread at a time; may be null
};

// Calls `take` for each person in order; an error of it ends the evaluation and is returned. Returns as EvaluateInputs.
absl::Status EvaluatePeople(Transport& transport, const CheckedEpoch& epoch, const v1::Mapping& mapping,
                            std::span<const Person> people, const EvaluatePeopleOptions& options,
                            absl::FunctionRef<absl::Status(const Person& person, const crypto::Output& f)> take);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_EVALUATE_PEOPLE_H_
