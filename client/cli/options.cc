#include "client/cli/options.h"

#include <cstdlib>
#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/cli/output.h"
#include "client/cli/text_file.h"
#include "exposure/config/v1/config.pb.h"

namespace exposure::cli {
namespace {

constexpr std::string_view kFingerprintPrefix = "sha256:";
constexpr char kRootPublic[] = "the public file of a root key";

// The value of an environment variable; empty where there is none.
std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string OrEnvironment(const std::string& option, const char* name) {
  return option.empty() ? Environment(name) : option;
}

constexpr size_t kMaxTokenFile = 8192;

// Read for each call, since tokens live for minutes. The last line's end does not count. Null where there is no path.
TokenSource ReadTokenFrom(const std::string& path) {
  if (path.empty()) return nullptr;
  return [path]() -> absl::StatusOr<std::string> {
    std::string token(kMaxTokenFile, '\0');
    ASSIGN_OR_RETURN(const size_t size,
                     ReadPrivateFile(path, {reinterpret_cast<uint8_t*>(token.data()), token.size()}));
    token.resize(size);
    while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
    return token;
  };
}

bool EnvironmentIsWelsh() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const std::string value = Environment(name);
    if (!value.empty()) return value.rfind("cy", 0) == 0;
  }
  return false;
}

}  // namespace

absl::StatusOr<crypto::DatasetId> ParseDatasetId(const std::string& hex) {
  const std::optional<crypto::DatasetId> id = ArrayFromHex<16>(hex);
  if (!id) return Error(Reason::kBadUsage, "A dataset's id is 32 hexadecimal digits. See: exposure catalogue export");
  return *id;
}

void AddServiceOptions(CLI::App& command, ServiceOptions& options) {
  command.add_option("--server", options.server, "The service: HOST:PORT or unix:/path [EXPOSURE_SERVER]");
  AddRootOption(command, options.root);
  command.add_option("--state-dir", options.state_directory,
                     "Where the newest catalogue and downloaded sets are kept [XDG_STATE_HOME/exposure]");
  command.add_option("--tls-ca", options.tls.ca_file, "TLS: the CA of the service's certificate [EXPOSURE_TLS_CA]");
  command.add_option("--tls-cert", options.tls.certificate_file, "Your certificate [EXPOSURE_TLS_CERT]");
  command.add_option("--tls-key", options.tls.key_file, "Its private key, mode 0400 [EXPOSURE_TLS_KEY]");
  command.add_option("--token-file", options.token_file,
                     "An app's token, instead of a certificate [EXPOSURE_TOKEN_FILE]");
  command.add_option("--evaluator-token-file", options.evaluator_token_file,
                     "The same for evaluators apart from it: another token [EXPOSURE_EVALUATOR_TOKEN_FILE]");
  command.add_option("--timeout", options.timeout_seconds, "Seconds that one call may take [30]");
}

void AddRootOption(CLI::App& command, std::string& root) {
  command.add_option(
      "--root", root,
      "The root's public key: its file, its 64 hexadecimal digits, or sha256:FINGERPRINT [EXPOSURE_ROOT]");
}

void AddJsonOption(CLI::App& command, OutputOptions& options) {
  command.add_flag("--json", options.json, "JSON on standard output, as docs/json.md says");
}

void AddTextOptions(CLI::App& command, OutputOptions& options) {
  AddJsonOption(command, options);
  command.add_flag("--verbose", options.verbose, "Also how the answer was verified: versions, roots, sizes");
  command.add_option("--lang", options.language, "Language of texts: en or cy [from the environment]");
}

absl::StatusOr<PrintOptions> ToPrintOptions(const OutputOptions& options) {
  if (!options.language.empty() && options.language != "en" && options.language != "cy") {
    return Error(Reason::kBadUsage, "--lang: English (en) and Welsh (cy) are known.");
  }
  const bool welsh = options.language.empty() ? EnvironmentIsWelsh() : options.language == "cy";
  return PrintOptions{
      .language = welsh ? Language::kWelsh : Language::kEnglish, .colour = WantsColour(), .verbose = options.verbose};
}

