// Any bytes as a source: an error with a place, or rows that fit the header and are counted upwards.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "client/source/blank.h"
#include "client/source/csv_reader.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t piece = size_t{1} + data[0];  // how many bytes come at a time
  exposure::BytesView rest(data + 1, size - 1);
  size_t columns = 0;
  uint64_t last_row = 1;
  const absl::Status status = exposure::ReadCsv(
      "fuzz.csv",
      [&](std::span<uint8_t> buffer) -> absl::StatusOr<size_t> {
        const size_t n = std::min({piece, buffer.size(), rest.size()});
        std::copy_n(rest.begin(), n, buffer.begin());
        rest = rest.subspan(n);
        return n;
      },
      ',',
      [&](std::span<const std::string> names) {
        Require(columns == 0 && !names.empty() && names.size() <= exposure::kMaxCsvColumns);
        columns = names.size();
        return absl::OkStatus();
      },
      [&](const exposure::CsvRow& row) {
        Require(row.cells.size() == columns && row.number > last_row);
        last_row = row.number;
        for (const std::string_view cell : row.cells) {
          Require(cell.size() <= exposure::kMaxCsvCell && cell.find('\0') == cell.npos);
          exposure::IsBlank(cell);
        }
        return absl::OkStatus();
      });
  if (status.ok()) {
    Require(columns > 0 && rest.empty());
  } else {
    Require(exposure::ReasonOf(status) == exposure::Reason::kBadSource && status.message().size() < 70000);
  }
  return 0;
}
