#include "client/source/column_profile.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/source/cell_shape.h"
#include "client/source/header_place.h"
#include "client/source/known_headers.h"

namespace exposure {
namespace {

constexpr size_t kMasksKept = 256;      // of one column; later ones are not counted
constexpr size_t kLongestHeader = 100;  // bytes
constexpr size_t kTotalsKept = 20;
constexpr uint64_t kMostInHundred = 80;

// A header that may be somebody's data is not shown.
bool MayShow(std::string_view header) {
  const auto digits = std::count_if(header.begin(), header.end(), [](char c) { return c >= '0' && c <= '9'; });
  return header.size() <= kLongestHeader && digits < 3 && header.find('@') == header.npos;
}

// Ã or Â, and beside it what the second byte of a letter turns into.
bool LooksEncodedTwice(std::string_view text) {
  for (const std::string_view lead : {"\xC3\x83", "\xC3\x82"}) {
    const size_t at = text.find(lead);
    if (at != text.npos && at + 2 < text.size() && static_cast<unsigned char>(text[at + 2]) >= 0x80) return true;
  }
  return false;
}

class Profiler {
 public:
  explicit Profiler(HeaderPlace header) {
    profile_.header_row = header.row;
    profile_.header_rows = header.rows;
    profile_.header_reason = std::move(header.reason);
  }

  absl::Status Add(const TableRow& row);
  TableProfile Finish(const std::vector<size_t>& hidden_columns);

 private:
  struct Column {
    std::map<std::string, uint64_t> masks;
    std::array<uint64_t, kCellShapeCount> shapes = {};
  };

  void AddAbove(const TableRow& row);
  void AddHeader(const TableRow& row);
  void NoteFirst(const TableRow& row);
  void NoteLast(const TableRow& row);
  void FindTotals();
  void AddCell(size_t index, const Cell& cell);
  void Grow(size_t columns);
  void Guess(ColumnProfile& profile, const Column& column) const;
  void GuessByShape(ColumnProfile& profile, const Column& column) const;

