// A source looked at: every table with its profile, and what `seal` makes of it.
#ifndef EXPOSURE_CLIENT_CLI_INSPECTION_H_
#define EXPOSURE_CLIENT_CLI_INSPECTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/source/column_profile.h"
#include "client/source/source_file.h"

namespace exposure::cli {

struct InspectedTable {
  TableFacts facts;
  TableProfile profile;
  bool seal_reads = false;
  std::string advice;  // to a custodian: what `seal` needs, or who must be told otherwise; may be empty
};

struct Inspection {
  std::string name;
  std::vector<InspectedTable> tables;
  std::vector<Remark> remarks;
};

// `bytes` are wiped. Returns BAD_SOURCE as OpenSources and SourceFile: a file is looked at whole, or not at all.
absl::StatusOr<Inspection> InspectSource(const std::string& name, std::string bytes);

// The header that a column may be shown with, else its place: "\"Pay No\"", "column 3 (C)". Without control characters.
std::string ColumnName(const ColumnProfile& column);

// For a terminal: without control characters.
std::string Printable(std::string_view text);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_INSPECTION_H_
