#include "client/seal/source.h"

#include <sodium.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/status_macros.h"
#include "client/seal/column_plan.h"
#include "client/seal/corrections.h"
#include "client/seal/number_file.h"
#include "client/seal/repairs.h"
#include "client/seal/table_plan.h"
#include "client/seal/table_reader.h"
#include "client/seal/unsaid.h"
#include "client/source/open_source.h"
#include "client/source/source_bytes.h"
#include "crypto/hash.h"

namespace exposure {
namespace {

constexpr uint64_t kRowsBetweenReports = 1000;

absl::StatusOr<Repairs> ReadRepairs(const std::string& path, const v1::CanonicalRule& rule) {
  if (path.empty()) return Repairs();
  ASSIGN_OR_RETURN(std::string text, ReadNumberFile(path));
  absl::StatusOr<Repairs> repairs = Repairs::Parse(path, text, rule);
  sodium_memzero(text.data(), text.size());
  return repairs;
}

absl::StatusOr<Corrections> ReadCorrections(const std::string& path, const v1::CanonicalRule& rule,
                                            const v1::Mapping& mapping) {
  if (path.empty()) return Corrections();
  ASSIGN_OR_RETURN(std::string text, ReadNumberFile(path));
  absl::StatusOr<Corrections> corrections = Corrections::Parse(path, text, rule, ConstantsOf(mapping));
  sodium_memzero(text.data(), text.size());
  return corrections;
}

// All of the files in memory, and the hash of their bytes.
absl::Status ReadFiles(const std::vector<std::string>& paths, std::vector<NamedBytes>& files, ByteArray<32>& hash) {
  crypto::Sha256Stream stream;
  uint64_t room = kMaxSourceBytes;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(std::string bytes, ReadSourceBytes(path, std::min(room, kMaxSource)));
    stream.Update(AsBytes(bytes));
    room -= bytes.size();
    files.push_back({.name = path == "-" ? "standard input" : path, .bytes = std::move(bytes)});
  }
  hash = stream.Finish();
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<SourceFile>> OpenFiles(const std::vector<std::string>& paths, ByteArray<32>& hash) {
  std::vector<NamedBytes> files;
  const absl::Status status = ReadFiles(paths, files, hash);
  if (status.ok()) return OpenSources(std::move(files));
  for (NamedBytes& file : files) sodium_memzero(file.bytes.data(), file.bytes.size());
  return status;
}

// People who were added are a table of their own; its rows are lines.
absl::Status AddPeople(const Corrections& corrections, People& people) {
  RETURN_IF_ERROR(corrections.CheckAgainstSource());
  const auto added = [](const Correction& one) { return one.add; };
  if (std::none_of(corrections.list().begin(), corrections.list().end(), added)) return absl::OkStatus();
  const uint32_t table = people.AddTable(kCorrectionsTable);
  for (const Correction& one : corrections.list()) {
    if (one.add) RETURN_IF_ERROR(people.Add({.table = table, .row = one.line}, one.number, one.categories));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Source> ReadSource(const SealOptions& options, const v1::CanonicalRule& rule) {
  if (options.sources.empty()) return Error(Reason::kBadUsage, "No source: name a file, or - for standard input.");
  ASSIGN_OR_RETURN(Repairs repairs, ReadRepairs(options.repairs, rule));
  ASSIGN_OR_RETURN(Corrections corrections, ReadCorrections(options.corrections, rule, options.mapping));
  Source source;
  Unsaid unsaid;
  ASSIGN_OR_RETURN(const std::unique_ptr<SourceFile> file, OpenFiles(options.sources, source.hash));
  ASSIGN_OR_RETURN(const std::vector<PlannedTable> tables, PlanTables(options.mapping, *file, unsaid));

  uint64_t rows = 0;
  const auto report = [&] {
    if (options.progress) options.progress(SealPhase::kReading, rows, 0);
  };
  SourceWork work{.mapping = options.mapping,
                  .rule = rule,
                  .repairs = repairs,
                  .corrections = corrections,
                  .people = source.people,
                  .unsaid = unsaid,
                  .row_done = [&] {
                    if (++rows % kRowsBetweenReports == 0) report();
                  }};
  for (const PlannedTable& table : tables) RETURN_IF_ERROR(ReadTable(*file, table, work));
  RETURN_IF_ERROR(NoteParts(options.mapping, *file, unsaid));
  RETURN_IF_ERROR(unsaid.Check());
  RETURN_IF_ERROR(repairs.CheckAllFound());
  RETURN_IF_ERROR(AddPeople(corrections, source.people));
  RETURN_IF_ERROR(source.people.Finish());
  report();
  return source;
}

}  // namespace exposure
