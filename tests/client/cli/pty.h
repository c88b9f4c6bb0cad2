// A pseudo-terminal: the test is the person at the master side, the code under test has the slave.
#ifndef EXPOSURE_TESTS_CLIENT_CLI_PTY_H_
#define EXPOSURE_TESTS_CLIENT_CLI_PTY_H_

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace exposure::testing {

class Pty {
 public:
  Pty() { EXPECT_EQ(openpty(&master_, &slave_, name_, nullptr, nullptr), 0); }
  ~Pty() {
    close(master_);
    close(slave_);
  }
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;

  const char* name() const { return name_; }
  int slave() const { return slave_; }

  // Waits until `text` was shown since the last Expect; fails after ten seconds without a word.
  void Expect(std::string_view text) { ASSERT_TRUE(WaitFor(master_, text, pending_, shown_)) << "shown: " << shown_; }

  void Type(std::string_view text) {
    ASSERT_EQ(write(master_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  // Everything that was shown so far.
  const std::string& shown() const { return shown_; }

  bool Echoes() const {
    termios mode;
    EXPECT_EQ(tcgetattr(slave_, &mode), 0);
    return (mode.c_lflag & ECHO) != 0;
  }

  // Reads `fd` until `text` is in what came; drops it and what was before from `pending`.
  static bool WaitFor(int fd, std::string_view text, std::string& pending, std::string& all) {
    for (;;) {
      if (const size_t at = pending.find(text); at != std::string::npos) {
        pending.erase(0, at + text.size());
        return true;
      }
      pollfd waiting = {.fd = fd, .events = POLLIN, .revents = 0};
      char buffer[4096];
      if (poll(&waiting, 1, 10000) != 1) return false;
      const ssize_t n = read(fd, buffer, sizeof buffer);
      if (n <= 0) return false;
      pending.append(buffer, static_cast<size_t>(n));
      all.append(buffer, static_cast<size_t>(n));
    }
  }

 private:
  int master_ = -1;
  int slave_ = -1;
  char name_[128] = {};
  std::string pending_;
  std::string shown_;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_CLIENT_CLI_PTY_H_
