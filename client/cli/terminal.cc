#include "client/cli/terminal.h"

#include <fcntl.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.h"
#include "base/status_macros.h"

namespace exposure::cli {
namespace {

using crypto::Secret;

constexpr size_t kMaxTyped = 255;
constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// For the handler: any thread may get the signal, so it puts the terminal right itself.
int hidden_fd = -1;
termios shown_mode;

// Only calls that signal-safety(7) allows. The signal then does what it always did: SA_RESETHAND.
void RestoreAndRaise(int signal_number) {
  const int saved_errno = errno;
  tcsetattr(hidden_fd, TCSANOW, &shown_mode);
  [[maybe_unused]] const ssize_t n = write(hidden_fd, "\n", 1);
  raise(signal_number);
  errno = saved_errno;
}

// No echo while it lives.
class HiddenInput {
 public:
  explicit HiddenInput(int fd) : fd_(fd) {
    ok_ = tcgetattr(fd, &shown_mode) == 0;
    if (!ok_) return;
    hidden_fd = fd;
    struct sigaction action = {};
    action.sa_handler = RestoreAndRaise;
    action.sa_flags = SA_RESETHAND;
    for (size_t i = 0; i < kSignals.size(); ++i) {
      sigaction(kSignals[i], nullptr, &before_[i]);
      if (before_[i].sa_handler != SIG_IGN) sigaction(kSignals[i], &action, nullptr);
    }
    termios hidden = shown_mode;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    hidden.c_lflag |= ICANON | ISIG | ECHONL;
    hidden.c_cc[VSUSP] = _POSIX_VDISABLE;  // Ctrl-Z would leave the shell without echo
    ok_ = tcsetattr(fd, TCSAFLUSH, &hidden) == 0;
  }
  ~HiddenInput() {
    if (hidden_fd < 0) return;
    tcsetattr(fd_, TCSAFLUSH, &shown_mode);
    for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
    hidden_fd = -1;
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;
  bool ok() const { return ok_; }

 private:
  const int fd_;
  bool ok_ = false;
  std::array<struct sigaction, kSignals.size()> before_ = {};
};

}  // namespace

absl::StatusOr<std::unique_ptr<Terminal>> Terminal::Open(const char* path) {
  const int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd < 0 || !isatty(fd)) {
    if (fd >= 0) close(fd);
    return Error(Reason::kBadUsage,
                 "There is no terminal to ask at.\n  Give the number on standard input, one a line.");
  }
  return std::unique_ptr<Terminal>(new Terminal(fd));
}

Terminal::~Terminal() { close(fd_); }

void Terminal::Print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(fd_, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;
    text.remove_prefix(static_cast<size_t>(n));
  }
}

absl::StatusOr<Secret> Terminal::ReadLine() {
  Secret line(kMaxTyped);
  size_t length = 0;
  bool too_long = false;
  for (;;) {
    char c;
    const ssize_t n = read(fd_, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 || (n == 0 && length == 0))
      return Error(Reason::kBadUsage, "The terminal was closed; nothing was asked.");
    if (n == 0 || c == '\n') break;
    if (length == kMaxTyped) {
      too_long = true;
      continue;
    }
    line.RevealMutable()[length++] = static_cast<uint8_t>(c);
    sodium_memzero(&c, 1);
  }
  if (too_long) return Error(Reason::kBadNumber, "That is too long for a number.");
  return Secret(line.Reveal().first(length));
}

absl::StatusOr<Secret> Terminal::AskHidden(std::string_view question) {
  const HiddenInput hidden(fd_);
  if (!hidden.ok()) return Error(Reason::kBadUsage, "This terminal cannot hide what is typed.");
  Print(question);  // after echo is off, so that nobody types too early
  return ReadLine();
}

absl::StatusOr<Secret> Terminal::Ask(std::string_view question) {
  Print(question);
  return ReadLine();
}

absl::StatusOr<bool> Terminal::AskYesNo(std::string_view question, std::string_view yes) {
  ASSIGN_OR_RETURN(const Secret line, Ask(question));
  return line.size() > 0 && yes.find(static_cast<char>(line.Reveal()[0])) != std::string_view::npos;
}

}  // namespace exposure::cli
