#include "client/source/values_file.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/blank.h"
#include "client/source/csv_reader.h"
#include "client/source/encoding.h"

namespace exposure {
namespace {

constexpr size_t kRowsTried = 50;

struct Separator {
  char character;
  const char* name;
};
constexpr std::array<Separator, 4> kSeparators = {
    {{',', "commas"}, {';', "semicolons"}, {'\t', "tabs"}, {'|', "vertical bars"}}};

// How many cells the first rows have with one separator.
struct Widths {
  std::vector<size_t> rows;
  std::vector<uint64_t> numbers;  // of these rows
  absl::Status status;            // what was wrong with them

  size_t Most() const { return rows.empty() ? 0 : *std::max_element(rows.begin(), rows.end()); }

  // After title rows, which have fewer cells, all have the same, and more than one.
  bool Fit(bool titles) const {
    if (!status.ok() || rows.empty()) return false;
    const size_t most = Most();
    const auto header = std::find(rows.begin(), rows.end(), most);
    return most > 1 && (titles || header == rows.begin()) &&
           std::all_of(header, rows.end(), [most](size_t width) { return width == most; });
  }
  bool OneColumn() const {
    return status.ok() && std::all_of(rows.begin(), rows.end(), [](size_t width) { return width == 1; });
  }
  std::string Text() const {
    if (!status.ok()) return "a row that cannot be read";
    const auto [least, most] = std::minmax_element(rows.begin(), rows.end());
    return *least == *most ? absl::StrCat(*most, " in each row") : absl::StrCat(*least, " to ", *most, " in a row");
  }
  // "row 2 has 3 cells, row 3 has 2": the widest, and the first after it that has fewer; there is one if they do not
  // fit.
  std::string Uneven() const {
    const size_t most = Most();
    const size_t wide = std::find(rows.begin(), rows.end(), most) - rows.begin();
    const size_t narrow =
        std::find_if(rows.begin() + wide, rows.end(), [most](size_t width) { return width < most; }) - rows.begin();
    return absl::StrCat("row ", numbers[wide], " has ", most, " cells, row ", numbers[narrow], " has ", rows[narrow]);
  }
};

// ="001234" is how programs tell a spreadsheet to keep the zeros. Without its sign it is a cell in quotation marks;
// where the whole of it is in quotation marks, AsShown() takes it away.
void DropFormulaSigns(std::string& text) {
  if (text.find("=\"") == text.npos) return;
  size_t from = text.starts_with("\xEF\xBB\xBF") ? 3 : 0, to = from;
  bool quoted = false, begins = true;  // begins: at the first character of a cell
  for (; from < text.size(); ++from) {
    const char c = text[from];
    if (begins && c == '=' && from + 1 < text.size() && text[from + 1] == '"') continue;
    quoted = quoted != (c == '"');
    begins = !quoted && std::string_view(",;\t|\r\n").find(c) != std::string_view::npos;
    text[to++] = c;
  }
  sodium_memzero(text.data() + to, text.size() - to);
  text.resize(to);
}

class ValuesFile : public SourceFile {
 public:
  ValuesFile(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {}
  ~ValuesFile() override { sodium_memzero(text_.data(), text_.size()); }

  absl::Status Open(std::string_view encoding);

  const std::vector<TableFacts>& tables() const override { return facts_; }
  absl::Status Read(size_t table, TableRowSink row) override;
  std::vector<size_t> HiddenColumns(size_t) const override { return {}; }
  absl::StatusOr<std::vector<Remark>> Remarks() override { return std::vector<Remark>(); }

 private:
  absl::Status ReadRows(char separator, CsvRowSink row) const;
  Widths Try(char separator) const;
  absl::StatusOr<Separator> FindSeparator() const;

  const std::string name_;
  std::string text_;  // UTF-8
  Separator separator_ = kSeparators[0];
  size_t width_ = 0;  // cells of every row after the titles
  std::vector<TableFacts> facts_;
};

absl::Status ValuesFile::ReadRows(char separator, CsvRowSink row) const {
  BytesView rest = AsBytes(text_);
  return ReadCsvRows(
      name_,
      [&rest](std::span<uint8_t> buffer) -> absl::StatusOr<size_t> {
        const size_t n = std::min(rest.size(), buffer.size());
        std::copy_n(rest.begin(), n, buffer.begin());
        rest = rest.subspan(n);
        return n;
      },
      separator, row);
}

Widths ValuesFile::Try(char separator) const {
  Widths widths;
  widths.status = ReadRows(separator, [&widths](const CsvRow& row) {
    widths.rows.push_back(row.cells.size());
    widths.numbers.push_back(row.number);
    return widths.rows.size() < kRowsTried ? absl::OkStatus() : absl::CancelledError();
  });
  if (absl::IsCancelled(widths.status)) widths.status = absl::OkStatus();
  return widths;
}

absl::StatusOr<Separator> ValuesFile::FindSeparator() const {
  std::array<Widths, kSeparators.size()> widths;
  std::string tried;
  for (size_t i = 0; i < widths.size(); ++i) {
    widths[i] = Try(kSeparators[i].character);
    absl::StrAppend(&tried, i > 0 ? "; " : "", kSeparators[i].name, ": ", widths[i].Text());
  }
  size_t fits = 0;
  for (const bool titles : {false, true}) {
    const Separator* found = nullptr;
    for (size_t i = 0; i < widths.size(); ++i) {
      if (!widths[i].Fit(titles)) continue;
      found = &kSeparators[i];
      ++fits;
    }
    if (fits == 1) return *found;
    if (fits > 1) break;
  }
  if (std::all_of(widths.begin(), widths.end(), [](const Widths& one) { return one.OneColumn(); })) {
    return kSeparators[0];
  }
  // The likely one says where; where there is none, one by which a row cannot be read.
  const auto likelihood = [](const Widths& one) {
    return std::pair(one.Most() > 1 ? one.Most() : 0, !one.status.ok());
  };
  const Widths& likely = *std::max_element(
      widths.begin(), widths.end(), [&](const Widths& a, const Widths& b) { return likelihood(a) < likelihood(b); });
  if (fits == 0 && !likely.status.ok()) return likely.status;
  return Error(Reason::kBadSource,
               absl::StrCat(name_, ": ",
                            fits > 1 ? absl::StrCat("rows ", likely.numbers.front(), " to ", likely.numbers.back(),
                                                    ": more than one separator splits")
                                     : absl::StrCat(likely.Uneven(), ": no separator splits"),
                            " its first rows into the same number of cells (tried ", tried,
                            "). Save it again as \"CSV UTF-8 (comma delimited)\"."));
}

absl::Status ValuesFile::Open(std::string_view encoding) {
  DropFormulaSigns(text_);
  const Widths commas = Try(kSeparators[0].character);
  if (commas.status.ok() && commas.rows.empty()) {
    return Error(Reason::kBadSource, absl::StrCat(name_, ": is empty."));
  }
  ASSIGN_OR_RETURN(separator_, FindSeparator());
  const Widths widths = Try(separator_.character);
  width_ = widths.Most();
  facts_.push_back(
      {.name = name_, .part = name_, .form = absl::StrCat(std::string(encoding), ", separated by ", separator_.name)});
  return absl::OkStatus();
}

// "1.23457E+11": a spreadsheet wrote what it showed, and the other digits are gone.
bool HasLostDigits(std::string_view text) {
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(' ')));
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  const size_t e = text.find_first_of("eE");
  if (e == text.npos || e + 2 >= text.size() || text[e + 1] != '+' || text.find('.') > e) return false;
  const auto digits = [](std::string_view part) {
    return part.find_first_not_of("0123456789.") == part.npos && part.find_first_of("0123456789") == 0;
  };
  return digits(text.substr(0, e)) && digits(text.substr(e + 2));
}

// A spreadsheet shows ="001234" as 001234.
std::string_view AsShown(std::string_view text) {
  const bool quoted = text.size() >= 3 && text.starts_with("=\"") && text.ends_with('"');
  const std::string_view inside = quoted ? text.substr(2, text.size() - 3) : text;
  return inside.find('"') == inside.npos ? inside : text;
}

absl::Status ValuesFile::Read(size_t, TableRowSink row) {
  std::vector<Cell> cells;
  std::vector<size_t> filled;
  bool after_titles = false;
  return ReadRows(separator_.character, [&](const CsvRow& line) -> absl::Status {
    after_titles = after_titles || line.cells.size() == width_;
    if (after_titles && line.cells.size() != width_) {
      return Error(Reason::kBadSource,
                   absl::StrCat(name_, ": row ", line.number, " has ", line.cells.size(), " cells, the rows before it ",
                                width_, ". Is a separator not inside quotation marks?"));
    }
    cells.clear();
    filled.clear();
    for (const std::string_view cell : line.cells) {
      const std::string_view text = AsShown(cell);
      const bool blank = IsBlank(text);
      if (!blank) filled.push_back(cells.size());
      cells.push_back(
          {.text = text, .kind = blank ? CellKind::kBlank : CellKind::kText, .exact = blank || !HasLostDigits(text)});
    }
    if (filled.empty()) return absl::OkStatus();
    return row({.number = line.number, .cells = std::span(cells).first(filled.back() + 1), .filled = filled});
  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<SourceFile>> OpenValues(std::string name, std::string bytes) {
  absl::StatusOr<std::string> encoding = DecodeToUtf8(name, bytes);
  auto file = std::make_unique<ValuesFile>(std::move(name), std::move(bytes));  // wipes them, whatever they are
  RETURN_IF_ERROR(encoding.status());
  RETURN_IF_ERROR(file->Open(*encoding));
  return file;
}

}  // namespace exposure
