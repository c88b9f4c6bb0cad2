#include "client/seal/number_file.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/source/source_bytes.h"

namespace exposure {
namespace {

constexpr uint64_t kMaxNumberFile = 64 << 20;  // bytes

}  // namespace

absl::Status LineError(std::string_view name, uint64_t line, std::string_view what) {
  return Error(Reason::kBadSource, absl::StrCat(std::string(name), ": line ", line, ": ", std::string(what)));
}

absl::StatusOr<CanonicalNumber> NumberAt(std::string_view name, uint64_t line, const v1::CanonicalRule& rule,
                                         std::string_view cell) {
  absl::StatusOr<CanonicalNumber> number = Canonicalise(rule, cell);
  if (number.ok()) return number;
  return LineError(name, line, absl::StrCat("the number cannot be used. ", std::string(number.status().message())));
}

absl::Status ForEachLine(std::string_view name, std::string_view text, std::string_view header, CsvRowSink line) {
  BytesView rest = AsBytes(text);
  return ReadCsv(
      name,
      [&rest](std::span<uint8_t> buffer) -> absl::StatusOr<size_t> {
        const size_t n = std::min(rest.size(), buffer.size());
        std::copy_n(rest.begin(), n, buffer.begin());
        rest = rest.subspan(n);
        return n;
      },
      ',',
      [&](std::span<const std::string> columns) {
        if (absl::StrJoin(columns, ",") == header) return absl::OkStatus();
        return LineError(name, 1, absl::StrCat("the header must be ", std::string(header), "."));
      },
      line);
}

absl::StatusOr<std::string> ReadNumberFile(const std::string& path) {
  RETURN_IF_ERROR(CheckPrivateFile(path));
  return ReadSourceBytes(path, kMaxNumberFile);
}

}  // namespace exposure
