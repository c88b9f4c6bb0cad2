#include "client/cli/passphrase.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/cli/terminal.h"
#include "crypto/sealed_key.h"

namespace exposure::cli {
namespace {

using crypto::Secret;

constexpr size_t kShortest = 12;  // bytes

absl::StatusOr<Secret> ReadPassphrase(const std::string& file) {
  Secret text(crypto::kMaxPassphrase);
  ASSIGN_OR_RETURN(const size_t length, ReadPrivateFile(file, text.RevealMutable()));
  absl::StatusOr<Secret> line = crypto::FirstLine(text.Reveal().first(length));
  if (line.ok()) return line;
  return Error(Reason::kPassphrase, absl::StrCat(file, ": ", std::string(line.status().message())));
}

absl::StatusOr<std::unique_ptr<Terminal>> OpenTerminal(const std::string& path) {
  absl::StatusOr<std::unique_ptr<Terminal>> terminal = Terminal::Open();
  if (terminal.ok()) return terminal;
  return Error(Reason::kPassphrase,
               absl::StrCat(path, ": a passphrase is needed, and there is no terminal to ask at.\n",
                            "  Fix: --passphrase-file FILE, mode 0400"));
}

absl::Status CheckLength(const Secret& passphrase) {
  if (passphrase.size() >= kShortest) return absl::OkStatus();
  return Error(Reason::kPassphrase, "A passphrase has 12 characters at least: take four random words.");
}

}  // namespace

void AddPassphraseFile(CLI::App& command, std::string& file, const std::string& name) {
  command.add_option(name, file, "Private file whose first line is the passphrase [typed]");
}

absl::StatusOr<Secret> AskPassphrase(const std::string& path, const std::string& file) {
  if (!file.empty()) return ReadPassphrase(file);
  ASSIGN_OR_RETURN(const std::unique_ptr<Terminal> terminal, OpenTerminal(path));
  return terminal->AskHidden(absl::StrCat("Passphrase of ", path, ": "));
}

absl::StatusOr<Secret> AskNewPassphrase(const std::string& path, const std::string& file) {
  if (!file.empty()) {
    ASSIGN_OR_RETURN(Secret passphrase, ReadPassphrase(file));
    RETURN_IF_ERROR(CheckLength(passphrase));
    return passphrase;
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<Terminal> terminal, OpenTerminal(path));
  ASSIGN_OR_RETURN(Secret passphrase, terminal->AskHidden(absl::StrCat("New passphrase of ", path, ": ")));
  RETURN_IF_ERROR(CheckLength(passphrase));
  ASSIGN_OR_RETURN(const Secret again, terminal->AskHidden("The same once more: "));
  if (!(passphrase == again)) return Error(Reason::kPassphrase, "The two passphrases differ. Nothing was written.");
  return passphrase;
}

}  // namespace exposure::cli
