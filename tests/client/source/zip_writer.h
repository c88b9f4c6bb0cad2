// Makes archives and workbooks for tests, in memory.
#ifndef EXPOSURE_TESTS_CLIENT_SOURCE_ZIP_WRITER_H_
#define EXPOSURE_TESTS_CLIENT_SOURCE_ZIP_WRITER_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace exposure::testing {

using Parts = std::map<std::string, std::string>;  // name → content

// Empty if it cannot be made. With a password, encrypted.
std::string MakeZip(const Parts& parts, const std::string& password = "");

// The parts of a workbook with one sheet, "People", that holds `sheet_data` ("<row>…</row>"). A test adds or replaces.
Parts WorkbookParts(const std::string& sheet_data);

// What is put around the content of xl/worksheets/sheet1.xml.
std::string SheetXml(const std::string& sheet_data);

// Says in [Content_Types].xml that `part` is of `type` ("pivotCacheDefinition").
void Declare(Parts& parts, const std::string& part, const std::string& type);

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_CLIENT_SOURCE_ZIP_WRITER_H_
