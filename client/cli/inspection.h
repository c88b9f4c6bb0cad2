// A source looked at: every table with its profile, and what else is in it.
#ifndef EXPOSURE_CLIENT_CLI_INSPECTION_H_
#define EXPOSURE_CLIENT_CLI_INSPECTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/source/column_profile.h"
#include "client/source/open_source.h"
#include "client/source/source_file.h"

namespace exposure::cli {

struct InspectedTable {
  TableFacts facts;
  TableProfile profile;

  bool HasContent() const { return !profile.columns.empty(); }
  // People, but no number that they can be found by.
  bool NotByNumber() const { return profile.HasNames() && profile.rows > 0 && !profile.HasNumber(); }
};

struct Inspection {
  std::vector<std::string> files;
  std::vector<InspectedTable> tables;
  std::vector<Remark> remarks;

  // Tables with content, and other parts: what `seal` wants to be used or left out by name.
  size_t CountParts() const;
};

// `files` are wiped. Returns BAD_SOURCE as OpenSources and SourceFile: a source is looked at whole, or not at all.
absl::StatusOr<Inspection> InspectSource(std::vector<NamedBytes> files);

// The header that a column may be shown with, else its place: "\"Pay No\"", "column 3 (C)". Without control characters.
std::string ColumnName(const ColumnProfile& column);

// "Sheet", "Pivot cache"; and "visible", "HIDDEN", or how values are written.
const char* KindName(TableKind kind);
std::string ShownAs(const TableFacts& facts);

// For a terminal: without control characters.
std::string Printable(std::string_view text);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_INSPECTION_H_
