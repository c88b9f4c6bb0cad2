#include "client/seal/mapping.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"

namespace exposure {
namespace {

namespace pb = google::protobuf;

constexpr size_t kMaxMapping = 1 << 20;  // bytes of text

// What is likely wrong, by what the text parser says. None of its words go on: it repeats what it stumbles over, and of
// a source that was given as a mapping that would be a cell.
const char* Explain(const std::string& parser_message) {
  struct Fault {
    const char* parser_says;
    const char* means;
  };
  constexpr Fault kFaults[] = {
      {"has no field named", "there is no such field in a mapping, or not here"},
      {"Unknown enumeration value", "it is no category or state that is known"},
      {"specified multiple times", "the field is said twice"},
      {"Expected identifier", "the name of a field is expected"},
      {"Expected string", "text in quotes is expected"},
      {"String literals", "a text has no quote at its end"},
      {"Expected integer", "a number is expected"},
      {"Integer out of range", "the number is too large"},
      {"Expected \":\"", "a colon is expected after the name of a field"},
  };
  for (const Fault& fault : kFaults) {
    if (parser_message.find(fault.parser_says) != parser_message.npos) return fault.means;
  }
  return "it is not as mappings are written";
}

// The first error of the text parser, with its line and column.
class FirstError : public pb::io::ErrorCollector {
 public:
  void AddError(int line, pb::io::ColumnNumber column, const std::string& message) override {
    if (message_.empty()) message_ = absl::StrCat(line + 1, ":", column + 1, ": ", Explain(message));
  }
  const std::string& message() const { return message_; }

 private:
  std::string message_;
};

// The line of a field like "tables[1].columns[3].category", or of the nearest around it; 0 where the text has neither.
int LineOf(const std::string& field, const pb::TextFormat::ParseInfoTree& root) {
  const pb::Descriptor* type = v1::Mapping::descriptor();
  const pb::TextFormat::ParseInfoTree* tree = &root;
  int line = 0;
  for (const absl::string_view step : absl::StrSplit(field, '.')) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(step, absl::MaxSplits('[', 1));
    const pb::FieldDescriptor* named = type == nullptr ? nullptr : type->FindFieldByName(std::string(parts.first));
    if (named == nullptr || tree == nullptr) break;
    int index = -1;
    if (named->is_repeated()) index = 0;  // of a list as a whole, where it begins
    if (!parts.second.empty() && !absl::SimpleAtoi(parts.second.substr(0, parts.second.size() - 1), &index)) break;
    line = std::max(line, tree->GetLocation(named, index).line + 1);
    type = named->message_type();
    tree = type == nullptr ? nullptr : tree->GetTreeForNested(named, index);
  }
  return line;
}

}  // namespace

absl::StatusOr<v1::Mapping> ParseMapping(std::string_view name, std::string_view text) {
  const std::string where(name);
  if (text.size() > kMaxMapping) return Error(Reason::kBadMapping, absl::StrCat(where, ": is too long for a mapping."));
  v1::Mapping mapping;
  pb::TextFormat::Parser parser;
  pb::TextFormat::ParseInfoTree tree;
  FirstError error;
  parser.RecordErrorsTo(&error);
  parser.WriteLocationsTo(&tree);
  parser.SetRecursionLimit(8);
  pb::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
  if (!parser.Parse(&stream, &mapping)) {
    return Error(Reason::kBadMapping,
                 absl::StrCat(where, ":", error.message(), ". To start a mapping: exposure inspect SOURCE --mapping."));
  }
  if (const absl::Status status = CheckMapping(mapping); !status.ok()) {
    const int line = LineOf(FieldOf(status), tree);
    return Error(Reason::kBadMapping,
                 absl::StrCat(where, ":", line > 0 ? absl::StrCat(line, ":") : "", " ", std::string(status.message())));
  }
  return mapping;
}

const std::string& KeyColumnOf(const v1::Mapping& mapping, const v1::TableMapping& table) {
  return table.key_column().empty() ? mapping.key_column() : table.key_column();
}

const pb::RepeatedPtrField<v1::ColumnMapping>& ColumnsOf(const v1::Mapping& mapping, const v1::TableMapping& table) {
  return table.columns().empty() ? mapping.columns() : table.columns();
}

uint64_t HeaderRowOf(const v1::TableMapping& table) { return table.no_header() ? 0 : std::max(table.header_row(), 1u); }

uint64_t FirstHeaderRowOf(const v1::TableMapping& table) {
  return table.no_header() ? 0 : HeaderRowOf(table) + 1 - std::max(table.header_rows(), 1u);
}

}  // namespace exposure
