#include "client/seal/mapping.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/blank.h"
#include "client/source/csv_reader.h"
#include "proto/rules/notice_rules.h"

namespace exposure {
namespace {

namespace pb = google::protobuf;

constexpr size_t kMaxMapping = 1 << 20;  // bytes of text

// The first error of the text parser, with its line.
class FirstError : public pb::io::ErrorCollector {
 public:
  void AddError(int line, pb::io::ColumnNumber, const std::string& message) override {
    if (message_.empty()) message_ = absl::StrCat(line + 1, ": ", message);
  }
  const std::string& message() const { return message_; }

 private:
  std::string message_;
};

absl::Status Bad(std::string_view field, std::string_view what) { return FieldError(Reason::kBadMapping, field, what); }

std::string Field(const char* list, int i, const char* name) { return absl::StrCat(list, "[", i, "].", name); }

bool IsCategory(v1::Category category) {
  return category != v1::CATEGORY_UNSPECIFIED && v1::Category_IsValid(category);
}

absl::Status CheckColumn(const v1::ColumnMapping& column, int i) {
  const auto field = [i](const char* name) { return Field("columns", i, name); };
  if (column.ignore()) {
    if (column.category() != v1::CATEGORY_UNSPECIFIED || column.filled() != 0 || column.blank() != 0) {
      return Bad(field("ignore"), "a column is either used or ignored: take out ignore, or everything else.");
    }
    return absl::OkStatus();
  }
  if (!IsCategory(column.category())) {
    return Bad(field("category"), "say which category the column exposes, or ignore: true.");
  }
  if (column.filled() != v1::CATEGORY_STATE_UNSPECIFIED && column.filled() != v1::CATEGORY_STATE_EXPOSED &&
      column.filled() != v1::CATEGORY_STATE_POSSIBLY_EXPOSED) {
    return Bad(field("filled"), "a filled cell is CATEGORY_STATE_EXPOSED or CATEGORY_STATE_POSSIBLY_EXPOSED.");
  }
  if (column.blank() != v1::CATEGORY_STATE_UNSPECIFIED && column.blank() != v1::CATEGORY_STATE_UNKNOWN &&
      column.blank() != v1::CATEGORY_STATE_NOT_HELD) {
    return Bad(field("blank"), "a blank cell is CATEGORY_STATE_UNKNOWN or CATEGORY_STATE_NOT_HELD.");
  }
  return absl::OkStatus();
}

// Columns and the categories that they and the key use.
absl::Status CheckColumns(const v1::Mapping& mapping, std::set<int>& used) {
  std::set<std::string> names = {mapping.key_column()};
  for (int i = 0; i < mapping.columns_size(); ++i) {
    const v1::ColumnMapping& column = mapping.columns(i);
    if (column.column().empty()) return Bad(Field("columns", i, "column"), "is missing: the column's header, exactly.");
    if (!names.insert(column.column()).second) {
      return Bad(Field("columns", i, "column"), "is named twice, or is the key column.");
    }
    RETURN_IF_ERROR(CheckColumn(column, i));
    if (column.ignore()) continue;
    if (column.category() == mapping.key_category()) {
      return Bad(Field("columns", i, "category"), "is the key's category: the key alone decides it.");
    }
    used.insert(column.category());
  }
  return absl::OkStatus();
}

absl::Status CheckConstants(const v1::Mapping& mapping, std::set<int>& used) {
  for (int i = 0; i < mapping.constants_size(); ++i) {
    const v1::ConstantCategory& constant = mapping.constants(i);
    if (!IsCategory(constant.category())) return Bad(Field("constants", i, "category"), "is missing.");
    if (constant.state() == v1::CATEGORY_STATE_UNSPECIFIED || !v1::CategoryState_IsValid(constant.state())) {
      return Bad(Field("constants", i, "state"), "is missing.");
    }
    if (!used.insert(constant.category()).second) {
      return Bad(Field("constants", i, "category"), "is already that of a column, the key or another constant.");
    }
  }
  return absl::OkStatus();
}

// The line of a field like "columns[3].category"; 0 where the text has no such field.
int LineOf(const std::string& field, const pb::TextFormat::ParseInfoTree& tree) {
  const pb::Descriptor* type = v1::Mapping::descriptor();
  const size_t bracket = field.find('[');
  const pb::FieldDescriptor* outer = type->FindFieldByName(field.substr(0, bracket));
  if (outer == nullptr) return 0;
  if (bracket == std::string::npos) return tree.GetLocation(outer, -1).line + 1;
  const int index = std::stoi(field.substr(bracket + 1));
  const pb::FieldDescriptor* inner = outer->message_type()->FindFieldByName(field.substr(field.find('.') + 1));
  const pb::TextFormat::ParseInfoTree* nested = tree.GetTreeForNested(outer, index);
  const int line = nested != nullptr && inner != nullptr ? nested->GetLocation(inner, -1).line : -1;
  return line >= 0 ? line + 1 : tree.GetLocation(outer, index).line + 1;
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
    return Error(Reason::kBadMapping, absl::StrCat(where, ":", error.message()));
  }
  if (const absl::Status status = CheckMapping(mapping); !status.ok()) {
    const int line = LineOf(FieldOf(status), tree);
    return Error(Reason::kBadMapping,
                 absl::StrCat(where, ":", line > 0 ? absl::StrCat(line, ":") : "", " ", std::string(status.message())));
  }
  return mapping;
}

absl::Status CheckMapping(const v1::Mapping& mapping) {
  if (!IsToken(mapping.force())) return Bad("force", "is missing or malformed: say which force, like \"met\".");
  if (!IsToken(mapping.scheme()))
    return Bad("scheme", "is missing or malformed: say which kind of number, like \"pay\".");
  if (mapping.key_column().empty()) return Bad("key_column", "is missing: the header of the column with the number.");
  if (mapping.key_category() != v1::CATEGORY_UNSPECIFIED && !IsCategory(mapping.key_category())) {
    return Bad("key_category", "is not a category.");
  }
  std::set<int> used;
  if (mapping.key_category() != v1::CATEGORY_UNSPECIFIED) used.insert(mapping.key_category());
  RETURN_IF_ERROR(CheckColumns(mapping, used));
  return CheckConstants(mapping, used);
}

absl::StatusOr<ColumnPlan> ColumnPlan::Create(const v1::Mapping& mapping, std::string_view source_name,
                                              std::span<const std::string> columns) {
  const auto bad = [source_name](std::string_view what) {
    return Error(Reason::kBadSource, absl::StrCat(std::string(source_name), ": ", std::string(what)));
  };
  ColumnPlan plan;
  std::vector<bool> named(columns.size());
  // What the mapping names comes first: if it is not there, row 1 may be a person, and no cell of it is repeated.
  const auto find = [&](const std::string& name) -> absl::StatusOr<size_t> {
    const auto it = std::find(columns.begin(), columns.end(), name);
    if (it == columns.end()) {
      return bad(absl::StrCat("has no column \"", name, "\", which the mapping names. Row 1 must be the header; names ",
                              "must be the same to the letter."));
    }
    named[it - columns.begin()] = true;
    return it - columns.begin();
  };
  ASSIGN_OR_RETURN(plan.key_column_, find(mapping.key_column()));
  for (const v1::ColumnMapping& column : mapping.columns()) {
    ASSIGN_OR_RETURN(const size_t index, find(column.column()));
    if (column.ignore()) continue;
    plan.uses_.push_back({.column = index,
                          .category = CategoryIndex(column.category()),
                          .filled = column.filled() == 0 ? crypto::State::kExposed : ToState(column.filled()),
                          .blank = column.blank() == 0 ? crypto::State::kUnknown : ToState(column.blank())});
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    if (named[i]) continue;
    return bad(absl::StrCat(DescribeColumn(i), ", \"", columns[i], "\", is not in the mapping. Give it a category, or ",
                            "ignore: true."));
  }
  for (const v1::ConstantCategory& constant : mapping.constants()) {
    plan.constants_.Set(CategoryIndex(constant.category()), ToState(constant.state()));
  }
  if (mapping.key_category() != 0) {
    plan.constants_.Set(CategoryIndex(mapping.key_category()), crypto::State::kExposed);
  }
  return plan;
}

crypto::Categories ColumnPlan::CategoriesOf(std::span<const std::string_view> cells) const {
  crypto::Categories categories = constants_;
  uint64_t seen = 0;
  for (const Use& use : uses_) {
    const crypto::State state = IsBlank(cells[use.column]) ? use.blank : use.filled;
    const bool first = (seen >> use.category & 1) == 0;
    seen |= uint64_t{1} << use.category;
    categories.Set(use.category, first ? state : crypto::Merge(categories.Get(use.category), state));
  }
  return categories;
}

}  // namespace exposure
