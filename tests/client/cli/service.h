// An exposured of a test's own: keys, configuration and process, as an operator would make them.
#ifndef EXPOSURE_TESTS_CLIENT_CLI_SERVICE_H_
#define EXPOSURE_TESTS_CLIENT_CLI_SERVICE_H_

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/client/cli/run.h"
#include "tests/support/temp_dir.h"

namespace exposure::testing {

inline constexpr char kServiceConfig[] = R"(
listen: "127.0.0.1:0"
address_file: "address"
data_directory: "data"
evaluator_key_files: "met-1"
catalogue_key_file: "catalogue"
delegation_file: "delegation.txtpb"
service_name: "Test"
epochs {
  evaluator_files: "met-1.pub"
  bucket_bits: 3
  fetch_bits: 3
  schemes {
    force: "met" name: "pay" population: 1500
    rule { min_letters: 1 max_letters: 1 min_digits: 6 max_digits: 6 }
    label { en: "Pay number" } help { en: "on your payslip." } force_name { en: "Metropolitan Police" }
  }
}
custodians { name: "Met" force: "met" public_key_file: "custodian.pub" }
)";

class ServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* kind : {"root", "catalogue", "custodian"}) {
      ASSERT_EQ(Exposure({"keys", "generate", kind, "--out", dir_ / kind}).code, 0);
    }
    ASSERT_EQ(Exposure({"keys", "generate", "evaluator", "--out", dir_ / "met-1"}).code, 0);
    ASSERT_EQ(Exposure({"keys", "delegate", "--root", dir_ / "root", "--catalogue", dir_ / "catalogue.pub", "--out",
                        dir_ / "delegation.txtpb"})
                  .code,
              0);
    std::ofstream(dir_ / "exposured.txtpb") << kServiceConfig;
    Start();
  }
  void TearDown() override { Stop(); }

  void Start() {
    // The address file is renamed into place when the port is bound.
    const int watch = inotify_init1(IN_CLOEXEC);
    ASSERT_GE(inotify_add_watch(watch, dir_.path().c_str(), IN_MOVED_TO | IN_CLOSE_WRITE), 0);
    server_ = fork();
    if (server_ == 0) {
      const std::string config = dir_ / "exposured.txtpb";
      const int log = open((dir_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      dup2(log, STDOUT_FILENO);
      dup2(log, STDERR_FILENO);
      execl(EXPOSURE_BINARY_DIR "/bin/exposured", "exposured", "--config", config.c_str(), nullptr);
      _exit(127);
    }
    while ((address_ = ReadAll(dir_ / "address")).empty()) {
      pollfd waiting = {.fd = watch, .events = POLLIN, .revents = 0};
      char events[4096];
      ASSERT_EQ(poll(&waiting, 1, 20000), 1) << ReadAll(dir_ / "log");
      ASSERT_GT(read(watch, events, sizeof events), 0);
    }
    close(watch);
    while (!address_.empty() && address_.back() == '\n') address_.pop_back();
  }

  void Stop() {
    if (server_ < 0) return;
    kill(server_, SIGTERM);
    int status = 0;
    waitpid(server_, &status, 0);
    server_ = -1;
  }

  // The options that every command to this service needs.
  std::vector<std::string> Service() {
    return {"--server", address_, "--root", dir_ / "root.pub", "--state-dir", dir_ / "state", "--timeout", "10"};
  }

  Ran Ask(std::vector<std::string> arguments, const std::string& input = "") {
    for (const std::string& option : Service()) arguments.push_back(option);
    return Exposure(std::move(arguments), input);
  }

  const TempDir dir_;
  std::string address_;
  pid_t server_ = -1;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_CLIENT_CLI_SERVICE_H_
