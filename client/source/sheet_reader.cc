#include "client/source/sheet_reader.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/row_builder.h"
#include "client/source/text_store.h"
#include "client/source/xml.h"

namespace exposure {
namespace {

constexpr size_t kTextRoom = 4096;

struct CellPlace {
  uint64_t column = 0;  // from 1
  uint64_t row = 0;     // from 1
};

// "B7", also "$B$7"; nothing if it is none. Too large a column comes out as larger than kMaxColumns.
std::optional<CellPlace> ParseCellName(std::string_view name) {
  CellPlace place;
  size_t i = 0;
  for (; i < name.size() && absl::ascii_isalpha(name[i]); ++i) {
    if (place.column <= kMaxColumns) place.column = place.column * 26 + (absl::ascii_toupper(name[i]) - 'A' + 1);
  }
  const std::optional<uint64_t> row = WholeNumber(name.substr(i));
  if (i == 0 || !row || !absl::ascii_isdigit(name[i])) return std::nullopt;
  place.row = *row;
  return place;
}

bool IsSheet(std::string_view root) {
  return root == "worksheet" || root == "macrosheet" || root == "dialogsheet" || root == "chartsheet";
}

class SheetSink : public XmlSink {
 public:
  // `external` is the sheet of an external link that is wanted.
  SheetSink(const Archive& archive, std::string_view part, CellContext& context, std::optional<uint64_t> external,
            SheetFacts& facts, TableRowSink row)
      : archive_(archive), part_(part), context_(context), external_(external), facts_(facts), row_sink_(row) {
    value_.reserve(kTextRoom);
  }

  absl::Status OnStart(std::string_view name, const XmlAttributes& attributes) override;
  absl::Status OnEnd(std::string_view name) override;
  absl::Status OnText(std::string_view text) override;

 private:
  enum class Type : uint8_t { kNumber, kShared, kText, kBoolean, kError, kDate };

  absl::Status OnRoot(std::string_view name);
  absl::Status OnRow(const XmlAttributes& attributes);
  absl::Status OnCell(const XmlAttributes& attributes);
  absl::Status OnCellPlace(std::string_view name);
  absl::Status OnCellEnd();
  absl::Status AddNumber();
  absl::Status AddShared();
  absl::Status Add(std::string_view text, CellKind kind, bool exact = true);
  void OnColumns(const XmlAttributes& attributes);

  absl::Status AtCell(std::string_view what) const {
    return archive_.ErrorAt(absl::StrCat(std::string(part_), ", cell ", CellName(column_ - 1, row_)), what);
  }
  absl::Status AtRow(std::string_view what) const {
    return archive_.ErrorAt(absl::StrCat(std::string(part_), ", row ", row_), what);
  }

  const Archive& archive_;
  const std::string_view part_;
  CellContext& context_;
  const std::optional<uint64_t> external_;
  SheetFacts& facts_;
  const TableRowSink row_sink_;
  RowBuilder builder_;

