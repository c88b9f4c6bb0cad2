#include "client/source/pivot_cache.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/package.h"
#include "client/source/row_builder.h"
#include "client/source/text_store.h"
#include "client/source/xml.h"

namespace exposure {
namespace {

struct Item {
  std::string_view text;
  CellKind kind = CellKind::kBlank;
  bool exact = true;
  bool used = false;  // by a record
};

struct Field {
  std::string_view name;
  const NumberFormat* format = nullptr;
  bool in_records = true;  // false: made from another field
  std::deque<Item> items;
};

struct Cache {
  TextStore texts;
  std::vector<Field> fields;
};

bool IsValue(std::string_view element) {
  return element.size() == 1 && std::string_view("snbdem").find(element[0]) != std::string_view::npos;
}

// The value of an element <s v="…"/>, shown in `format`; its text is in `room`. Nothing if it is a number that is none.
std::optional<Item> ReadValue(char element, const XmlAttributes& attributes, const NumberFormat& format,
                              DateSystem dates, WipedText& room) {
  room.assign(attributes.Get("v"));
  Item item;
  switch (element) {
    case 's':
      Unescape(room, 0);
      item.kind = CellKind::kText;
      break;
    case 'n': {
      std::optional<ShownNumber> shown = format.Show(room, dates);
      if (!shown) return std::nullopt;
      room.assign(shown->text);
      item.kind = shown->kind;
      item.exact = shown->exact;
      break;
    }
    case 'b':
      room.assign(room == "0" || room == "false" ? "FALSE" : "TRUE");
      item.kind = CellKind::kBoolean;
      break;
    case 'd':
      if (room.ends_with("T00:00:00")) room.resize(room.size() - 9);
      item.kind = CellKind::kDate;
      break;
    case 'e':
      item.kind = CellKind::kError;
      break;
    default:  // 'm': missing
      room.clear();
  }
  item.text = room;
  return item;
}

class DefinitionSink : public XmlSink {
 public:
  DefinitionSink(const Archive& archive, std::string_view part, const CellContext& context, Cache& cache)
      : archive_(archive), part_(part), context_(context), cache_(cache) {
    room_.reserve(4096);
  }

  absl::Status OnStart(std::string_view name, const XmlAttributes& attributes) override {
    if (++depth_ == 1 && name != "pivotCacheDefinition") return Here("is not a pivot cache.");
    if (name == "cacheField" && depth_ == 3) return OnField(attributes);
    if (name == "sharedItems" && depth_ == 4) in_items_ = !cache_.fields.empty();
    if (depth_ == 5 && in_items_ && IsValue(name)) return OnItem(name[0], attributes);
    return absl::OkStatus();
  }
  absl::Status OnEnd(std::string_view) override {
    if (--depth_ == 3) in_items_ = false;
    return absl::OkStatus();
  }

 private:
  absl::Status Here(std::string_view what) const { return archive_.ErrorAt(part_, what); }

  absl::Status OnField(const XmlAttributes& attributes) {
    if (cache_.fields.size() == kMaxColumns) return Here("has more fields than a sheet has columns.");
    room_.assign(attributes.Get("name"));
    Unescape(room_, 0);
    cache_.fields.push_back(
        {.name = cache_.texts.Add(room_),
         .format = &context_.styles.OfId(WholeNumber(attributes.Get("numFmtId")).value_or(0)),
         .in_records = attributes.Get("databaseField") != "0" && attributes.Get("databaseField") != "false"});
    return absl::OkStatus();
  }

  absl::Status OnItem(char element, const XmlAttributes& attributes) {
    Field& field = cache_.fields.back();
    std::optional<Item> item = ReadValue(element, attributes, *field.format, context_.dates, room_);
    if (!item) return Here(absl::StrCat("field ", cache_.fields.size(), " holds a number that is none."));
    item->text = cache_.texts.Add(item->text);
    field.items.push_back(*item);
    return cache_.texts.IsTooLarge() ? Here("lists more values than can be kept in memory.") : absl::OkStatus();
  }

  const Archive& archive_;
  const std::string_view part_;
  const CellContext& context_;
  Cache& cache_;
  WipedText room_;
  int depth_ = 0;
  bool in_items_ = false;
};

class RecordsSink : public XmlSink {
 public:
  RecordsSink(const Archive& archive, std::string_view part, const CellContext& context, Cache& cache, TableRowSink row,
              uint64_t& number)
      : archive_(archive), part_(part), context_(context), cache_(cache), row_sink_(row), number_(number) {
    room_.reserve(4096);
  }

