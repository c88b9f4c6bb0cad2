#include "client/source/foreign_format.h"

#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace exposure {
namespace {

constexpr char kSaveAs[] = "Open it in its program and save it as \"Excel Workbook (.xlsx)\".";
constexpr char kUnpack[] = "Unpack it, and give the files that are in it.";
constexpr char kNoTable[] = "What it shows as a table must be had from where it was made, as a workbook or CSV.";
constexpr char kExport[] = "Export each of its tables as \"CSV UTF-8\".";

struct Format {
  std::string_view begins;  // with these bytes
  const char* what;
  const char* advice;
};
constexpr std::array<Format, 13> kForeign = {
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

// Its first entry says what it is, and is not compressed.
bool IsOpenDocument(std::string_view bytes) {
  return bytes.starts_with("PK") &&
         bytes.substr(0, 128).find("mimetypeapplication/vnd.oasis.opendocument.") != bytes.npos;
}

absl::Status Refuse(std::string_view name, const Format& format) {
  return Error(Reason::kBadSource,
               absl::StrCat(std::string(name), ": is ", format.what, ", which is not read. ", format.advice));
}

}  // namespace

absl::Status CheckFormat(std::string_view name, std::string_view bytes) {
  for (const Format& format : kForeign) {
    if (bytes.starts_with(format.begins)) return Refuse(name, format);
  }
  if (IsOpenDocument(bytes)) return Refuse(name, {"", "an OpenDocument file (.ods)", kSaveAs});
  if (const Format* markup = MarkupOf(bytes)) return Refuse(name, *markup);
  return absl::OkStatus();
}

}  // namespace exposure
