#include "client/seal/quarantine.h"

#include <csv.h>
#include <sodium.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/seal/number_file.h"
#include "client/seal/repairs.h"
#include "client/source/blank.h"
#include "client/source/source_bytes.h"

namespace exposure {
namespace {

namespace fs = std::filesystem;

// A list that is there already.
struct OldList {
  bool has_numbers = false;                              // somebody filled in
  std::set<std::pair<std::string, std::string>> places;  // table and row, as written
};

absl::StatusOr<OldList> ReadOldList(const std::string& path) {
  OldList list;
  std::error_code unknown;
  if (!fs::exists(path, unknown)) return list;
  ASSIGN_OR_RETURN(std::string text, ReadSourceBytes(path));
  const absl::Status status = ForEachLine(path, text, kQuarantineHeader, [&list](const CsvRow& line) {
    list.has_numbers = list.has_numbers || !IsBlank(line.cells[4]);
    list.places.emplace(line.cells[0], line.cells[1]);
    return absl::OkStatus();
  });
  sodium_memzero(text.data(), text.size());
  if (status.ok()) return list;
  return Error(Reason::kBadUsage, absl::StrCat("the list of quarantined rows is to be written to ", path,
                                               ", but what is there is no such list, or was changed. Move it away. (",
                                               std::string(status.message()), ")"));
}

std::string CsvCell(const std::string& cell) {
  std::string quoted(2 * cell.size() + 2, '\0');
  quoted.resize(csv_write(quoted.data(), quoted.size(), cell.data(), cell.size()));
  return quoted;
}

std::string Encode(const std::vector<QuarantinedRow>& rows) {
  std::string text = absl::StrCat(std::string(kQuarantineHeader), "\n");
  for (const QuarantinedRow& row : rows) {
    absl::StrAppend(&text, CsvCell(row.table), ",", row.row, ",", CsvCell(row.column), ",", CsvCell(row.reason), ",\n");
  }
  return text;
}

}  // namespace

std::string QuarantinePath(const SealOptions& options) {
  const bool named = !options.sources.empty() && options.sources[0] != "-";
  const fs::path name = fs::path(named ? options.sources[0] : options.output).stem().concat(".quarantine.csv");
  return (fs::path(options.output).parent_path() / name).string();
}

absl::Status WriteQuarantine(const std::string& path, const std::vector<QuarantinedRow>& rows,
                             const std::string& repairs) {
  ASSIGN_OR_RETURN(const OldList old, ReadOldList(path));
  if (!old.has_numbers) return WriteFileAtomically(path, Encode(rows), 0600);
  std::error_code unknown;
  if (repairs.empty() || !fs::equivalent(path, repairs, unknown)) {
    return Error(Reason::kBadUsage, absl::StrCat(path, ": holds numbers that somebody filled in, and is not replaced. ",
                                                 "Give it with --repairs ", path, ", or move it away."));
  }
  if (std::all_of(rows.begin(), rows.end(), [&old](const QuarantinedRow& row) {
        return old.places.contains({row.table, std::to_string(row.row)});
      })) {
    return absl::OkStatus();
  }
  return Error(Reason::kBadUsage,
               absl::StrCat(path, ": lacks rows that cannot be used now, and is not replaced as it holds numbers. ",
                            "Rename it, and give it with --repairs under its new name: a new list is written."));
}

}  // namespace exposure
