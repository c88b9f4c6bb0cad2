// A mapping joined to the tables of a source: which are read, and that nothing in it is passed over in silence.
#ifndef EXPOSURE_CLIENT_SEAL_TABLE_PLAN_H_
#define EXPOSURE_CLIENT_SEAL_TABLE_PLAN_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/seal/unsaid.h"
#include "client/source/source_file.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure {

struct PlannedTable {
  size_t index = 0;  // of SourceFile::tables()
  v1::TableMapping mapping;
};

// The tables that are used, in the order of the source. Without `tables` in the mapping that is the only one with
// content. Notes those with content that the mapping neither uses nor ignores, and what it names and the source has
// not. Returns BAD_SOURCE if no table has content. `mapping` has passed CheckMapping.
absl::StatusOr<std::vector<PlannedTable>> PlanTables(const v1::Mapping& mapping, SourceFile& file, Unsaid& unsaid);

// After the planned tables were read, since some parts show only then: the same for what is beside the tables.
absl::Status NoteParts(const v1::Mapping& mapping, SourceFile& file, Unsaid& unsaid);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_TABLE_PLAN_H_
