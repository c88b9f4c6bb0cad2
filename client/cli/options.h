// Options that many commands share, and what they open.
#ifndef EXPOSURE_CLIENT_CLI_OPTIONS_H_
#define EXPOSURE_CLIENT_CLI_OPTIONS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "client/answer.h"
#include "client/core/catalogue_keeper.h"
#include "client/core/transport.h"
#include "client/lookup.h"
#include "client/seal/upload.h"
#include "crypto/root_path.h"
#include "crypto/signature.h"

namespace exposure::cli {

// Which service, and whom to believe.
struct ServiceOptions {
  std::string server;
  std::string root;             // file of the root's public key, or 64 digits of it or of its fingerprint
  std::string state_directory;  // as given; empty: the default
  uint32_t timeout_seconds = 30;
  TlsOptions tls;                    // as given
  std::string token_file;            // as given
  std::string evaluator_token_file;  // as given
};

void AddServiceOptions(CLI::App& command, ServiceOptions& options);
// --root alone, for what is done offline.
void AddRootOption(CLI::App& command, std::string& root);

// How an answer is shown.
struct OutputOptions {
  bool json = false;
  bool verbose = false;
  std::string language;  // "en", "cy"; empty: as the environment says
};

void AddJsonOption(CLI::App& command, OutputOptions& options);
void AddTextOptions(CLI::App& command, OutputOptions& options);

// Returns BAD_USAGE for another language than en and cy.
absl::StatusOr<PrintOptions> ToPrintOptions(const OutputOptions& options);

// A file, 64 hexadecimal digits of the key, or "sha256:" and 64 of its fingerprint. Returns BAD_USAGE, with what is
// accepted.
absl::StatusOr<crypto::RootPin> LoadRoot(const std::string& root);

// Returns BAD_USAGE unless it is 32 hexadecimal digits.
absl::StatusOr<crypto::DatasetId> ParseDatasetId(const std::string& hex);

// Says on standard error which root the person should pin from now on.
void SayRootChanged(const crypto::PublicKey& new_root);

// XDG_STATE_HOME/exposure or ~/.local/state/exposure unless given.
std::string StateDirectory(const ServiceOptions& options);

absl::StatusOr<LookupOptions> ToLookupOptions(const ServiceOptions& options);

// A connection and the catalogue believed on it.
struct Session {
  std::unique_ptr<Transport> transport;
  std::unique_ptr<CatalogueKeeper> keeper;
};

absl::StatusOr<Session> OpenSession(const ServiceOptions& options);

absl::StatusOr<std::unique_ptr<CustodianClient>> ConnectCustodian(const ServiceOptions& options);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_OPTIONS_H_
