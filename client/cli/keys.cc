// exposure keys generate|delegate; the rest of a key's life is in keys_*.cc.
#include "client/cli/keys.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/cli/commands.h"
#include "client/cli/key_file.h"
#include "client/cli/output.h"
#include "client/cli/passphrase.h"
#include "client/cli/text_file.h"
#include "client/core/catalogue_keeper.h"

namespace exposure::cli {
namespace {

using crypto::KeyKind;

struct GenerateOptions {
  std::string path;
  uint32_t index = 1;
  bool passphrase = false;
  std::string passphrase_file;
};

absl::StatusOr<ExitCode> Generate(KeyKind kind, const GenerateOptions& options) {
  if (options.passphrase || !options.passphrase_file.empty()) {
    ASSIGN_OR_RETURN(const crypto::Secret passphrase, AskNewPassphrase(options.path, options.passphrase_file));
    RETURN_IF_ERROR(GenerateKeyFiles(kind, options.path, options.index, &passphrase));
  } else {
    RETURN_IF_ERROR(GenerateKeyFiles(kind, options.path, options.index));
  }
  const char* keep =
      kind == KeyKind::kRoot ? "keep it off every networked computer" : "keep it secret, and a copy safe";
  RETURN_IF_ERROR(
      WriteOut(absl::StrCat("Wrote ", options.path, " (", keep, ") and ", options.path, ".pub (give it out).\n")));
  return ExitCode::kOk;
}

void AddGenerate(CLI::App& keys, Invocation& invocation) {
  CLI::App* generate = keys.add_subcommand("generate", "Make a key: PATH, readable by you alone, and PATH.pub");
  generate->require_subcommand(1);
  struct Kind {
    KeyKind kind;
    const char* what;
  };
  for (const Kind& entry :
       {Kind{KeyKind::kRoot, "The root key: clients pin it; it delegates, and stays offline"},
        Kind{KeyKind::kCatalogue, "The online key that signs catalogues"},
        Kind{KeyKind::kEvaluator, "An evaluator's key, or its share of an epoch's key"},
        Kind{KeyKind::kCustodian, "The key with which a custodian signs sealed datasets"},
        Kind{KeyKind::kOperator, "The key with which an operator signs receipts, and heads of audit logs"}}) {
    auto options = std::make_shared<GenerateOptions>();
    const std::string word(crypto::KeyKindWord(entry.kind));
    CLI::App* command = generate->add_subcommand(word, entry.what);
    command->add_option("--out", options->path, "Where to write it; never overwrites")->required();
    if (entry.kind == KeyKind::kEvaluator) {
      command->add_option("--index", options->index, "Its place among the epoch's evaluators, 1 to 255 [1]");
    }
    command->add_flag("--passphrase", options->passphrase, "Ask for a passphrase, and seal the key with it");
    AddPassphraseFile(*command, options->passphrase_file);
    command->footer(absl::StrCat("Example: exposure keys generate ", word, " --out keys/", word));
    command->callback([&invocation, kind = entry.kind, options] {
      invocation.run = [kind, options] { return Generate(kind, *options); };
    });
  }
}

struct DelegateOptions {
  std::string root;
  std::string passphrase_file;  // of the root
  std::string catalogue;
  std::string out;
  uint32_t days = 90;
  uint64_t serial = 0;
};

absl::StatusOr<ExitCode> RunDelegate(const DelegateOptions& options) {
  ASSIGN_OR_RETURN(const crypto::SigningKey root,
                   ReadSigningKey(KeyKind::kRoot, options.root, options.passphrase_file));
  config::v1::SigningPublic catalogue;
  RETURN_IF_ERROR(ReadMadeFile(options.catalogue, "the public file of a catalogue key", Reason::kBadUsage, catalogue));
  const uint64_t now = SystemClock()();
  const uint64_t serial = options.serial == 0 ? now : options.serial;
  ASSIGN_OR_RETURN(const config::v1::DelegationFile file, Delegate(root, catalogue, now, options.days, serial));
  RETURN_IF_ERROR(WriteFileAtomically(options.out, PublicText(file), 0644));
  RETURN_IF_ERROR(WriteOut(absl::StrCat("Wrote ", options.out, ": serial ", serial, ", good for ", options.days,
                                        " days. Renew it before then; the highest serial wins.\n")));
  return ExitCode::kOk;
}

void AddDelegate(CLI::App& keys, Invocation& invocation) {
  auto options = std::make_shared<DelegateOptions>();
  CLI::App* command = keys.add_subcommand("delegate", "Let a catalogue key sign in the root's name for some days");
  command->add_option("--root", options->root, "The root's secret key file")->required();
  AddPassphraseFile(*command, options->passphrase_file);
  command->add_option("--catalogue", options->catalogue, "The catalogue key's public file")->required();
  command->add_option("--out", options->out, "Where to write the delegation")->required();
  command->add_option("--days", options->days, "How long it is good, 1 to 90 [90]");
  command->add_option("--serial", options->serial, "Must grow with every delegation [the time]")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 40));
  command->footer(
      "Example: exposure keys delegate --root keys/root --catalogue keys/catalogue.pub --out delegation.txtpb");
  command->callback([&invocation, options] { invocation.run = [options] { return RunDelegate(*options); }; });
}

}  // namespace

void AddKeys(CLI::App& app, Invocation& invocation) {
  CLI::App* keys = app.add_subcommand("keys", "Make, rotate, retire and destroy keys, and delegate");
  keys->require_subcommand(1);
  AddGenerate(*keys, invocation);
  AddDelegate(*keys, invocation);
  AddInspectKey(*keys, invocation);
  AddRotateKey(*keys, invocation);
  AddRetireKey(*keys, invocation);
  AddDestroyKey(*keys, invocation);
  AddVerifyReceipt(*keys, invocation);
}

}  // namespace exposure::cli
