// What can be said of a table without saying what is in it: its header row, and for each column how full it is, what
// its cells look like, and what it is likely to be. Suggestions, each with its reason: the custodian decides.
#ifndef EXPOSURE_CLIENT_SOURCE_COLUMN_PROFILE_H_
#define EXPOSURE_CLIENT_SOURCE_COLUMN_PROFILE_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/source/source_file.h"
#include "exposure/v1/category.pb.h"

namespace exposure {

struct ColumnProfile {
  size_t index = 0;    // from 0
  std::string header;  // empty: it has none, or it may be somebody's and is not shown
  bool hidden = false;
  uint64_t filled = 0;
  uint64_t blank = 0;                                // filled + blank = rows of the table
  std::array<uint64_t, 7> kinds = {};                // of the filled cells, by CellKind
  uint64_t inexact = 0;                              // digits were lost
  uint64_t padded = 0;                               // numbers whose leading zeros are only in their format
  uint64_t twice = 0;                                // looks encoded twice: "JosÃ©"
  std::vector<std::string> samples;                  // up to three masks, the most frequent first
  v1::Category category = v1::CATEGORY_UNSPECIFIED;  // likely
  std::string scheme;                                // likely; of a number that people can be found by
  bool may_be_number = false;                        // looks like an officer's number, whatever its header says
  std::string reason;                                // why, in words; empty: not recognised
};

struct TableProfile {
  uint64_t header_row = 0;    // the last where there are several; 0: none was recognised
  uint64_t header_rows = 0;   // that the header takes
  bool no_header = false;     // none was recognised, and the first row has what may be an officer's number
  std::string header_reason;  // in words
  uint64_t title_rows = 0;    // above the header
  uint64_t rows = 0;          // beneath it; of all where there is none
  uint64_t hidden_rows = 0;
  uint64_t left_over_rows = 0;   // of a pivot cache: values that no record uses
  std::vector<uint64_t> totals;  // rows that look like no person's: the last without a number, "Total"
  std::vector<ColumnProfile> columns;

  bool HasPeople() const;  // some column is recognised as a person's
  bool HasNames() const;   // names, dates of birth or other details by which people are known
  bool HasNumber() const;  // a column is, or may be, a number that people can be found by
};

// Reads `table` twice: for its header among the first rows, then whole. Returns BAD_SOURCE as SourceFile::Read.
absl::StatusOr<TableProfile> ProfileTable(SourceFile& file, size_t table);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_COLUMN_PROFILE_H_
