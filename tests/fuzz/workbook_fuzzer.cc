// Any bytes as a workbook, or as one part of an otherwise good one, since what is compressed is seldom hit by chance:
// an error with a place, or rows that are counted upwards.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "client/source/row_builder.h"
#include "client/source/workbook.h"
#include "tests/client/source/zip_writer.h"

namespace {

using exposure::testing::Parts;

constexpr char kDefinition[] = "xl/pivotCache/d.xml";
constexpr char kRecords[] = "xl/pivotCache/r.xml";
constexpr char kLink[] = "xl/externalLinks/e.xml";
// What the first byte picks; the first means the whole file.
constexpr const char* kPlaces[] = {"",
                                   "xl/worksheets/sheet1.xml",
                                   "xl/sharedStrings.xml",
                                   "xl/styles.xml",
                                   "xl/workbook.xml",
                                   "xl/_rels/workbook.xml.rels",
                                   "[Content_Types].xml",
                                   kDefinition,
                                   kRecords,
                                   kLink};

void Require(bool condition) {
  if (!condition) std::abort();
}

Parts GoodParts() {
  Parts parts = exposure::testing::WorkbookParts(
      "<row><c t=\"s\"><v>0</v></c><c s=\"1\"><v>42</v></c><c s=\"2\"><v>43860</v></c></row>");
  parts[kDefinition] =
      "<pivotCacheDefinition><cacheFields><cacheField name=\"a\"><sharedItems><s v=\"x\"/></sharedItems></cacheField>"
      "</cacheFields></pivotCacheDefinition>";
  parts["xl/pivotCache/_rels/d.xml.rels"] =
      "<Relationships><Relationship Id=\"a\" Type=\"x/pivotCacheRecords\" Target=\"r.xml\"/></Relationships>";
  parts[kRecords] = "<pivotCacheRecords><r><x v=\"0\"/></r></pivotCacheRecords>";
  parts[kLink] = "<externalLink/>";
  exposure::testing::Declare(parts, kDefinition, "pivotCacheDefinition");
  exposure::testing::Declare(parts, kRecords, "pivotCacheRecords");
  exposure::testing::Declare(parts, kLink, "externalLink");
  return parts;
}

void CheckError(const absl::Status& status) {
  Require(status.ok() || exposure::ReasonOf(status) == exposure::Reason::kBadSource);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string place = kPlaces[data[0] % std::size(kPlaces)];
  std::string bytes = exposure::ToString({data + 1, size - 1});
  if (!place.empty()) {
    Parts parts = GoodParts();
    parts[place] = std::move(bytes);
    bytes = exposure::testing::MakeZip(parts);
  }
  const auto file = exposure::OpenWorkbook("fuzz.xlsx", std::move(bytes));
  CheckError(file.status());
  for (size_t i = 0; file.ok() && i < (*file)->tables().size(); ++i) {
    uint64_t last_row = 0;
    CheckError((*file)->Read(i, [&](const exposure::TableRow& row) {
      Require(row.number > last_row && row.number <= 2 * exposure::kMaxRows);
      last_row = row.number;
      Require(!row.cells.empty() && row.cells.size() <= exposure::kMaxColumns);
      Require(!row.filled.empty() && row.filled.back() + 1 == row.cells.size());
      size_t next = 0;
      for (size_t column = 0; column < row.cells.size(); ++column) {
        const exposure::Cell& cell = row.cells[column];
        Require((cell.kind == exposure::CellKind::kBlank || cell.kind == exposure::CellKind::kNoValue) ==
                cell.text.empty());
        const bool filled = next < row.filled.size() && row.filled[next] == column;
        Require(filled == (cell.kind != exposure::CellKind::kBlank));
        next += filled ? 1 : 0;
      }
      return absl::OkStatus();
    }));
  }
  return 0;
}
