// Reads one table of a source into its people.
#ifndef EXPOSURE_CLIENT_SEAL_TABLE_READER_H_
#define EXPOSURE_CLIENT_SEAL_TABLE_READER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/seal/column_plan.h"
#include "client/seal/corrections.h"
#include "client/seal/people.h"
#include "client/seal/repairs.h"
#include "client/seal/table_plan.h"
#include "client/seal/unsaid.h"
#include "client/source/source_file.h"

namespace exposure {

// What all tables of a source are read with and into.
struct SourceWork {
  const v1::Mapping& mapping;
  const v1::CanonicalRule& rule;
  Repairs& repairs;
  Corrections& corrections;
  People& people;
  Unsaid& unsaid;
  std::function<void()> row_done;
};

// Rows above the header are passed over unless they may be people, those that the mapping calls no people's, another
// force's, or of people taken out are left out; every other row ends in people or quarantined. Columns that the mapping
// does not name are noted. Returns BAD_SOURCE as
// SourceFile::Read, ColumnPlan and People; if the header is blank, a row down to it has a number that can be used, or a
// row that was named as no people's is not there.
absl::Status ReadTable(SourceFile& file, const PlannedTable& table, SourceWork& work);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_TABLE_READER_H_
