// A mapping joined to the header of one table: what each row says of its person, and which columns it does not speak
// of. A cell that may not be what it shows is no number.
#ifndef EXPOSURE_CLIENT_SEAL_COLUMN_PLAN_H_
#define EXPOSURE_CLIENT_SEAL_COLUMN_PLAN_H_

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/seal/unsaid.h"
#include "client/source/source_file.h"
#include "crypto/record.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure {

// What a row says. Its texts are the row's and the plan's.
struct RowReading {
  bool elsewhere = false;   // it is another force's
  std::string_view number;  // as it is shown; of use where there is no reason against it
  std::string_view reason;  // why the row cannot be used, never what is in it
  std::string_view column;  // of the number, or where the reason is
  crypto::Categories categories;
};

class ColumnPlan {
 public:
  // `headers` of the table's columns, empty where there is none. Returns BAD_SOURCE if the mapping names a column that
  // is not there or is there twice.
  // `mapping` has passed CheckMapping, and outlives the plan as `table` does, which is one of it.
  static absl::StatusOr<ColumnPlan> Create(const v1::Mapping& mapping, const v1::TableMapping& table,
                                           std::span<const std::string> headers);

  RowReading Read(const TableRow& row) const;

  // Notes which columns without a header the row has something in.
  void NoteFilled(const TableRow& row);
  // After the last row: the columns with a header, or with something in a row, that the mapping does not name. Headers
  // are repeated only where one is as the mapping says: else they may be a person's.
  void NoteColumns(Unsaid& unsaid) const;

 private:
  struct Use {
    size_t column;
    int category;
    crypto::State filled;
    crypto::State blank;
  };

  ColumnPlan(const v1::Mapping& mapping, const v1::TableMapping& table, std::span<const std::string> headers)
      : mapping_(&mapping), table_(&table), headers_(headers.begin(), headers.end()) {}
  absl::StatusOr<size_t> Find(const std::string& name);
  absl::StatusOr<size_t> Claim(const std::string& name);
  absl::Status UseColumns();
  bool IsNamed(size_t column) const { return column < named_.size() && named_[column]; }
  absl::Status Bad(std::string_view what) const;
  bool IsBlankCell(const Cell& cell) const;
  crypto::Categories CategoriesOf(std::span<const Cell> cells) const;
  std::string_view ReasonAgainst(const Cell& key) const;

  const v1::Mapping* mapping_;
  const v1::TableMapping* table_;
  std::vector<std::string> headers_;
  std::vector<bool> named_;
  std::map<size_t, uint64_t> filled_;  // columns that are not named and have no header, each with its first filled row
  bool header_known_ = false;          // a column was found by its header
  size_t key_column_ = 0;
  std::optional<size_t> force_column_;
  std::vector<Use> uses_;
  crypto::Categories constants_;  // and the key's category
};

// What is the same for every row, and whoever has one.
crypto::Categories ConstantsOf(const v1::Mapping& mapping);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_COLUMN_PLAN_H_
