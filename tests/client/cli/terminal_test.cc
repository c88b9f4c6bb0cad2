#include "client/cli/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <future>
#include <string>

#include "base/bytes.h"
#include "tests/client/cli/pty.h"
#include "tests/support/status_matchers.h"

namespace exposure::cli {
namespace {

using crypto::Secret;
using ::exposure::testing::HasReason;
using ::exposure::testing::IsOk;
using ::exposure::testing::Pty;
using ::testing::HasSubstr;
using ::testing::Not;

// What AskHidden returned, while the test types.
std::future<absl::StatusOr<std::string>> AskHidden(Pty& pty) {
  return std::async(std::launch::async, [name = std::string(pty.name())]() -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(const std::unique_ptr<Terminal> terminal, Terminal::Open(name.c_str()));
    ASSIGN_OR_RETURN(const Secret line, terminal->AskHidden("Number: "));
    return ToString(line.Reveal());
  });
}

TEST(TerminalTest, WhatIsTypedIsNotShown) {
  Pty pty;
  auto answer = AskHidden(pty);
  pty.Expect("Number: ");
  EXPECT_FALSE(pty.Echoes());
  pty.Type("A123456\n");
  ASSERT_OK_AND_ASSIGN(const std::string line, answer.get());
  EXPECT_EQ(line, "A123456");
  EXPECT_TRUE(pty.Echoes());
  pty.Type("after\n");  // and that is shown, so that nothing of the number can be still to come
  pty.Expect("after");
  EXPECT_THAT(pty.shown(), Not(HasSubstr("A123456")));
  EXPECT_THAT(pty.shown(), Not(HasSubstr("123")));
}

TEST(TerminalTest, EnterAloneIsAnEmptyLine) {
  Pty pty;
  auto answer = AskHidden(pty);
  pty.Expect("Number: ");
  pty.Type("\n");
  ASSERT_OK_AND_ASSIGN(const std::string line, answer.get());
  EXPECT_EQ(line, "");
}

TEST(TerminalTest, TheErasedIsErased) {
  Pty pty;
  auto answer = AskHidden(pty);
  pty.Expect("Number: ");
  pty.Type(
      "A12\x7f"
      "3\n");
  ASSERT_OK_AND_ASSIGN(const std::string line, answer.get());
  EXPECT_EQ(line, "A13");
}

TEST(TerminalTest, ALineThatIsTooLongIsRefusedAndRestored) {
  Pty pty;
  auto answer = AskHidden(pty);
  pty.Expect("Number: ");
  pty.Type(std::string(300, '7') + "\n");
  const absl::StatusOr<std::string> line = answer.get();
  EXPECT_THAT(line, HasReason(Reason::kBadNumber));
  EXPECT_THAT(line.status().message(), Not(HasSubstr("777")));
  EXPECT_TRUE(pty.Echoes());
}

TEST(TerminalTest, EndOfInputIsAnErrorAndRestored) {
  Pty pty;
  auto answer = AskHidden(pty);
  pty.Expect("Number: ");
  pty.Type("\x04");  // Ctrl-D
  EXPECT_THAT(answer.get(), HasReason(Reason::kBadUsage));
  EXPECT_TRUE(pty.Echoes());
}

TEST(TerminalTest, OnlyAYesIsAYes) {
  for (const auto& [typed, expected] : {std::pair{"y\n", true}, {"Yes\n", true}, {"n\n", false}, {"\n", false}}) {
    Pty pty;
    auto answer = std::async(std::launch::async, [&pty]() -> absl::StatusOr<bool> {
      ASSIGN_OR_RETURN(const std::unique_ptr<Terminal> terminal, Terminal::Open(pty.name()));
      return terminal->AskYesNo("Show? ", "yY");
    });
    pty.Expect("Show? ");
    pty.Type(typed);
    ASSERT_OK_AND_ASSIGN(const bool yes, answer.get());
    EXPECT_EQ(yes, expected) << typed;
  }
}

TEST(TerminalTest, AFileIsNoTerminal) {
  EXPECT_THAT(Terminal::Open("/dev/null"), HasReason(Reason::kBadUsage));
  EXPECT_THAT(Terminal::Open("/nonexistent"), HasReason(Reason::kBadUsage));
}

// The shell gets its echo back, and learns how the process ended.
class InterruptedTest : public ::testing::TestWithParam<int> {};

TEST_P(InterruptedTest, ASignalRestoresTheTerminal) {
  const int signal_number = GetParam();
  int master = -1;
  const pid_t child = forkpty(&master, nullptr, nullptr, nullptr);
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto terminal = Terminal::Open();
    if (!terminal.ok()) _exit(1);
    static_cast<void>((*terminal)->AskHidden("Number: "));
    _exit(2);  // the signal should have ended it
  }
  std::string pending;
  std::string shown;
  ASSERT_TRUE(Pty::WaitFor(master, "Number: ", pending, shown)) << shown;
  termios mode;
  ASSERT_EQ(tcgetattr(master, &mode), 0);
  EXPECT_EQ(mode.c_lflag & ECHO, 0u);
  if (signal_number == SIGINT) {
    ASSERT_EQ(write(master, "A12\x03", 4), 4);  // Ctrl-C in the middle of a number
  } else {
    ASSERT_EQ(kill(child, signal_number), 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal_number) << status;
  ASSERT_EQ(tcgetattr(master, &mode), 0);
  EXPECT_NE(mode.c_lflag & ECHO, 0u);
  EXPECT_THAT(shown, Not(HasSubstr("A12")));
  close(master);
}

INSTANTIATE_TEST_SUITE_P(Signals, InterruptedTest, ::testing::Values(SIGINT, SIGTERM, SIGHUP, SIGQUIT));

}  // namespace
}  // namespace exposure::cli
