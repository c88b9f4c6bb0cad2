// exposure keys rotate root|evaluator|catalogue: the next key of its kind, and what to do with it.
#include <filesystem>
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
#include "client/cli/text_file.h"
#include "client/core/catalogue_keeper.h"
#include "crypto/bodies.h"

namespace exposure::cli {
namespace {

using crypto::KeyKind;

struct RotateRootOptions {
  std::string old_key;
  std::string new_key;
  std::string old_passphrase;
  std::string new_passphrase;
  std::string out;
  uint64_t serial = 0;
};

absl::StatusOr<ExitCode> RotateRoot(const RotateRootOptions& options) {
  ASSIGN_OR_RETURN(const crypto::SigningKey old_root,
                   ReadSigningKey(KeyKind::kRoot, options.old_key, options.old_passphrase));
  ASSIGN_OR_RETURN(const crypto::SigningKey new_root,
                   ReadSigningKey(KeyKind::kRoot, options.new_key, options.new_passphrase));
  if (old_root.public_key() == new_root.public_key()) {
    return Error(Reason::kBadUsage, "--old and --new are the same key.\n  Fix: exposure keys generate root --out NEW");
  }
  const uint64_t now = SystemClock()();
  const auto body = crypto::Encode(crypto::RootChange{.serial = options.serial == 0 ? now : options.serial,
                                                      .not_before = now,
                                                      .old_root = old_root.public_key(),
                                                      .new_root = new_root.public_key()});
  config::v1::RootChangeFile file;
  file.set_root_change(ToHex(body));
  file.set_old_signature(ToHex(old_root.Sign(crypto::kRootLabel, body)));
  file.set_new_signature(ToHex(new_root.Sign(crypto::kRootLabel, body)));
  RETURN_IF_ERROR(WriteNewFile(options.out, PublicText(file), 0644));
  RETURN_IF_ERROR(WriteOut(absl::StrCat(
      "Wrote ", options.out, ", signed by both roots. Next:\n  1. exposure keys delegate --root ", options.new_key,
      " --catalogue CATALOGUE.pub --out delegation.txtpb\n  2. In the configuration: root_change_files: \"",
      options.out, "\", after earlier ones; and the new delegation. Restart.\n  3. Give out ", options.new_key,
      ".pub: clients follow the change, and ask to pin it.\n"
      "  4. Keep the change listed until nobody pins the old root; then destroy its key.\n")));
  return ExitCode::kOk;
}

void AddRotateRoot(CLI::App& rotate, Invocation& invocation) {
  auto options = std::make_shared<RotateRootOptions>();
  CLI::App* command = rotate.add_subcommand("root", "Let clients that pin the old root follow to a new one; offline");
  command->add_option("--old", options->old_key, "The old root's secret key file")->required();
  command->add_option("--new", options->new_key, "The new root's secret key file")->required();
  command->add_option("--out", options->out, "Where to write the change; never overwrites")->required();
  command->add_option("--serial", options->serial, "Must grow with every change [the time]")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 40));
  AddPassphraseFile(*command, options->old_passphrase, "--old-passphrase-file");
  AddPassphraseFile(*command, options->new_passphrase, "--new-passphrase-file");
  command->footer("Example: exposure keys rotate root --old root --new root-2 --out root-change.txtpb");
  command->callback([&invocation, options] { invocation.run = [options] { return RotateRoot(*options); }; });
}

struct RotateOptions {
  std::string out;
  bool passphrase = false;
  std::string passphrase_file;
  std::string config;
  std::string old_key;  // the public file of the evaluator's key until now
  uint32_t index = 1;
};

absl::Status Generate(KeyKind kind, const RotateOptions& options) {
  if (!options.passphrase && options.passphrase_file.empty()) return GenerateKeyFiles(kind, options.out, options.index);
  ASSIGN_OR_RETURN(const crypto::Secret passphrase, AskNewPassphrase(options.out, options.passphrase_file));
  return GenerateKeyFiles(kind, options.out, options.index, &passphrase);
}

void AddGenerating(CLI::App& command, RotateOptions& options) {
  command.add_option("--out", options.out, "Where to write the new key; never overwrites")->required();
  command.add_flag("--passphrase", options.passphrase, "Ask for a passphrase, and seal the key with it");
  AddPassphraseFile(command, options.passphrase_file);
}

