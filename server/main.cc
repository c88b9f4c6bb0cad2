// exposured: the service. Options, then the server until SIGTERM or SIGINT.
#include <grpc/support/log.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/error.h"
#include "crypto/catalogue.h"
#include "crypto/secret.h"
#include "server/config.h"
#include "server/keys.h"
#include "server/log.h"
#include "server/roles.h"
#include "server/server.h"
#include "server/stores.h"

namespace exposure::server {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kBadUse = 2;

constexpr char kDescription[] =
    "exposured serves sealed records, private lookups of them, and the signed catalogue.\n"
    "It listens on loopback, a UNIX socket or, with TLS, any address, and never sees a number or an answer.";

constexpr char kExamples[] =
    "Examples:\n"
    "  exposured --config /etc/exposure/exposured.txtpb --check-config\n"
    "  exposured --config /etc/exposure/exposured.txtpb\n"
    "  exposured --config evaluator.txtpb --roles=evaluator\n"
    "  exposured --config records.txtpb --roles=records,catalogue\n"
    "  exposured --config signer.txtpb --roles=signer\n"
    "  exposured --config signer.txtpb --roles=signer --accept-header newest.catalogue\n"
    "\n"
    "Exit codes: 0 it ran and stopped in order, or the configuration is good; 1 it could not run; 2 wrong use or\n"
    "configuration. A configuration with every field explained: deploy/exposured.txtpb.";

struct Options {
  std::string config;
  std::string roles = "evaluator,records,catalogue";
  bool check_config = false;
  std::string accept_header;
  bool drop_missing = false;
};

// No key and no request may reach a core dump, whatever the system does with one.
void ForbidCoreDumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  std::ofstream("/proc/self/coredump_filter") << "0";
}

// Connections need one each; where the system says nothing else, a process begins with 1,024 and may have far more.
void RaiseOpenFiles() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

// Only where in gRPC something went wrong: its own messages could hold what a caller sent. Nothing of handshakes that
// fail: any stranger could fill the log with them.
void LogPlaceOnly(gpr_log_func_args* args) {
  const std::string path = args->file;
  if (args->severity < GPR_LOG_SEVERITY_ERROR || path.ends_with("ssl_transport_security.cc")) return;
  Log(Level::kError, absl::StrCat("grpc: ", path.substr(path.rfind('/') + 1), ":", args->line));
}

// Debian builds Abseil with the watch over the order of locks, which costs gRPC 3% of its time.
void TrustLocks() { absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore); }

void QuietGrpc() {
  unsetenv("GRPC_TRACE");
  unsetenv("GRPC_VERBOSITY");
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
  gpr_set_log_function(LogPlaceOnly);
}

void PrintConfig(const Options& options, const Roles& roles, const LoadedConfig& config) {
  std::cout << options.config << ": no problem found.\n"
            << "  roles   " << RolesText(roles) << "\n"
            << "  listen  " << config.settings.listen() << "\n";
  for (const v1::Epoch& epoch : config.content.epochs()) {
    std::cout << "  epoch   " << ToHex(AsBytes(epoch.epoch_id()));
    for (const v1::Scheme& scheme : epoch.schemes()) std::cout << "  " << scheme.force() << "/" << scheme.name();
    std::cout << "  bucket_bits " << epoch.bucket_bits() << ", fetch_bits " << epoch.fetch_bits()
              << (epoch.state() == v1::EPOCH_STATE_RETIRED ? ", retired" : "") << "\n";
  }
}

// What --check-config says although nothing is wrong yet.
void PrintWarnings(const Roles& roles, const LoadedConfig& config) {
  if (!SignsHere(config.settings, roles)) return;
  const absl::StatusOr<storage::SignedDelegation> text = ReadDelegation(config.settings.delegation_file());
  if (!text.ok()) return;
  const absl::StatusOr<crypto::Delegation> delegation = crypto::DecodeDelegation(AsBytes(text->delegation));
  if (!delegation.ok()) return;
  for (const std::string& warning : crypto::EndWarnings(*delegation, storage::SystemClock()())) {
    std::cout << "  warning " << warning << "\n";
  }
}

int Fail(const absl::Status& status, int exit_code) {
  std::cerr << std::string(status.message()) << "\n";
  if (const auto reason = ReasonOf(status)) std::cerr << "(" << ReasonWord(*reason) << ": see docs/errors.md)\n";
  return exit_code;
}

// `signals` are blocked in every thread, and waited for here.
int Serve(const LoadedConfig& config, const Roles& roles, const sigset_t& signals) {
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(config, roles);
  if (!server.ok()) return Fail(server.status(), kFailed);
  Log(Level::kInfo,
      absl::StrCat("exposured ", EXPOSURE_VERSION, " serves on ", (*server)->address(), "; roles: ", RolesText(roles)));
  int signal = 0;
  sigwait(&signals, &signal);
  Log(Level::kInfo, absl::StrCat("stopping on ", signal == SIGTERM ? "SIGTERM" : "SIGINT"));
  (*server)->Shutdown();
  Log(Level::kInfo, "stopped");
  return kOk;
}

int Run(const Options& options) {
  const absl::StatusOr<Roles> roles = ParseRoles(options.roles);
  if (!roles.ok()) return Fail(roles.status(), kBadUse);
  absl::StatusOr<LoadedConfig> config = LoadConfig(options.config, *roles);
  if (!config.ok()) return Fail(config.status(), kBadUse);
  config->drop_missing = options.drop_missing;
  if (options.check_config) {
    PrintConfig(options, *roles, *config);
    PrintWarnings(*roles, *config);
    return kOk;
  }
  if (!options.accept_header.empty()) {
    const absl::Status accepted = AcceptHeader(*config, *roles, options.accept_header);
    if (!accepted.ok()) return Fail(accepted, ReasonOf(accepted) == Reason::kBadUsage ? kBadUse : kFailed);
    std::cout << options.accept_header << ": accepted; the next catalogue follows from it. Now start the service.\n";
    return kOk;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return Serve(*config, *roles, signals);
}

int Main(int argc, char** argv) {
  ForbidCoreDumps();
  RaiseOpenFiles();
  umask(0077);
  signal(SIGXFSZ, SIG_IGN);  // a file that may not grow further is an error of writing, as a full disk is
  TrustLocks();
  QuietGrpc();
  if (!crypto::InitialiseSodium()) return Fail(absl::InternalError("The system gives no random numbers."), kFailed);

  Options options;
  CLI::App app(kDescription, "exposured");
  app.footer(kExamples);
  app.set_version_flag("--version", "exposured " EXPOSURE_VERSION);
  app.add_option("--config", options.config, "Configuration, a protobuf text file")->required()->type_name("FILE");
  app.add_option("--roles", options.roles, "What this process does: some of evaluator,records,catalogue; or signer")
      ->type_name("LIST")
      ->capture_default_str();
  app.add_flag("--check-config", options.check_config, "Check the configuration and everything it names, then stop");
  app.add_option("--accept-header", options.accept_header,
                 "After a restore: the newest catalogue known outside, a file of `exposure catalogue fetch`. Takes it, "
                 "then stops")
      ->type_name("FILE");
  app.add_flag("--drop-missing-datasets", options.drop_missing,
               "After a restore: take datasets out of the catalogue that the records lack");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kOk : kBadUse;
  }
  return Run(options);
}

}  // namespace
}  // namespace exposure::server

int main(int argc, char** argv) { return exposure::server::Main(argc, argv); }
