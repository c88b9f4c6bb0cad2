// Any bytes as an archive of files, or as one file of an otherwise good archive: an error of the source, or tables of
// which no two share a name and all can be told.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "client/source/open_source.h"
#include "tests/client/source/zip_writer.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void CheckError(const absl::Status& status) {
  Require(status.ok() || exposure::ReasonOf(status) == exposure::Reason::kBadSource);
}

// The first byte says how long the name of the file is; 0: the rest is the whole archive.
std::string ArchiveOf(const std::string& data) {
  const size_t length = static_cast<unsigned char>(data[0]) % 32;
  if (length == 0 || data.size() <= length) return "PK\x03\x04" + data.substr(1);
  exposure::testing::Parts parts = {{"a.csv", "No,Name\n1,x\n"}, {"b/a.csv", "No;Name\n1;x\n"}};
  parts[data.substr(1, length)] = data.substr(1 + length);
  return exposure::testing::MakeZip(parts);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::vector<exposure::NamedBytes> files;
  files.push_back({.name = "fuzz.zip", .bytes = ArchiveOf(exposure::ToString({data, size}))});
  const auto source = exposure::OpenSources(std::move(files));
  CheckError(source.status());
  if (!source.ok()) return 0;
  std::set<std::string> names;
  for (const exposure::TableFacts& facts : (*source)->tables()) Require(names.insert(facts.name).second);
  for (size_t i = 0; i < names.size(); ++i) {
    CheckError((*source)->Read(i, [](const exposure::TableRow&) { return absl::OkStatus(); }));
  }
  CheckError((*source)->Remarks().status());
  return 0;
}
