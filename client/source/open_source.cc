#include "client/source/open_source.h"

#include <sodium.h>

#include <array>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "client/source/values_file.h"
#include "client/source/workbook.h"

namespace exposure {
namespace {

constexpr std::string_view kZip = "PK\x03\x04";
constexpr std::string_view kOle = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
constexpr char kSaveAs[] = "Open it in its program and save it as \"Excel Workbook (.xlsx)\".";
constexpr char kUnpack[] = "Unpack it, and inspect each file that is in it.";
constexpr char kNoTable[] = "What it shows as a table must be had from where it was made, as a workbook or CSV.";
constexpr char kExport[] = "Export each of its tables as \"CSV UTF-8\".";

struct Format {
  std::string_view begins;  // with these bytes
  const char* what;
  const char* advice;
};
constexpr std::array<Format, 13> kRefused = {
    {{"%PDF-", "a PDF", kNoTable},
     {"{\\rtf", "a text document (.rtf)", kNoTable},
     {"\x89PNG", "a picture", kNoTable},
     {"\xFF\xD8\xFF", "a picture", kNoTable},
     {"GIF8", "a picture", kNoTable},
     {std::string_view("II*\0", 4), "a picture", kNoTable},
     {"PK\x05\x06", "an empty ZIP archive", kUnpack},
     {"PK\x07\x08", "a ZIP archive of several pieces", kUnpack},
     {"\x1F\x8B", "compressed (gzip)", kUnpack},
     {"7z\xBC\xAF\x27\x1C", "an archive (7z)", kUnpack},
     {"Rar!", "an archive (RAR)", kUnpack},
     {"SQLite format 3", "a database (SQLite)", kExport},
     {std::string_view("\0\1\0\0Standard", 12), "a database (Access)", kExport}}};

// A text that is markup, not values.
const Format* MarkupOf(std::string_view bytes) {
  static constexpr Format kXml = {"", "XML, perhaps a workbook of 2003 or a flat .fods", kSaveAs};
  static constexpr Format kHtml = {"", "a web page, whatever its name ends with", kSaveAs};
  static constexpr Format kJson = {"", "JSON", "Turn its list into a table, one row a person, as \"CSV UTF-8\"."};
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const auto skip = [](std::string_view text) {
    const size_t begin = text.find_first_not_of(" \t\r\n");
    return begin == text.npos ? std::string_view() : text.substr(begin);
  };
  const std::string_view text = skip(bytes);
  if (text.empty()) return nullptr;
  const std::string start = absl::AsciiStrToLower(absl::string_view(text.data(), std::min<size_t>(text.size(), 64)));
  if (start.starts_with("<?xml")) return &kXml;
  for (const char* tag : {"<!doctype", "<html", "<head", "<body", "<table", "<meta", "<style"}) {
    if (start.starts_with(tag)) return &kHtml;
  }
  const std::string_view inside = skip(text.substr(1));
  if ((text[0] == '{' || text[0] == '[') && !inside.empty() && (inside[0] == '"' || inside[0] == '{')) return &kJson;
  return nullptr;
}

// Of a ZIP archive that is no workbook of Excel.
Format ArchiveOf(std::string_view bytes) {
  if (bytes.substr(0, 128).find("mimetypeapplication/vnd.oasis.opendocument.") != bytes.npos) {
    return {"", "an OpenDocument file (.ods)", kSaveAs};
  }
  return {"", "a ZIP archive", kUnpack};
}

absl::Status Refuse(const std::string& name, std::string& bytes, const Format& format) {
  sodium_memzero(bytes.data(), bytes.size());
  return Error(Reason::kBadSource, absl::StrCat(name, ": is ", format.what, ", which is not read. ", format.advice));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SourceFile>> OpenSource(std::string name, std::string bytes) {
  for (const Format& format : kRefused) {
    if (bytes.starts_with(format.begins)) return Refuse(name, bytes, format);
  }
  if (bytes.starts_with(kZip) && bytes.find("[Content_Types].xml") == bytes.npos) {
    return Refuse(name, bytes, ArchiveOf(bytes));
  }
  if (bytes.starts_with(kZip) || bytes.starts_with(kOle)) return OpenWorkbook(std::move(name), std::move(bytes));
  if (const Format* markup = MarkupOf(bytes)) return Refuse(name, bytes, *markup);
  return OpenValues(std::move(name), std::move(bytes));
}

}  // namespace exposure