  bool in_root_ = false, in_data_ = false, in_row_ = false, in_cell_ = false;
  bool in_value_ = false, in_phonetic_ = false;
  uint64_t row_ = 0;     // the row being read, or the last
  uint64_t column_ = 0;  // the cell's in it
  bool row_hidden_ = false;
  Type type_ = Type::kNumber;
  uint64_t style_ = 0;
  bool has_formula_ = false;
  bool has_value_ = false;
  WipedText value_;  // of the cell
};

absl::Status SheetSink::OnStart(std::string_view name, const XmlAttributes& attributes) {
  if (in_cell_) {
    if (name == "rPh") in_phonetic_ = true;
    if (name == "f") has_formula_ = true;
    if (name == "v" || (name == "t" && !in_phonetic_)) in_value_ = has_value_ = true;
    return absl::OkStatus();
  }
  if (in_row_) return name == "c" || name == "cell" ? OnCell(attributes) : absl::OkStatus();
  if (in_data_) return name == "row" ? OnRow(attributes) : absl::OkStatus();
  if (!in_root_) return OnRoot(name);
  if (name == "col") OnColumns(attributes);
  facts_.texts.OnStart(name, attributes);
  if (name == "sheetData") in_data_ = !external_ || WholeNumber(attributes.Get("sheetId")) == external_;
  return absl::OkStatus();
}

absl::Status SheetSink::OnEnd(std::string_view name) {
  if (in_cell_) {
    if (name == "v" || name == "t") in_value_ = false;
    if (name == "rPh") in_phonetic_ = false;
    return name == "c" || name == "cell" ? OnCellEnd() : absl::OkStatus();
  }
  if (in_row_ && name == "row") {
    in_row_ = false;
    return builder_.Finish({.number = row_, .hidden = row_hidden_}, row_sink_);
  }
  if (name == "sheetData") in_data_ = false;
  facts_.texts.OnEnd();
  return absl::OkStatus();
}

absl::Status SheetSink::OnText(std::string_view text) {
  if (!in_data_) facts_.texts.OnText(text);
  if (!in_value_) return absl::OkStatus();
  if (value_.size() + text.size() > kMaxCellText) return AtCell("holds more text than a cell can.");
  value_.append(text);
  return absl::OkStatus();
}

absl::Status SheetSink::OnRoot(std::string_view name) {
  in_root_ = true;
  if (external_ ? name != "externalLink" : !IsSheet(name)) {
    return archive_.ErrorAt(part_, "is not a sheet, although the workbook says so. Save it again from its program.");
  }
  return absl::OkStatus();
}

void SheetSink::OnColumns(const XmlAttributes& attributes) {
  const std::optional<uint64_t> first = WholeNumber(attributes.Get("min"));
  const std::optional<uint64_t> last = WholeNumber(attributes.Get("max"));
  double width = 1;
  const std::string_view written = attributes.Get("width");
  const bool narrow = absl::SimpleAtod(absl::string_view(written.data(), written.size()), &width) && width == 0;
  if (!first || !last || (!attributes.IsTrue("hidden") && !narrow)) return;
  for (uint64_t column = std::max<uint64_t>(*first, 1); column <= std::min<uint64_t>(*last, kMaxColumns); ++column) {
    if (facts_.hidden_columns.size() < kMaxColumns) facts_.hidden_columns.push_back(column - 1);
  }
}

absl::Status SheetSink::OnRow(const XmlAttributes& attributes) {
  const std::optional<std::string_view> written = attributes.Find("r");
  const std::optional<uint64_t> number = written ? WholeNumber(*written) : row_ + 1;
  if (!number || *number <= row_ || *number > kMaxRows) {
    return AtRow(absl::StrCat("is followed by one that does not come after it, or by one beyond ", kMaxRows, "."));
  }
  row_ = *number;
  row_hidden_ = attributes.IsTrue("hidden") || attributes.Get("ht") == "0";
  column_ = 0;
  in_row_ = true;
  return absl::OkStatus();
}

absl::Status SheetSink::OnCellPlace(std::string_view name) {
  const std::optional<CellPlace> place = ParseCellName(name);
  if (!place || place->row != row_) return AtRow("holds a cell that says it is elsewhere.");
  if (place->column <= column_) return AtRow("holds a cell twice, or not in order.");
  column_ = place->column;
  return absl::OkStatus();
}

absl::Status SheetSink::OnCell(const XmlAttributes& attributes) {
  if (const std::optional<std::string_view> name = attributes.Find("r")) {
    RETURN_IF_ERROR(OnCellPlace(*name));
  } else {
    ++column_;
  }
  if (column_ > kMaxColumns) return AtRow(absl::StrCat("has more than ", kMaxColumns, " columns."));
  in_cell_ = true;
  has_formula_ = has_value_ = false;
  const std::string_view style = attributes.Get("s");
  const std::optional<uint64_t> number = style.empty() ? 0 : WholeNumber(style);
  if (!number) return AtCell("has a style that does not exist.");
  style_ = *number;
  const std::string_view type = attributes.Get("t");
  if (type.empty() || type == "n") {
    type_ = Type::kNumber;
  } else if (type == "s") {
    type_ = Type::kShared;
  } else if (type == "str" || type == "inlineStr") {
    type_ = Type::kText;
  } else if (type == "b") {
    type_ = Type::kBoolean;
  } else if (type == "e") {
    type_ = Type::kError;
  } else if (type == "d") {
    type_ = Type::kDate;
  } else {
    return AtCell("is of a type that is not known.");
  }
  return absl::OkStatus();
}

absl::Status SheetSink::Add(std::string_view text, CellKind kind, bool exact) {
  if (!builder_.Add(column_ - 1, text, kind, exact)) return AtCell("makes the row too long.");
  return absl::OkStatus();
}

absl::Status SheetSink::AddNumber() {
  const NumberFormat* format = context_.styles.OfStyle(style_);
  if (format == nullptr) return AtCell("has a style that does not exist.");
  const std::optional<ShownNumber> shown = format->Show(value_, context_.dates);
  if (!shown) return AtCell("holds a number that is none.");
  return Add(shown->text, shown->kind, shown->exact);
}

absl::Status SheetSink::AddShared() {
  const std::optional<uint64_t> index = WholeNumber(value_);
  const std::optional<std::string_view> text = index ? context_.strings.Use(*index) : std::nullopt;
  if (!text) return AtCell("points at a shared text that does not exist. Save it again from its program.");
  return Add(*text, CellKind::kText);
}

absl::Status SheetSink::OnCellEnd() {
  in_cell_ = in_value_ = in_phonetic_ = false;
  absl::Status status;
  if (has_formula_ && (!has_value_ || (value_.empty() && type_ != Type::kText))) {
    status = Add("", CellKind::kNoValue);
  } else if (value_.empty()) {
    return absl::OkStatus();
  } else {
    switch (type_) {
      case Type::kNumber:
        status = AddNumber();
        break;
      case Type::kShared:
        status = AddShared();
        break;
      case Type::kText:
        Unescape(value_, 0);
        status = Add(value_, CellKind::kText);
        break;
      case Type::kBoolean:
        status = Add(value_ == "0" || value_ == "false" ? "FALSE" : "TRUE", CellKind::kBoolean);
        break;
      case Type::kError:
        status = Add(value_, CellKind::kError);
        break;
      case Type::kDate:
        status = Add(value_, CellKind::kDate);
        break;
    }
  }
  value_.clear();
  return status;
}

// Which sheets of an external link hold a cell.
class ExternalSink : public XmlSink {
 public:
  ExternalSink(const Archive& archive, std::string_view part) : archive_(archive), part_(part) {}

