// Runs storage_worker, which is built beside the tests.
#ifndef EXPOSURE_TESTS_STORAGE_WORKER_H_
#define EXPOSURE_TESTS_STORAGE_WORKER_H_

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace exposure::storage {

class Worker {
 public:
  Worker(const std::string& what, const std::string& directory, uint64_t number) {
    const std::string program =
        (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "storage_worker").string();
    const std::string argument = std::to_string(number);
    int in[2];
    int out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      execl(program.c_str(), program.c_str(), what.c_str(), directory.c_str(), argument.c_str(), nullptr);
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    stdin_ = in[1];
    lines_ = fdopen(out[0], "r");
  }
  ~Worker() {
    Kill();
    close(stdin_);
    fclose(lines_);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // The next line; nothing when it is dead and all was read.
  std::optional<std::string> Line() {
    char buffer[256];
    if (fgets(buffer, sizeof buffer, lines_) == nullptr) return std::nullopt;
    std::string line = buffer;
    if (!line.empty() && line.back() == '\n') line.pop_back();
    return line;
  }

  // Its exit code when it has ended by itself.
  int Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  // SIGKILL. Says whether it was still running.
  bool Kill() {
    if (pid_ <= 0) return false;
    kill(pid_, SIGKILL);
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFSIGNALED(status);
  }

 private:
  pid_t pid_ = -1;
  int stdin_ = -1;
  FILE* lines_ = nullptr;
};

}  // namespace exposure::storage

#endif  // EXPOSURE_TESTS_STORAGE_WORKER_H_
