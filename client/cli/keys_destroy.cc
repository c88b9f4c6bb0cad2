// exposure keys destroy|verify-receipt: the end of a key, and the proof that an operator said so.
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/cli/key_facts.h"
#include "client/cli/key_file.h"
#include "client/cli/keys.h"
#include "client/cli/output.h"
#include "client/cli/passphrase.h"
#include "client/cli/server_config.h"
#include "client/cli/terminal.h"
#include "client/cli/text_file.h"
#include "client/core/catalogue_keeper.h"
#include "client/words.h"
#include "crypto/bodies.h"

namespace exposure::cli {
namespace {

using crypto::KeyKind;

constexpr size_t kTyped = 8;  // characters of the fingerprint

struct DestroyOptions {
  std::string path;
  std::string by;
  std::string passphrase_file;  // of the operator's key
  std::string config;
  std::string receipt;
  bool yes = false;
};

// Refuses a key that the configuration still needs.
absl::Status CheckUnused(const DestroyOptions& options, const ByteArray<32>& public_key) {
  if (options.config.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const config::v1::ServerConfig config, ReadServerConfig(options.config));
  if (const std::string line = LineNaming(config, options.path, public_key); !line.empty()) {
    return Error(Reason::kBadConfig, absl::StrCat(options.config, ": still has the key: ", line));
  }
  const config::v1::EpochConfig* epoch = FindEpoch(config, public_key);
  if (epoch != nullptr && !epoch->retired()) {
    return Error(Reason::kBadConfig, absl::StrCat(options.config, ": the epoch of ", SchemesOf(*epoch),
                                                  " with this key is live.\n  Fix: exposure keys retire evaluator"));
  }
  return absl::OkStatus();
}

absl::Status Confirm(const DestroyOptions& options, const std::string& fingerprint) {
  if (options.yes) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<Terminal>> terminal = Terminal::Open();
  if (!terminal.ok()) {
    return Error(Reason::kBadUsage, "There is no terminal to ask at.\n  Fix: --yes, if you are sure");
  }
  ASSIGN_OR_RETURN(const crypto::Secret typed,
                   (*terminal)->Ask(absl::StrCat("This cannot be undone. ", options.path, " has the fingerprint\n  ",
                                                 fingerprint, "\nType its first 8 characters to destroy it: ")));
  if (AsChars(typed.Reveal()) == fingerprint.substr(0, kTyped)) return absl::OkStatus();
  return Error(Reason::kBadUsage, "These are not its first 8 characters. Nothing was destroyed.");
}

absl::StatusOr<std::string> MakeReceipt(const DestroyOptions& options, KeyKind kind, const ByteArray<32>& public_key) {
  ASSIGN_OR_RETURN(const crypto::SigningKey by,
                   ReadSigningKey(KeyKind::kOperator, options.by, options.passphrase_file));
  const auto body =
      crypto::Encode(crypto::DestroyedKey{.kind = kind, .public_key = public_key, .destroyed_at = SystemClock()()});
  config::v1::DestroyedKeyFile file;
  file.set_receipt(ToHex(body));
  file.set_signature(ToHex(by.Sign(crypto::kDestroyedLabel, body)));
  return PublicText(file);
}

absl::StatusOr<ExitCode> Destroy(const DestroyOptions& options) {
  ASSIGN_OR_RETURN(const KeyFacts facts, ReadKeyFacts(options.path));
  if (!facts.secret) return Error(Reason::kBadUsage, absl::StrCat(options.path, ": is a public file, and no secret."));
  if (!facts.public_key) {
    return Error(Reason::kKeyFile,
                 absl::StrCat(options.path, ".pub: is needed, to say in the receipt which key it was."));
  }
  RETURN_IF_ERROR(CheckUnused(options, *facts.public_key));
  ASSIGN_OR_RETURN(const std::string receipt, MakeReceipt(options, facts.kind, *facts.public_key));
  RETURN_IF_ERROR(Confirm(options, Fingerprint(*facts.public_key)));
  // First, so that a full disk does not leave a destroyed key without its receipt.
  const std::string place = options.receipt.empty() ? absl::StrCat(options.path, ".destroyed.txtpb") : options.receipt;
  RETURN_IF_ERROR(WriteNewFile(place, receipt, 0644));
  if (absl::Status status = OverwriteAndRemove(options.path); !status.ok()) {
    unlink(place.c_str());
    return status;
  }
  RETURN_IF_ERROR(WriteOut(
      absl::StrCat("Destroyed ", options.path, "; the receipt is ", place,
                   ".\nIt was overwritten once and removed. Flash memory, "
                   "journals, snapshots and backups may still hold it:\ndestroy each copy, or the medium.\n")));
  return ExitCode::kOk;
}

struct ReceiptOptions {
  std::string file;
  std::string operator_key;
};

absl::StatusOr<ExitCode> VerifyReceipt(const ReceiptOptions& options) {
  ASSIGN_OR_RETURN(const KeyFacts by, ReadKeyFacts(options.operator_key));
  if (by.kind != KeyKind::kOperator || !by.public_key || !by.problems.empty()) {
    return Error(Reason::kBadUsage, "--operator-key: is not the public file of an operator's key.");
  }
  config::v1::DestroyedKeyFile file;
  RETURN_IF_ERROR(ReadMadeFile(options.file, "a receipt of `exposure keys destroy`", Reason::kBadReceipt, file));
  const std::string body = FromHex(file.receipt()).value_or("");
  ASSIGN_OR_RETURN(const crypto::DestroyedKey receipt, crypto::DecodeDestroyedKey(AsBytes(body)));
  const auto signature = ArrayFromHex<64>(file.signature());
  if (!signature || !crypto::VerifySignature(*by.public_key, crypto::kDestroyedLabel, AsBytes(body), *signature).ok()) {
    return Error(Reason::kBadReceipt, absl::StrCat(options.file, ": is not signed by this operator's key."));
  }
  RETURN_IF_ERROR(WriteOut(absl::StrCat("The operator's key ", Fingerprint(*by.public_key), "\nsays: the key of kind ",
                                        std::string(crypto::KeyKindWord(receipt.kind)), " with fingerprint ",
                                        Fingerprint(receipt.public_key), "\nwas destroyed on ",
                                        FormatTime(receipt.destroyed_at, Language::kEnglish), ".\n")));
  return ExitCode::kOk;
}

}  // namespace

void AddDestroyKey(CLI::App& keys, Invocation& invocation) {
  auto options = std::make_shared<DestroyOptions>();
  CLI::App* command = keys.add_subcommand("destroy", "Overwrite and remove a secret key file, with a signed receipt");
  command->add_option("PATH", options->path, "The secret key file")->required();
  command->add_option("--by", options->by, "The secret key file of the operator who signs the receipt")->required();
  AddPassphraseFile(*command, options->passphrase_file);
  command->add_option("--config", options->config, "Refuse if this configuration of exposured still needs the key");
  command->add_option("--receipt", options->receipt, "Where to write the receipt [PATH.destroyed.txtpb]");
  command->add_flag("--yes", options->yes, "Do not ask");
  command->footer("Example: exposure keys destroy keys/met-1 --by operator --config exposured.txtpb");
  command->callback([&invocation, options] { invocation.run = [options] { return Destroy(*options); }; });
}

void AddVerifyReceipt(CLI::App& keys, Invocation& invocation) {
  auto options = std::make_shared<ReceiptOptions>();
  CLI::App* command = keys.add_subcommand("verify-receipt", "Check the receipt of a destroyed key");
  command->add_option("FILE", options->file, "The receipt")->required();
  command->add_option("--operator-key", options->operator_key, "The operator's public file")->required();
  command->footer("Example: exposure keys verify-receipt met-1.destroyed.txtpb --operator-key operator.pub");
  command->callback([&invocation, options] { invocation.run = [options] { return VerifyReceipt(*options); }; });
}

}  // namespace exposure::cli
