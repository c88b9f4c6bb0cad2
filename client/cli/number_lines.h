// Numbers from lines of text: standard input, or what is typed at the prompt. Lines stay in wiped memory.
#ifndef EXPOSURE_CLIENT_CLI_NUMBER_LINES_H_
#define EXPOSURE_CLIENT_CLI_NUMBER_LINES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/lookup.h"
#include "crypto/secret.h"
#include "proto/rules/catalogue_content.h"

namespace exposure::cli {

// The kind that a line without one means. Empty where the command line gave none.
struct DefaultKind {
  std::string force;
  std::string scheme;
};

// `NUMBER`, or `force/scheme NUMBER`; spaces around are dropped. Returns BAD_NUMBER for a line with no number,
// BAD_USAGE where the kind is not known. No message repeats any of the line.
absl::StatusOr<Number> ParseNumberLine(std::string_view line, const DefaultKind& kind);

// That the catalogue has force/scheme. Returns UNKNOWN_FORCE or UNKNOWN_SCHEME with the known ones; the words that were
// given are not repeated, since somebody may have typed the number there.
absl::Status CheckKind(const CheckedContent& content, std::string_view force, std::string_view scheme);

// Reads a file descriptor line by line. Not thread-safe.
class LineReader {
 public:
  explicit LineReader(int fd);

  // The next line without its end, valid until the next call; nothing at the end of the input. Returns BAD_SOURCE for a
  // line of more than 1,024 bytes, FILE_ERROR if it cannot be read.
  absl::StatusOr<std::optional<std::string_view>> Next();

  // Of the last line, from 1.
  size_t row() const { return row_; }

 private:
  absl::Status Fill();

  const int fd_;
  crypto::Secret buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  size_t row_ = 0;
  bool finished_ = false;
};

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_NUMBER_LINES_H_
