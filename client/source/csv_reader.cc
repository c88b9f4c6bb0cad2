#include "client/source/csv_reader.h"

#include <csv.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/encoding.h"
#include "client/source/wiped.h"
#include "crypto/secret.h"

namespace exposure {
namespace {

constexpr size_t kCsvPiece = 64 << 10;

class Reader {
 public:
  // Without `header` every row is one of values.
  Reader(std::string_view name, char delimiter, std::optional<CsvHeaderSink> header, CsvRowSink row)
      : name_(name), header_sink_(header), row_sink_(row), text_(kMaxCsvRow) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
    csv_set_realloc_func(&parser_, WipingRealloc);
    csv_set_free_func(&parser_, WipingFree);
    csv_set_blk_size(&parser_, kCsvPiece);
    cells_.reserve(kMaxCsvColumns);
  }
  ~Reader() { csv_free(&parser_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  absl::Status Read(ByteSource source);

 private:
  static void TakeCell(void* cell, size_t size, void* self);
  static void TakeLineEnd(int terminator, void* self);
  absl::Status Parse(BytesView bytes);
  void OnCell(std::string_view cell);
  void OnLineEnd(int terminator);
  absl::Status OnHeader();
  absl::Status OnRow();
  absl::Status CheckCell(std::string_view cell) const;

  // "column "Rank"" where the header is known, else its place.
  std::string ColumnHere(size_t index) const {
    return index < columns_.size() ? absl::StrCat("column \"", columns_[index], "\"") : DescribeColumn(index);
  }
  absl::Status At(std::string_view what) const {
    return Error(Reason::kBadSource, absl::StrCat(std::string(name_), ": row ", row_, ", ", ColumnHere(cells_.size()),
                                                  ": ", std::string(what)));
  }
  absl::Status AtRow(std::string_view what) const {
    return Error(Reason::kBadSource, absl::StrCat(std::string(name_), ": row ", row_, " ", std::string(what)));
  }

  const std::string_view name_;
  const std::optional<CsvHeaderSink> header_sink_;
  const CsvRowSink row_sink_;
  csv_parser parser_;
  std::vector<std::string> columns_;  // empty until the header is read
  crypto::Secret text_;               // the cells of the row being read, one after the other
  size_t used_ = 0;
  std::vector<std::string_view> cells_;  // of text_
  uint64_t row_ = 1;                     // the row being read
  bool after_cr_ = false;
  absl::Status failure_;  // the first error of a callback, which cannot stop libcsv
};

absl::Status Reader::CheckCell(std::string_view cell) const {
  if (cells_.size() == kMaxCsvColumns) return AtRow(absl::StrCat("has more than ", kMaxCsvColumns, " columns."));
  if (cell.size() > kMaxCsvCell || used_ + cell.size() > kMaxCsvRow) {
    return At("too long. Is there a quotation mark that is never closed?");
  }
  if (cell.find('\0') != cell.npos) {
    return At("holds a NUL byte: this may be UTF-16. Save it again as \"CSV UTF-8\".");
  }
  if (!IsUtf8(cell)) return At("is not UTF-8. Save it again as \"CSV UTF-8\"; another encoding is not guessed.");
  return absl::OkStatus();
}

void Reader::OnCell(std::string_view cell) {
  if (!failure_.ok()) return;
  failure_ = CheckCell(cell);
  if (!failure_.ok()) return;
  char* place = reinterpret_cast<char*>(text_.RevealMutable().data()) + used_;
  std::copy(cell.begin(), cell.end(), place);
  cells_.emplace_back(place, cell.size());
  used_ += cell.size();
}

void Reader::OnLineEnd(int terminator) {
  if (!failure_.ok()) return;
  const bool rest_of_crlf = after_cr_ && terminator == '\n' && cells_.empty();
  after_cr_ = terminator == '\r';
  if (rest_of_crlf) return;
  failure_ = header_sink_ && columns_.empty() ? OnHeader() : OnRow();
  cells_.clear();
  used_ = 0;
  ++row_;
}

absl::Status Reader::OnHeader() {
  if (cells_.empty()) return AtRow("is blank; it must be the header.");
  for (size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].empty()) {
      return AtRow(absl::StrCat("is the header: ", DescribeColumn(i), " has no name. Name it or remove the column."));
    }
    const auto same = std::find(cells_.begin(), cells_.begin() + i, cells_[i]);
    if (same != cells_.begin() + i) {
      return AtRow(absl::StrCat("is the header: ", DescribeColumn(same - cells_.begin()), " and ", DescribeColumn(i),
                                " have the same name. Rename one."));
    }
  }
  std::vector<std::string> names(cells_.begin(), cells_.end());
  if (names.size() == 1 && names[0].find_first_of(";\t") != std::string::npos) {
    return AtRow("has one column only, with ';' or tabs inside. Save it again with commas between the columns.");
  }
  RETURN_IF_ERROR((*header_sink_)(names));
  columns_ = std::move(names);  // only now: a message names no column that nobody has accepted as a header
  return absl::OkStatus();
}

absl::Status Reader::OnRow() {
  if (cells_.empty()) {
    if (columns_.size() != 1) return absl::OkStatus();
    cells_.emplace_back();
  }
  if (header_sink_ && cells_.size() != columns_.size()) {
    return AtRow(absl::StrCat("has ", cells_.size(), " cells, but the header has ", columns_.size(),
                              cells_.size() < columns_.size()
                                  ? absl::StrCat(": nothing for ", ColumnHere(cells_.size()), " and what follows.")
                                  : ". Is a comma not inside quotation marks?"));
  }
  return row_sink_({.number = row_, .cells = cells_});
}

void Reader::TakeCell(void* cell, size_t size, void* self) {
  static_cast<Reader*>(self)->OnCell({static_cast<const char*>(cell), size});
}

void Reader::TakeLineEnd(int terminator, void* self) { static_cast<Reader*>(self)->OnLineEnd(terminator); }

absl::Status Reader::Parse(BytesView bytes) {
  const size_t parsed = csv_parse(&parser_, bytes.data(), bytes.size(), TakeCell, TakeLineEnd, this);
  RETURN_IF_ERROR(failure_);
  if (parsed != bytes.size()) {
    return csv_error(&parser_) == CSV_EPARSE
               ? At("a quotation mark is in the wrong place. Put the whole cell in quotation "
                    "marks, and write those inside it twice.")
               : At("not enough memory to read it.");
  }
  if (parser_.entry_pos > kMaxCsvCell) return At("too long. Is there a quotation mark that is never closed?");
  return absl::OkStatus();
}

absl::Status Reader::Read(ByteSource source) {
  crypto::Secret buffer(kCsvPiece);
  size_t filled = 0;
  for (size_t n = 1; n > 0 && filled < 3; filled += n) {  // enough for the byte order mark
    ASSIGN_OR_RETURN(n, source(buffer.RevealMutable().subspan(filled)));
  }
  BytesView piece = buffer.Reveal().first(filled);
  if (AsChars(piece).starts_with("\xFF\xFE") || AsChars(piece).starts_with("\xFE\xFF")) {
    return AtRow("begins with the mark of UTF-16. Save it again as \"CSV UTF-8\".");
  }
  if (AsChars(piece).starts_with("\xEF\xBB\xBF")) piece = piece.subspan(3);
  while (filled > 0) {
    RETURN_IF_ERROR(Parse(piece));
    ASSIGN_OR_RETURN(filled, source(buffer.RevealMutable()));
    piece = buffer.Reveal().first(filled);
  }
  const int unclosed = csv_fini(&parser_, TakeCell, TakeLineEnd, this);
  RETURN_IF_ERROR(failure_);
  if (unclosed != 0) return At("a quotation mark is never closed.");
  if (header_sink_ && columns_.empty())
    return Error(Reason::kBadSource, absl::StrCat(std::string(name_), ": is empty: no header."));
  return absl::OkStatus();
}

}  // namespace

std::string DescribeColumn(size_t index) {
  std::string letters;
  for (size_t n = index + 1; n > 0; n = (n - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (n - 1) % 26));
  return absl::StrCat("column ", index + 1, " (", letters, ")");
}

absl::Status ReadCsv(std::string_view name, ByteSource source, char delimiter, CsvHeaderSink header, CsvRowSink row) {
  if (!crypto::InitialiseSodium()) return Error(Reason::kBadSource, "the system gives no randomness.");
  return Reader(name, delimiter, header, row).Read(source);
}

absl::Status ReadCsvRows(std::string_view name, ByteSource source, char delimiter, CsvRowSink row) {
  if (!crypto::InitialiseSodium()) return Error(Reason::kBadSource, "the system gives no randomness.");
  return Reader(name, delimiter, std::nullopt, row).Read(source);
}

}  // namespace exposure