  absl::Status OnStart(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "sheetName" && names_.size() < kMaxColumns) names_.emplace_back(attributes.Get("val"));
    if (name == "sheetData") sheet_ = WholeNumber(attributes.Get("sheetId"));
    if (name == "cell" && sheet_) filled_.insert(*sheet_);
    if (filled_.size() <= kMaxExternalSheets) return absl::OkStatus();
    return archive_.ErrorAt(part_, absl::StrCat("holds copies of more than ", kMaxExternalSheets, " sheets."));
  }
  absl::Status OnEnd(std::string_view) override { return absl::OkStatus(); }

  std::vector<ExternalSheet> Sheets() const {
    std::vector<ExternalSheet> sheets;
    for (const uint64_t id : filled_) sheets.push_back({.id = id, .name = id < names_.size() ? names_[id] : ""});
    return sheets;
  }

 private:
  const Archive& archive_;
  const std::string_view part_;
  std::vector<std::string> names_;
  std::optional<uint64_t> sheet_;
  std::set<uint64_t> filled_;
};

}  // namespace

absl::Status ReadSheet(const Archive& archive, std::string_view part, CellContext& context, SheetFacts& facts,
                       TableRowSink row) {
  SheetSink sink(archive, part, context, std::nullopt, facts, row);
  return ReadXml(archive, part, sink);
}

absl::Status ReadExternalSheet(const Archive& archive, std::string_view part, CellContext& context, uint64_t id,
                               TableRowSink row) {
  SheetFacts facts;
  SheetSink sink(archive, part, context, id, facts, row);
  return ReadXml(archive, part, sink);
}

absl::StatusOr<std::vector<ExternalSheet>> ExternalSheets(const Archive& archive, std::string_view part) {
  ExternalSink sink(archive, part);
  RETURN_IF_ERROR(ReadXml(archive, part, sink));
  return sink.Sheets();
}

}  // namespace exposure
