// The custodian's mapping: what each column of a source means. Every column is used or ignored by name; nothing is
// guessed.
#ifndef EXPOSURE_CLIENT_SEAL_MAPPING_H_
#define EXPOSURE_CLIENT_SEAL_MAPPING_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/record.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure {

// Reads protobuf text. `name` stands in front of messages, with the line. Returns BAD_MAPPING for what CheckMapping
// refuses and for text that is not a mapping.
absl::StatusOr<v1::Mapping> ParseMapping(std::string_view name, std::string_view text);

// What is wrong with a mapping by itself: force, scheme or key column missing; a column without a name, named twice, or
// neither used nor ignored; a state that a filled or blank cell cannot have; a constant of a category that a column
// has. Returns BAD_MAPPING, with the field.
absl::Status CheckMapping(const v1::Mapping& mapping);

// A mapping joined to the header of a source.
class ColumnPlan {
 public:
  // Returns BAD_SOURCE if the mapping names a column that the source has not, or the source has one that the mapping
  // neither uses nor ignores. `mapping` has passed CheckMapping.
  static absl::StatusOr<ColumnPlan> Create(const v1::Mapping& mapping, std::string_view source_name,
                                           std::span<const std::string> columns);

  size_t key_column() const { return key_column_; }
  // What a row says of its person: columns of one category are merged, as rows are.
  crypto::Categories CategoriesOf(std::span<const std::string_view> cells) const;

 private:
  struct Use {
    size_t column;
    int category;
    crypto::State filled;
    crypto::State blank;
  };

  size_t key_column_ = 0;
  std::vector<Use> uses_;
  crypto::Categories constants_;  // and the key's category
};

// CategoryState of a message and State of a record are one apart (protocol.md §4).
inline crypto::State ToState(v1::CategoryState state) { return static_cast<crypto::State>(state - 1); }
// 0..63; the category is not UNSPECIFIED.
inline int CategoryIndex(v1::Category category) { return category - 1; }

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_MAPPING_H_
