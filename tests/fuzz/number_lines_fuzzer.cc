// What stands on standard input: lines through the reader, each parsed with and without a default kind.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "client/cli/number_lines.h"
#include "proto/rules/notice_rules.h"

namespace {

using exposure::cli::DefaultKind;
using exposure::cli::LineReader;
using exposure::cli::ParseNumberLine;

void Check(std::string_view line, const DefaultKind& kind) {
  const auto number = ParseNumberLine(line, kind);
  if (!number.ok()) return;
  const bool sound = exposure::IsToken(number->force) && exposure::IsToken(number->scheme) &&
                     number->number.size() > 0 && number->number.size() <= line.size();
  if (!sound) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int fd = memfd_create("input", MFD_CLOEXEC);
  if (fd < 0 || write(fd, data, size) != static_cast<ssize_t>(size) || lseek(fd, 0, SEEK_SET) != 0) std::abort();
  LineReader reader(fd);
  for (;;) {
    const auto line = reader.Next();
    if (!line.ok() || !line->has_value()) break;
    if ((*line)->find('\n') != std::string_view::npos) std::abort();
    Check(**line, {});
    Check(**line, {.force = "met", .scheme = "pay"});
  }
  if (reader.row() > size) std::abort();
  close(fd);
  return 0;
}
