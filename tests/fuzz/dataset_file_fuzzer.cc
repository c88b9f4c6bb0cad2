// A sealed dataset file from a stranger: head, then buckets in pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "crypto/dataset.h"

using namespace exposure;          // NOLINT: a fuzz target is one function
using namespace exposure::crypto;  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const BytesView file(data, size);
  const absl::StatusOr<DatasetHead> head = DecodeDatasetHead(file);
  if (!head.ok()) return 0;
  DatasetVerifier verifier(head->manifest);
  for (BytesView rest = file.subspan(head->buckets_offset()); !rest.empty();) {
    const size_t take = std::min<size_t>(rest.size(), 100);
    if (!verifier.Update(rest.first(take)).ok()) return 0;
    rest = rest.subspan(take);
  }
  (void)verifier.Finish();
  return 0;
}
