// exposure: the command of officers, custodians and operators.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>

#include "client/cli/command_line.h"

namespace {

// A number must not end in a core dump, nor be read by another process of the same user.
void HideMemory() {
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

// What is opened later must not take the place of a standard stream: an answer would be written to it.
void KeepStandardStreams() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd) _exit(1);  // writing to it fails
  }
}

// Its own messages could hold what was sent.
void QuietGrpc() {
  unsetenv("GRPC_TRACE");
  setenv("GRPC_VERBOSITY", "NONE", 1);
}

}  // namespace

int main(int argc, char** argv) {
  KeepStandardStreams();
  HideMemory();
  QuietGrpc();
  signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of writing, with an exit code
  return static_cast<int>(exposure::cli::RunCommandLine(argc, argv));
}
