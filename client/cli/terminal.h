// Questions to the person at the terminal, whatever standard input and output are. What is typed for a number is never
// shown, and the terminal is put right again whatever happens: an error, Ctrl-C, a hang-up.
#ifndef EXPOSURE_CLIENT_CLI_TERMINAL_H_
#define EXPOSURE_CLIENT_CLI_TERMINAL_H_

#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/secret.h"

namespace exposure::cli {

// One at a time in a process. Not thread-safe.
class Terminal {
 public:
  // Returns BAD_USAGE where there is none.
  static absl::StatusOr<std::unique_ptr<Terminal>> Open(const char* path = "/dev/tty");
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void Print(std::string_view text);

  // One line, not shown while it is typed. Returns BAD_NUMBER for a line of more than 255 bytes, BAD_USAGE if the
  // terminal was closed.
  absl::StatusOr<crypto::Secret> AskHidden(std::string_view question);

  // One line that everybody may see.
  absl::StatusOr<crypto::Secret> Ask(std::string_view question);

  // True for an answer that begins with one of the letters of `yes`; Enter is no.
  absl::StatusOr<bool> AskYesNo(std::string_view question, std::string_view yes);

 private:
  explicit Terminal(int fd) : fd_(fd) {}
  absl::StatusOr<crypto::Secret> ReadLine();

  const int fd_;
};

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_TERMINAL_H_
