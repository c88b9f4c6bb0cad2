#include "tests/client/source/zip_writer.h"

#include <zip.h>

#include "absl/strings/str_cat.h"

namespace exposure::testing {
namespace {

constexpr char kSpreadsheet[] = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
constexpr char kOffice[] = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

std::string Link(const std::string& id, const std::string& type, const std::string& target) {
  return absl::StrCat("<Relationship Id=\"", id, "\" Type=\"", kOffice, type, "\" Target=\"", target, "\"/>");
}

}  // namespace

std::string MakeZip(const Parts& parts, const std::string& password) {
  zip_source_t* memory = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_t* archive = zip_open_from_source(memory, ZIP_TRUNCATE, nullptr);
  if (archive == nullptr) return "";
  zip_source_keep(memory);
  for (const auto& [name, content] : parts) {
    const int64_t index =
        zip_file_add(archive, name.c_str(), zip_source_buffer(archive, content.data(), content.size(), 0), 0);
    if (!password.empty()) zip_file_set_encryption(archive, index, ZIP_EM_AES_256, password.c_str());
  }
  std::string bytes;
  zip_stat_t stat;
  if (zip_close(archive) == 0 && zip_source_stat(memory, &stat) == 0 && zip_source_open(memory) == 0) {
    bytes.resize(stat.size);
    zip_source_read(memory, bytes.data(), bytes.size());
    zip_source_close(memory);
  }
  zip_source_free(memory);
  return bytes;
}

std::string SheetXml(const std::string& sheet_data) {
  return absl::StrCat("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
                      sheet_data, "</sheetData></worksheet>");
}

Parts WorkbookParts(const std::string& sheet_data) {
  Parts parts = {
      {"[Content_Types].xml",
       "<Types><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
       "</Types>"},
      {"_rels/.rels",
       absl::StrCat("<Relationships>", Link("r1", "officeDocument", "xl/workbook.xml"), "</Relationships>")},
      {"xl/workbook.xml",
       "<workbook xmlns:r=\"r\"><sheets><sheet name=\"People\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels", absl::StrCat("<Relationships>", Link("r1", "worksheet", "worksheets/sheet1.xml"),
                                                  Link("r2", "sharedStrings", "/xl/sharedStrings.xml"),
                                                  Link("r3", "styles", "../xl/./styles.xml"), "</Relationships>")},
      {"xl/styles.xml",
       "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"000000\"/></numFmts><cellStyleXfs><xf "
       "numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"14\"/>"
       "</cellXfs></styleSheet>"},
      {"xl/sharedStrings.xml",
       "<sst><si><t>plain</t></si><si><r><t>ri</t></r><r><t xml:space=\"preserve\">ch </t></r><rPh><t>spoken</t></rPh>"
       "</si><si><t>a_x000D_b_x005F_x</t></si></sst>"},
      {"xl/worksheets/sheet1.xml", SheetXml(sheet_data)},
  };
  Declare(parts, "xl/workbook.xml", "sheet.main");
  Declare(parts, "xl/styles.xml", "styles");
  Declare(parts, "xl/sharedStrings.xml", "sharedStrings");
  Declare(parts, "xl/worksheets/sheet1.xml", "worksheet");
  return parts;
}

void Declare(Parts& parts, const std::string& part, const std::string& type) {
  std::string& types = parts["[Content_Types].xml"];
  types.insert(types.size() - std::string("</Types>").size(),
               absl::StrCat("<Override PartName=\"/", part, "\" ContentType=\"", kSpreadsheet, type, "+xml\"/>"));
}

}  // namespace exposure::testing