  TableProfile profile_;
  std::vector<Column> columns_;
  std::vector<std::string> above_;   // headers in the row above the last of the header
  std::vector<bool> first_numbers_;  // of each cell of the first row beneath the header
  uint64_t last_row_ = 0;
  std::vector<size_t> last_filled_;  // of that row
};

void Profiler::Grow(size_t columns) {
  while (columns_.size() < columns) {
    profile_.columns.push_back({.index = columns_.size()});
    columns_.emplace_back();
  }
}

// A row above is the header's if it has known headers where the one beneath has none, or the header is known to take
// two rows; else a title.
void Profiler::AddAbove(const TableRow& row) {
  const bool next_is_header = row.number + 1 == profile_.header_row;
  const bool whole = next_is_header && profile_.header_rows == 2;
  if (!whole) ++profile_.title_rows;
  if (!next_is_header) return;
  above_.resize(row.cells.size());
  for (const size_t i : row.filled) {
    const std::string_view text = row.cells[i].text;
    const bool known = row.cells[i].kind == CellKind::kText && MeaningOf(text) != nullptr;
    if (known || (whole && MayShow(text))) above_[i] = std::string(text);
  }
}

void Profiler::AddHeader(const TableRow& row) {
  Grow(std::max(row.cells.size(), above_.size()));
  for (size_t i = 0; i < columns_.size(); ++i) {
    const bool filled = i < row.cells.size() && row.cells[i].kind != CellKind::kBlank;
    if (filled && MayShow(row.cells[i].text)) {
      profile_.columns[i].header = std::string(row.cells[i].text);
    } else if (!filled && i < above_.size() && !above_[i].empty()) {
      profile_.columns[i].header = above_[i];
      if (profile_.header_rows == 1) {
        profile_.header_rows = 2;
        --profile_.title_rows;
      }
    }
  }
}

// "Total" in the first cell that is filled.
bool SaysTotal(const TableRow& row) {
  const Cell& first = row.cells[row.filled.front()];
  if (first.kind != CellKind::kText) return false;
  const std::string text = absl::AsciiStrToLower(std::string(first.text.substr(0, kLongestHeader)));
  const std::string_view word = std::string_view(text).substr(std::min(text.size(), text.find_first_not_of(' ')));
  return word.starts_with("total") || word.starts_with("grand total") || word.starts_with("sub-total") ||
         word.starts_with("subtotal");
}

void Profiler::NoteFirst(const TableRow& row) {
  for (const Cell& cell : row.cells) first_numbers_.push_back(ShapeOf(cell.text) == CellShape::kOfficerNumber);
}

void Profiler::NoteLast(const TableRow& row) {
  if (row.left_over) return;
  if (SaysTotal(row) && profile_.totals.size() < kTotalsKept) profile_.totals.push_back(row.number);
  last_row_ = row.number;
  last_filled_.assign(row.filled.begin(), row.filled.end());
}

// The last row is one, too, if only it has no number.
void Profiler::FindTotals() {
  const auto key = std::find_if(profile_.columns.begin(), profile_.columns.end(),
                                [](const ColumnProfile& column) { return !column.scheme.empty(); });
  if (key == profile_.columns.end() || key->blank != 1 || profile_.rows < 3) return;
  const bool blank = !std::binary_search(last_filled_.begin(), last_filled_.end(), key->index);
  const std::vector<uint64_t>& totals = profile_.totals;
  if (blank && (totals.empty() || totals.back() != last_row_)) profile_.totals.push_back(last_row_);
}

void Profiler::AddCell(size_t index, const Cell& cell) {
  ColumnProfile& profile = profile_.columns[index];
  Column& column = columns_[index];
  ++profile.filled;
  ++profile.kinds[static_cast<size_t>(cell.kind)];
  if (!cell.exact) ++profile.inexact;
  if (LooksEncodedTwice(cell.text)) ++profile.twice;
  if (cell.kind == CellKind::kNumber && cell.text.size() > 1 && cell.text[0] == '0' && cell.text[1] >= '0' &&
      cell.text[1] <= '9') {
    ++profile.padded;
  }
  ++column.shapes[static_cast<size_t>(cell.kind == CellKind::kDate ? CellShape::kDate : ShapeOf(cell.text))];
  std::string mask = MaskOf(cell.text);
  if (const auto it = column.masks.find(mask); it != column.masks.end()) {
    ++it->second;
  } else if (column.masks.size() < kMasksKept) {
    column.masks.emplace(std::move(mask), 1);
  }
}

absl::Status Profiler::Add(const TableRow& row) {
  if (row.hidden) ++profile_.hidden_rows;
  if (row.left_over) ++profile_.left_over_rows;
  if (row.number < profile_.header_row) {
    AddAbove(row);
  } else if (row.number == profile_.header_row) {
    AddHeader(row);
  } else {
    if (++profile_.rows == 1) NoteFirst(row);
    NoteLast(row);
    Grow(row.cells.size());
    for (const size_t i : row.filled) AddCell(i, row.cells[i]);
  }
  return absl::OkStatus();
}

void Profiler::GuessByShape(ColumnProfile& profile, const Column& column) const {
  struct Likely {
    CellShape shape;
    v1::Category category;
    const char* what;
  };
  constexpr std::array<Likely, 6> kLikely = {
      {{CellShape::kNationalInsurance, v1::CATEGORY_NATIONAL_INSURANCE_NUMBER, "National Insurance numbers"},
       {CellShape::kEmail, v1::CATEGORY_WORK_EMAIL, "e-mail addresses, of work or private"},
       {CellShape::kPhone, v1::CATEGORY_PHONE, "telephone numbers"},
       {CellShape::kPostcode, v1::CATEGORY_HOME_ADDRESS, "postcodes"},
       {CellShape::kRank, v1::CATEGORY_RANK_OR_GRADE, "ranks"},
       {CellShape::kOfficerNumber, v1::CATEGORY_UNSPECIFIED, "numbers that may be officers'"}}};
  for (const Likely& likely : kLikely) {
    const uint64_t cells = column.shapes[static_cast<size_t>(likely.shape)];
    if (cells * 100 < profile.filled * kMostInHundred) continue;
    profile.category = likely.category;
    profile.reason = absl::StrCat(cells, " of ", profile.filled, " cells look like ", likely.what);
    return;
  }
}

void Profiler::Guess(ColumnProfile& profile, const Column& column) const {
  const uint64_t numbers = column.shapes[static_cast<size_t>(CellShape::kOfficerNumber)];
  profile.may_be_number = profile.filled > 0 && numbers * 100 >= profile.filled * kMostInHundred;
  if (const HeaderMeaning* meaning = MeaningOf(profile.header)) {
    profile.category = meaning->category;
    profile.scheme = std::string(meaning->scheme);
    profile.reason = "its header";
    // "Pay" and "Hours" are numbers, too, but no officer's.
    profile.may_be_number = !profile.scheme.empty();
  } else if (profile.filled > 0) {
    GuessByShape(profile, column);
  }
}

TableProfile Profiler::Finish(const std::vector<size_t>& hidden_columns) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    ColumnProfile& profile = profile_.columns[i];
    profile.blank = profile_.rows - profile.filled;
    profile.hidden = std::find(hidden_columns.begin(), hidden_columns.end(), i) != hidden_columns.end();
    std::vector<std::pair<std::string, uint64_t>> masks(columns_[i].masks.begin(), columns_[i].masks.end());
    std::stable_sort(masks.begin(), masks.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    for (size_t k = 0; k < std::min<size_t>(3, masks.size()); ++k) profile.samples.push_back(std::move(masks[k].first));
    Guess(profile, columns_[i]);
    if (profile_.header_row == 0 && profile.may_be_number && i < first_numbers_.size() && first_numbers_[i]) {
      profile_.no_header = true;
    }
  }
  FindTotals();
  return std::move(profile_);
}

}  // namespace

bool TableProfile::HasNames() const {
  return std::any_of(columns.begin(), columns.end(), [](const ColumnProfile& column) {
    return column.category == v1::CATEGORY_NAME || column.category == v1::CATEGORY_DATE_OF_BIRTH ||
           column.category == v1::CATEGORY_NATIONAL_INSURANCE_NUMBER || column.category == v1::CATEGORY_HOME_ADDRESS ||
           column.category == v1::CATEGORY_WORK_EMAIL || column.category == v1::CATEGORY_PERSONAL_EMAIL;
  });
}

bool TableProfile::HasNumber() const {
  return std::any_of(columns.begin(), columns.end(), [](const ColumnProfile& column) { return column.may_be_number; });
}

bool TableProfile::HasPeople() const {
  return rows > 0 && (HasNames() || std::any_of(columns.begin(), columns.end(), [](const ColumnProfile& column) {
                        return !column.scheme.empty() || column.category == v1::CATEGORY_COLLAR_NUMBER;
                      }));
}

absl::StatusOr<TableProfile> ProfileTable(SourceFile& file, size_t table) {
  ASSIGN_OR_RETURN(HeaderPlace header, FindHeader(file, table));
  Profiler profiler(std::move(header));
  RETURN_IF_ERROR(file.Read(table, [&profiler](const TableRow& row) { return profiler.Add(row); }));
  return profiler.Finish(file.HiddenColumns(table));
}

}  // namespace exposure
