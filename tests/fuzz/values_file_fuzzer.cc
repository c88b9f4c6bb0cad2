// Any bytes as a file of a custodian's, but for archives: an error of the source, or rows that count upwards and a
// profile in which every row is filled or blank.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "client/source/column_profile.h"
#include "client/source/open_source.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes = exposure::ToString({data, size});
  if (bytes.starts_with("PK")) return 0;  // workbook_fuzzer
  const absl::StatusOr<std::unique_ptr<exposure::SourceFile>> file = exposure::OpenSources({{"fuzz", bytes}});
  if (!file.ok()) {
    Require(exposure::ReasonOf(file.status()) == exposure::Reason::kBadSource);
    return 0;
  }
  uint64_t last = 0;
  const absl::Status status = (*file)->Read(0, [&last](const exposure::TableRow& row) {
    Require(row.number > last && !row.cells.empty() && row.cells.back().kind != exposure::CellKind::kBlank);
    last = row.number;
    return absl::OkStatus();
  });
  const absl::StatusOr<exposure::TableProfile> profile = exposure::ProfileTable(**file, 0);
  Require(profile.ok() == status.ok());
  if (!profile.ok()) return 0;
  for (const exposure::ColumnProfile& column : profile->columns) {
    Require(column.filled + column.blank == profile->rows && column.samples.size() <= 3);
  }
  return 0;
}