// The environment is looked at here, and not by CLI11, which would also do it for the commands that were not given.
absl::StatusOr<crypto::RootPin> LoadRoot(const std::string& option) {
  const std::string root = OrEnvironment(option, "EXPOSURE_ROOT");
  if (root.empty()) {
    return Error(
        Reason::kBadUsage,
        "Which root key is to be believed?\n  Say --root FILE, or set EXPOSURE_ROOT. The operator gives it out.");
  }
  if (const std::optional<crypto::PublicKey> key = ArrayFromHex<32>(root)) return *key;
  if (root.starts_with(kFingerprintPrefix)) {
    const std::optional<crypto::KeyId> fingerprint = ArrayFromHex<32>(root.substr(kFingerprintPrefix.size()));
    if (fingerprint) return crypto::RootPin::OfFingerprint(*fingerprint);
    return Error(Reason::kBadUsage, "--root: a fingerprint is sha256: and 64 hexadecimal digits.");
  }
  config::v1::SigningPublic file;
  RETURN_IF_ERROR(ReadMadeFile(root, kRootPublic, Reason::kBadUsage, file));
  const std::optional<crypto::PublicKey> key = ArrayFromHex<32>(file.public_key());
  if (file.kind() != "root" || !key) {
    return Error(Reason::kBadUsage, absl::StrCat(root, ": is not ", kRootPublic, "."));
  }
  if (file.fingerprint() != ToHex(crypto::DeriveKeyId(*key))) {
    return Error(Reason::kBadUsage, absl::StrCat(root, ": key and fingerprint do not belong together.\n",
                                                 "  Get the file again, and compare the fingerprint with its owner."));
  }
  return *key;
}

void SayRootChanged(const crypto::PublicKey& new_root) {
  WriteErr(absl::StrCat("exposure: the service's root key has changed; the old root and the new one signed that.\n",
                        "  Compare the new fingerprint with the operator, and pin it from now on:\n  --root ",
                        std::string(kFingerprintPrefix), ToHex(crypto::DeriveKeyId(new_root)), "\n"));
}

std::string StateDirectory(const ServiceOptions& options) {
  if (!options.state_directory.empty()) return options.state_directory;
  if (const std::string state = Environment("XDG_STATE_HOME"); !state.empty()) return absl::StrCat(state, "/exposure");
  const std::string home = Environment("HOME");
  return home.empty() ? "" : absl::StrCat(home, "/.local/state/exposure");
}

absl::StatusOr<LookupOptions> ToLookupOptions(const ServiceOptions& options) {
  const std::string server = OrEnvironment(options.server, "EXPOSURE_SERVER");
  if (server.empty()) {
    return Error(Reason::kBadUsage, "Which service?\n  Say --server HOST:PORT, or set EXPOSURE_SERVER.");
  }
  if (options.timeout_seconds == 0) return Error(Reason::kBadUsage, "--timeout: at least one second.");
  LookupOptions out;
  out.server = server;
  ASSIGN_OR_RETURN(out.root, LoadRoot(options.root));
  out.state_directory = StateDirectory(options);
  out.timeout_seconds = options.timeout_seconds;
  out.root_changed = SayRootChanged;
  out.tls = {.ca_file = OrEnvironment(options.tls.ca_file, "EXPOSURE_TLS_CA"),
             .certificate_file = OrEnvironment(options.tls.certificate_file, "EXPOSURE_TLS_CERT"),
             .key_file = OrEnvironment(options.tls.key_file, "EXPOSURE_TLS_KEY")};
  out.token = ReadTokenFrom(OrEnvironment(options.token_file, "EXPOSURE_TOKEN_FILE"));
  out.evaluator_token = ReadTokenFrom(OrEnvironment(options.evaluator_token_file, "EXPOSURE_EVALUATOR_TOKEN_FILE"));
  return out;
}

absl::StatusOr<Session> OpenSession(const ServiceOptions& options) {
  ASSIGN_OR_RETURN(const LookupOptions lookup, ToLookupOptions(options));
  Session session;
  ASSIGN_OR_RETURN(session.transport, MakeGrpcTransport(lookup));
  ASSIGN_OR_RETURN(session.keeper,
                   CatalogueKeeper::Create(session.transport.get(), {.root = lookup.root,
                                                                     .state_directory = lookup.state_directory,
                                                                     .clock = SystemClock(),
                                                                     .root_changed = lookup.root_changed}));
  return session;
}

absl::StatusOr<std::unique_ptr<CustodianClient>> ConnectCustodian(const ServiceOptions& service) {
  ASSIGN_OR_RETURN(const LookupOptions options, ToLookupOptions(service));
  return CustodianClient::Connect(options);
}

}  // namespace exposure::cli
