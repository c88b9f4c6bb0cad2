// The custodian's mapping: what each table and column of a source means. Everything is used or ignored by name; nothing
// is guessed.
#ifndef EXPOSURE_CLIENT_SEAL_MAPPING_H_
#define EXPOSURE_CLIENT_SEAL_MAPPING_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/record.h"
#include "exposure/v1/dataset.pb.h"

namespace exposure {

inline constexpr uint32_t kMaxHeaderRows = 16;  // of one table

// Reads protobuf text. `name` stands in front of messages, with the line. Returns BAD_MAPPING for what CheckMapping
// refuses and for text that is not a mapping, of which nothing is repeated: it may be a source.
absl::StatusOr<v1::Mapping> ParseMapping(std::string_view name, std::string_view text);

// What is wrong with a mapping by itself: force, scheme or key column missing; a table, column, part or word without a
// name or named twice; one neither used nor ignored, or both; a state that a filled or blank cell cannot have; a
// constant of a category that a column has; rows that cannot be a header's or a person's. Returns BAD_MAPPING, with the
// field ("tables[1].columns[0].category").
absl::Status CheckMapping(const v1::Mapping& mapping);

// What is said of a table that is used, by itself or for all of them.
const std::string& KeyColumnOf(const v1::Mapping& mapping, const v1::TableMapping& table);
const google::protobuf::RepeatedPtrField<v1::ColumnMapping>& ColumnsOf(const v1::Mapping& mapping,
                                                                       const v1::TableMapping& table);
// The last row of its header, and the first; 0, and so above each row, where there is none.
uint64_t HeaderRowOf(const v1::TableMapping& table);
uint64_t FirstHeaderRowOf(const v1::TableMapping& table);

// CategoryState of a message and State of a record are one apart (protocol.md §4).
inline crypto::State ToState(v1::CategoryState state) { return static_cast<crypto::State>(state - 1); }
// 0..63; the category is not UNSPECIFIED.
inline int CategoryIndex(v1::Category category) { return category - 1; }

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SEAL_MAPPING_H_
