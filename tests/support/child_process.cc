#include "tests/support/child_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

extern char** environ;

namespace exposure::testing {
namespace {

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const std::string output = directory_ / "output";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  const int error = posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    ADD_FAILURE() << "Cannot start " << argv[0];
    pid_ = -1;
    exit_code_ = 127;
    return;
  }
  pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
}

ChildProcess::~ChildProcess() {
  if (exit_code_ < 0) {
    Signal(SIGKILL);
    Wait();
  }
  if (pidfd_ >= 0) close(pidfd_);
}

void ChildProcess::Signal(int signal) const {
  if (pid_ > 0 && exit_code_ < 0) kill(pid_, signal);
}

int ChildProcess::Wait(int seconds) {
  if (exit_code_ >= 0) return exit_code_;
  pollfd ended{pidfd_, POLLIN, 0};
  if (poll(&ended, 1, seconds * 1000) != 1) {
    ADD_FAILURE() << "The process did not end. " << Output();
    kill(pid_, SIGKILL);
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

std::string ChildProcess::WaitForFile(const std::string& path, int seconds) {
  const int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  inotify_add_watch(watch, std::filesystem::path(path).parent_path().c_str(), IN_MOVED_TO | IN_CLOSE_WRITE);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::string contents;
  while ((contents = Contents(path)).empty()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd events[2] = {{watch, POLLIN, 0}, {pidfd_, POLLIN, 0}};
    if (left <= 0 || poll(events, 2, static_cast<int>(left)) <= 0 || events[1].revents != 0) {
      ADD_FAILURE() << path << " did not come. " << Output();
      break;
    }
    char buffer[4096];
    while (read(watch, buffer, sizeof buffer) > 0) {
    }
  }
  close(watch);
  return contents;
}

std::string ChildProcess::Output() const { return Contents(directory_ / "output"); }

std::vector<std::string> ChildProcess::OpenFiles() const {
  std::vector<std::string> files;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/fd", gone)) {
    files.push_back(std::filesystem::read_symlink(entry.path(), gone).string());
  }
  return files;
}

}  // namespace exposure::testing