// The epoch to come: as the one of the old key, but for its evaluators.
absl::StatusOr<config::v1::EpochConfig> NextEpoch(const RotateOptions& options) {
  ASSIGN_OR_RETURN(const config::v1::ServerConfig config, ReadServerConfig(options.config));
  ASSIGN_OR_RETURN(const KeyFacts old_key, ReadKeyFacts(options.old_key));
  const config::v1::EpochConfig* epoch = old_key.public_key ? FindEpoch(config, *old_key.public_key) : nullptr;
  if (epoch == nullptr) {
    return Error(Reason::kBadUsage, absl::StrCat("--old: ", options.config, " has no epoch with this key."));
  }
  config::v1::EpochConfig next = *epoch;
  const std::filesystem::path folder = std::filesystem::absolute(options.config).parent_path();
  const std::string file = std::filesystem::absolute(options.out + ".pub").lexically_relative(folder).string();
  next.clear_evaluator_files();
  next.clear_evaluator_addresses();
  next.clear_retired();
  next.add_evaluator_files(file);
  return next;
}

absl::StatusOr<ExitCode> RotateEvaluator(const RotateOptions& options) {
  ASSIGN_OR_RETURN(const config::v1::EpochConfig next, NextEpoch(options));
  RETURN_IF_ERROR(Generate(KeyKind::kEvaluator, options));
  config::v1::ServerConfig block;
  *block.add_epochs() = next;
  RETURN_IF_ERROR(WriteOut(absl::StrCat(
      "# Wrote ", options.out, " and ", options.out, ".pub. Add this after the epoch until now, which stays:\n",
      "# evaluator_key_files: \"", options.out, "\"\n", ToTextProto(block),
      "# Other evaluators of the epoch, if any: list their new public files and addresses, too.\n"
      "# Next:\n"
      "#   1. exposured --check-config, restart: clients check in both epochs from now on.\n"
      "#   2. Custodians seal every dataset again, for the epoch listed last; publish, verify, retract the one until "
      "now.\n"
      "#   3. exposure keys retire evaluator, and then exposure keys destroy.\n")));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> RotateCatalogue(const RotateOptions& options) {
  RETURN_IF_ERROR(Generate(KeyKind::kCatalogue, options));
  RETURN_IF_ERROR(WriteOut(absl::StrCat(
      "Wrote ", options.out, " and ", options.out,
      ".pub. Next:\n  1. Where the root is: exposure keys delegate --root "
      "ROOT --catalogue ",
      options.out, ".pub --out delegation.txtpb\n  2. In the configuration: catalogue_key_file: \"", options.out,
      "\" and the new delegation. Restart.\n",
      "  3. exposure keys destroy the old key. A client that has seen the new delegation refuses the old one: its "
      "serial is lower.\n")));
  return ExitCode::kOk;
}

}  // namespace

void AddRotateKey(CLI::App& keys, Invocation& invocation) {
  CLI::App* rotate = keys.add_subcommand("rotate", "Make the next key of a kind, and say what to do with it");
  rotate->require_subcommand(1);
  AddRotateRoot(*rotate, invocation);

  auto evaluator = std::make_shared<RotateOptions>();
  CLI::App* command = rotate->add_subcommand("evaluator", "The key of a new epoch, and its part of the configuration");
  AddGenerating(*command, *evaluator);
  command->add_option("--config", evaluator->config, "The configuration of exposured")->required();
  command->add_option("--old", evaluator->old_key, "The evaluator's key until now, or its public file")->required();
  command->add_option("--index", evaluator->index, "Its place among the epoch's evaluators, 1 to 255 [1]");
  command->footer(
      "Example: exposure keys rotate evaluator --config exposured.txtpb --old keys/met-1.pub --out keys/met-2");
  command->callback([&invocation, evaluator] { invocation.run = [evaluator] { return RotateEvaluator(*evaluator); }; });

  auto catalogue = std::make_shared<RotateOptions>();
  command = rotate->add_subcommand("catalogue", "A new online key, for a delegation with a higher serial");
  AddGenerating(*command, *catalogue);
  command->footer("Example: exposure keys rotate catalogue --out keys/catalogue-2");
  command->callback([&invocation, catalogue] { invocation.run = [catalogue] { return RotateCatalogue(*catalogue); }; });
}

}  // namespace exposure::cli
