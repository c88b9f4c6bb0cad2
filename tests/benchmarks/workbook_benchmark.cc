// What it costs to read a workbook, as a ratio to unpacking and parsing its XML alone: libzip and expat on the same
// file in the same run, turn by turn. The workbooks are made here, with libxlsxwriter.
//
//   47,000 and 300,000 rows × 32 columns    `ratio` = ours ÷ floor, aim ≤ 1.5; peak memory of reading, aim < 500 MB
//
// Texts are in a table of their own, as Excel writes them; `_inline` has them in their cells.
#include <benchmark/benchmark.h>
#include <expat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include <zip.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/source/open_source.h"
#include "client/source/source_bytes.h"
#include "tests/support/temp_dir.h"

namespace exposure {
namespace {

constexpr int kColumns = 32;

// CPU time of this thread, so that what else the machine does counts less.
double Now() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

double SecondsOf(const std::function<bool()>& work, bool& good) {
  const double begin = Now();
  good = work() && good;
  return Now() - begin;
}

// A column of numbers, one of surnames that all differ, and others as a personnel system gives: codes and short words.
void MakeWorkbook(const std::string& path, int rows, bool shared) {
  lxw_workbook_options options = {};
  options.constant_memory = shared ? LXW_FALSE : LXW_TRUE;
  lxw_workbook* book = workbook_new_opt(path.c_str(), &options);
  lxw_worksheet* sheet = workbook_add_worksheet(book, "Data");
  for (int row = 0; row < rows; ++row) {
    worksheet_write_number(sheet, row, 0, 100000 + row, nullptr);
    worksheet_write_string(sheet, row, 1, absl::StrCat("Surname", row).c_str(), nullptr);
    for (lxw_col_t column = 2; column < kColumns; ++column) {
      const int value = (row * 31 + column * 17) % 997;
      if (column % 4 == 0) {
        worksheet_write_number(sheet, row, column, value, nullptr);
      } else {
        worksheet_write_string(sheet, row, column, absl::StrCat("word ", value).c_str(), nullptr);
      }
    }
  }
  workbook_close(book);
}

// In a process of its own, whose memory does not count.
bool MadeWorkbook(const std::string& path, int rows, bool shared) {
  const pid_t child = fork();
  if (child == 0) {
    MakeWorkbook(path, rows, shared);
    _exit(0);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && status == 0;
}

// Every XML part unpacked and parsed, with handlers that do nothing.
bool Floor(const std::string& bytes) {
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, nullptr);
  zip_t* zip = zip_open_from_source(source, ZIP_RDONLY, nullptr);
  if (zip == nullptr) return false;
  bool good = true;
  std::vector<char> piece(64 << 10);
  for (int64_t i = 0; i < zip_get_num_entries(zip, 0); ++i) {
    zip_file_t* file = zip_fopen_index(zip, i, 0);
    XML_Parser parser = XML_ParserCreate(nullptr);
    XML_SetElementHandler(
        parser, [](void*, const char*, const char**) {}, [](void*, const char*) {});
    XML_SetCharacterDataHandler(parser, [](void*, const char*, int) {});
    for (int64_t n = 1; n > 0;) {
      n = zip_fread(file, piece.data(), piece.size());
      good = good && n >= 0 && XML_Parse(parser, piece.data(), static_cast<int>(n), n == 0) == XML_STATUS_OK;
    }
    XML_ParserFree(parser);
    zip_fclose(file);
  }
  zip_discard(zip);
  return good;
}

bool ReadAll(std::string bytes, int64_t rows) {
  std::vector<NamedBytes> files;
  files.push_back({.name = "b.xlsx", .bytes = std::move(bytes)});
  const auto source = OpenSources(std::move(files));
  if (!source.ok()) return false;
  int64_t read = 0;
  const absl::Status status = (*source)->Read(0, [&read](const TableRow& row) {
    read += row.cells.size() == kColumns ? 1 : 0;
    return absl::OkStatus();
  });
  return status.ok() && read == rows;
}

// "VmHWM" of this process since it was last reset, in MB.
double PeakMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    double kilobytes = 0;
    if (line.starts_with("VmHWM:") && sscanf(line.c_str(), "VmHWM: %lf", &kilobytes) == 1) return kilobytes / 1024;
  }
  return 0;
}

void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

void Workbook(benchmark::State& state, int rows, bool shared) {
  const testing::TempDir dir;
  double ours = 0, floor = 0, peak = 0;
  bool good = MadeWorkbook(dir / "b.xlsx", rows, shared);
  for (auto _ : state) {
    absl::StatusOr<std::string> bytes = ReadSourceBytes(dir / "b.xlsx");
    floor += SecondsOf([&] { return bytes.ok() && Floor(*bytes); }, good);
    ResetPeak();
    const double took = SecondsOf([&] { return bytes.ok() && ReadAll(*std::move(bytes), rows); }, good);
    peak = PeakMegabytes();
    ours += took;
    state.SetIterationTime(took);
  }
  if (!good) state.SkipWithError("not read");
  state.SetItemsProcessed(state.iterations() * rows);
  state.counters["ratio"] = ours / floor;
  state.counters["peak_MB"] = peak;
}

BENCHMARK_CAPTURE(Workbook, 47000, 47'000, true)->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK_CAPTURE(Workbook, 47000_inline, 47'000, false)->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK_CAPTURE(Workbook, 300000, 300'000, true)->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK_CAPTURE(Workbook, 300000_inline, 300'000, false)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);

}  // namespace
}  // namespace exposure
