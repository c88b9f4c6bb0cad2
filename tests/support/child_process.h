// A program of ours as a process, seen from outside.
#ifndef EXPOSURE_TESTS_SUPPORT_CHILD_PROCESS_H_
#define EXPOSURE_TESTS_SUPPORT_CHILD_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace exposure::testing {

class ChildProcess {
 public:
  // `arguments[0]` is the program's path.
  explicit ChildProcess(const std::vector<std::string>& arguments);
  // Kills it, if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal) const;
  // Its exit code; 128 + the signal that ended it. Fails the test and kills it after `seconds`.
  int Wait(int seconds = 60);
  // Contents of `path`, as soon as it is there with something in it; empty, and the test fails, if the process ends
  // before or nothing comes in `seconds`.
  std::string WaitForFile(const std::string& path, int seconds = 60);
  // Standard output and error so far, in order.
  std::string Output() const;
  // Where each of its open files is.
  std::vector<std::string> OpenFiles() const;

 private:
  TempDir directory_;
  pid_t pid_ = -1;
  int pidfd_ = -1;
  int exit_code_ = -1;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_SUPPORT_CHILD_PROCESS_H_