  absl::Status OnStart(std::string_view name, const XmlAttributes& attributes) override {
    if (++depth_ == 1 && name != "pivotCacheRecords") return archive_.ErrorAt(part_, "does not hold records.");
    if (depth_ == 2) field_ = 0;
    return depth_ == 3 ? OnValue(name, attributes) : absl::OkStatus();
  }
  absl::Status OnEnd(std::string_view name) override {
    if (--depth_ != 1 || name != "r") return absl::OkStatus();
    if (number_ == kMaxRows) return Here("is followed by more rows than a sheet has.");
    return builder_.Finish({.number = ++number_}, row_sink_);
  }

 private:
  absl::Status Here(std::string_view what) const {
    return archive_.ErrorAt(absl::StrCat(std::string(part_), ", cell ", CellName(field_, number_ + 1)), what);
  }

  absl::Status OnValue(std::string_view name, const XmlAttributes& attributes) {
    while (field_ < cache_.fields.size() && !cache_.fields[field_].in_records) ++field_;
    if (field_ == cache_.fields.size()) return Here("belongs to no field.");
    Field& field = cache_.fields[field_];
    std::optional<Item> item;
    if (name == "x") {
      const std::optional<uint64_t> index = WholeNumber(attributes.Get("v"));
      if (!index || *index >= field.items.size()) return Here("points at a value that does not exist.");
      field.items[*index].used = true;
      item = field.items[*index];
    } else if (IsValue(name)) {
      item = ReadValue(name[0], attributes, *field.format, context_.dates, room_);
      if (!item) return Here("holds a number that is none.");
    } else {
      return Here("is of a type that is not known.");
    }
    if (!builder_.Add(field_, item->text, item->kind, item->exact)) return Here("makes the row too long.");
    ++field_;
    return absl::OkStatus();
  }

  const Archive& archive_;
  const std::string_view part_;
  const CellContext& context_;
  Cache& cache_;
  const TableRowSink row_sink_;
  uint64_t& number_;
  RowBuilder builder_;
  WipedText room_;
  int depth_ = 0;
  size_t field_ = 0;
};

// A row for each that is left, the n-th of every field in the n-th.
absl::Status EmitUnused(const Archive& archive, std::string_view part, const Cache& cache, TableRowSink row,
                        uint64_t number) {
  std::vector<size_t> next(cache.fields.size(), 0);
  RowBuilder builder;
  for (bool any = true; any;) {
    any = false;
    for (size_t i = 0; i < cache.fields.size(); ++i) {
      const std::deque<Item>& items = cache.fields[i].items;
      while (next[i] < items.size() && (items[next[i]].used || items[next[i]].text.empty())) ++next[i];
      if (next[i] == items.size()) continue;
      const Item& item = items[next[i]++];
      any = true;
      if (!builder.Add(i, item.text, item.kind, item.exact)) return archive.ErrorAt(part, "lists values too long.");
    }
    RETURN_IF_ERROR(builder.Finish({.number = ++number, .left_over = true}, row));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadPivotCache(const Archive& archive, std::string_view part, const CellContext& context,
                            TableRowSink row) {
  Cache cache;
  DefinitionSink definition(archive, part, context, cache);
  RETURN_IF_ERROR(ReadXml(archive, part, definition));
  RowBuilder names;
  for (size_t i = 0; i < cache.fields.size(); ++i) {
    if (!names.Add(i, cache.fields[i].name, CellKind::kText)) return archive.ErrorAt(part, "has names too long.");
  }
  uint64_t number = 1;
  RETURN_IF_ERROR(names.Finish({.number = number}, row));
  ASSIGN_OR_RETURN(const std::vector<Relationship> links, ReadRelationships(archive, part));
  if (const Relationship* records = FindRelationship(links, "pivotCacheRecords")) {
    RecordsSink sink(archive, records->target, context, cache, row, number);
    RETURN_IF_ERROR(ReadXml(archive, records->target, sink));
  }
  return EmitUnused(archive, part, cache, row, number);
}

}  // namespace exposure
