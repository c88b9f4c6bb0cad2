// Passphrases of key files: typed at the terminal, or the first line of a private file. Never from the command line or
// the environment, where others could see them.
#ifndef EXPOSURE_CLIENT_CLI_PASSPHRASE_H_
#define EXPOSURE_CLIENT_CLI_PASSPHRASE_H_

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "crypto/secret.h"

namespace exposure::cli {

// --passphrase-file, or `name` where a command has two keys.
void AddPassphraseFile(CLI::App& command, std::string& file, const std::string& name = "--passphrase-file");

// The passphrase of the key file `path`, from `file` or, where that is empty, typed. Returns PASSPHRASE without either.
absl::StatusOr<crypto::Secret> AskPassphrase(const std::string& path, const std::string& file);

// A new one for `path`, typed twice. Returns PASSPHRASE for less than 12 bytes, or where both differ.
absl::StatusOr<crypto::Secret> AskNewPassphrase(const std::string& path, const std::string& file);

}  // namespace exposure::cli

#endif  // EXPOSURE_CLIENT_CLI_PASSPHRASE_H_
