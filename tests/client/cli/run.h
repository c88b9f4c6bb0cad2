// Runs a program as a script would: arguments, standard input, and what came of it.
#ifndef EXPOSURE_TESTS_CLIENT_CLI_RUN_H_
#define EXPOSURE_TESTS_CLIENT_CLI_RUN_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace exposure::testing {

struct Ran {
  int code = -1;  // exit code; 128 + signal where one ended it
  std::string out;
  std::string err;
};

inline std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// `out` replaces standard output's file: "/dev/full".
inline Ran Run(std::vector<std::string> arguments, const std::string& input = "", const std::string& out = "") {
  const TempDir dir;
  std::ofstream(dir / "in", std::ios::binary) << input;
  const std::string out_path = out.empty() ? dir / "out" : out;
  const pid_t child = fork();
  if (child == 0) {
    dup2(open((dir / "in").c_str(), O_RDONLY), STDIN_FILENO);
    dup2(open(out_path.c_str(), O_WRONLY | O_CREAT, 0600), STDOUT_FILENO);
    dup2(open((dir / "err").c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
    setsid();  // without a terminal
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return {.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .out = out.empty() ? ReadAll(out_path) : "",
          .err = ReadAll(dir / "err")};
}

// build/…/bin/exposure with arguments.
inline Ran Exposure(std::vector<std::string> arguments, const std::string& input = "", const std::string& out = "") {
  arguments.insert(arguments.begin(), EXPOSURE_BINARY_DIR "/bin/exposure");
  return Run(std::move(arguments), input, out);
}

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_CLIENT_CLI_RUN_H_
