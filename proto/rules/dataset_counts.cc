#include "proto/rules/dataset_counts.h"

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace exposure {
namespace {

// Whether `parts` add up to `whole`; sums beyond 64 bits do not.
bool AddUp(uint64_t whole, std::initializer_list<uint64_t> parts) {
  uint64_t rest = whole;
  for (const uint64_t part : parts) {
    if (part > rest) return false;
    rest -= part;
  }
  return rest == 0;
}

// Takes `count` from what is left of a sum of the manifest.
bool Take(uint64_t count, uint64_t& left) {
  if (count > left) return false;
  left -= count;
  return true;
}

absl::Status CheckTables(const crypto::Manifest& manifest, const v1::DatasetDetails& details) {
  if (details.tables_size() == 0) return absl::OkStatus();
  uint64_t read = manifest.rows_read;
  uint64_t indexed = manifest.rows_indexed;
  uint64_t merged = manifest.rows_merged;
  uint64_t quarantined = manifest.rows_quarantined;
  bool within = true;
  for (int i = 0; i < details.tables_size(); ++i) {
    const v1::TableCount& table = details.tables(i);
    if (!AddUp(table.read(), {table.indexed(), table.merged(), table.quarantined()})) {
      return Error(Reason::kBadDataset,
                   absl::StrCat("Table ", i + 1, " of the dataset's details does not add up: read ", table.read(),
                                ", indexed ", table.indexed(), ", merged ", table.merged(), ", quarantined ",
                                table.quarantined(), ". Seal again."));
    }
    within = within && Take(table.read(), read) && Take(table.indexed(), indexed) && Take(table.merged(), merged) &&
             Take(table.quarantined(), quarantined);
  }
  if (within && read == 0 && indexed == 0 && merged == 0 && quarantined == 0) return absl::OkStatus();
  return Error(Reason::kBadDataset,
               "The tables of the dataset's details do not add up to the counts of its manifest. Seal again.");
}

absl::Status CheckCategories(const crypto::Manifest& manifest, const v1::DatasetDetails& details) {
  std::set<int> counted;
  for (const v1::CategoryCount& count : details.counts()) {
    if (!counted.insert(count.category()).second ||
        !AddUp(manifest.records, {count.exposed(), count.possibly_exposed(), count.not_held(), count.unknown()})) {
      return Error(Reason::kBadDataset,
                   "The counts of a category in the dataset's details are not those of its records. Seal again.");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckCounts(const crypto::Manifest& manifest, const v1::DatasetDetails& details) {
  RETURN_IF_ERROR(CheckTables(manifest, details));
  return CheckCategories(manifest, details);
}

absl::Status CheckExplained(const crypto::Manifest& manifest, const v1::DatasetDetails& details) {
  if (!details.difference_explained().empty()) return absl::OkStatus();
  const auto differs = [](uint64_t declared, uint64_t found) { return declared != 0 && declared != found; };
  const uint64_t people = details.mapping().declared_people();
  if (differs(people, manifest.records)) {
    return Error(Reason::kDifferenceUnexplained,
                 absl::StrCat("The responsible body declared ", people, " people, but ", manifest.records,
                              " numbers are indexed. Seal again and say why they differ."));
  }
  const uint64_t rows = details.mapping().declared_rows();
  if (differs(rows, manifest.rows_read)) {
    return Error(Reason::kDifferenceUnexplained,
                 absl::StrCat("The responsible body declared ", rows, " rows, but ", manifest.rows_read,
                              " were read. Seal again and say why they differ."));
  }
  return absl::OkStatus();
}

}  // namespace exposure
