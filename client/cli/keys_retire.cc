// exposure keys retire evaluator: the edit that ends an epoch, and afterwards whether clients were told.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/cli/key_facts.h"
#include "client/cli/keys.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/cli/server_config.h"

namespace exposure::cli {
namespace {

struct RetireOptions {
  ServiceOptions service;
  std::string config;
  std::string key;
};

std::string Edit(const RetireOptions& options, const config::v1::EpochConfig& epoch, const std::string& line) {
  std::string out = absl::StrCat("In ", options.config, ":\n  1. In the epoch of ", SchemesOf(epoch), " with ",
                                 epoch.evaluator_files(0), ": retired: true\n");
  if (!line.empty()) absl::StrAppend(&out, "  2. Remove ", line, "\n");
  return absl::StrCat(
      out,
      "Then restart, and run this again. The epoch's datasets leave the catalogue: clients check in the other live\n",
      "epochs, and say of an incident that is in none of them that it cannot be checked yet.\n");
}

// The epoch as clients see it; null where they do not.
const v1::Epoch* ServedEpoch(const v1::CatalogueContent& content, const ByteArray<32>& public_key) {
  for (const v1::Epoch& epoch : content.epochs()) {
    for (const v1::Evaluator& evaluator : epoch.evaluators()) {
      if (evaluator.public_key() == AsChars(public_key)) return &epoch;
    }
  }
  return nullptr;
}

absl::Status CheckServed(const VerifiedCatalogue& catalogue, const ByteArray<32>& public_key) {
  const v1::Epoch* epoch = ServedEpoch(catalogue.content.message(), public_key);
  if (epoch == nullptr) return absl::OkStatus();
  if (epoch->state() != v1::EPOCH_STATE_RETIRED) {
    return Error(Reason::kBadConfig, absl::StrCat("Catalogue version ", catalogue.header.version,
                                                  " still lists the epoch as live.\n  Fix: restart exposured"));
  }
  for (const v1::Dataset& dataset : catalogue.content.message().datasets()) {
    const auto manifest = crypto::DecodeManifest(AsBytes(dataset.manifest()));
    if (manifest.ok() && AsChars(manifest->epoch_id) == epoch->epoch_id()) {
      return Error(Reason::kBadConfig, absl::StrCat("Catalogue version ", catalogue.header.version, " still lists ",
                                                    ToHex(manifest->dataset_id), " of the epoch."));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> RetireEvaluator(const RetireOptions& options) {
  ASSIGN_OR_RETURN(const config::v1::ServerConfig config, ReadServerConfig(options.config));
  ASSIGN_OR_RETURN(const KeyFacts facts, ReadKeyFacts(options.key));
  const config::v1::EpochConfig* epoch = facts.public_key ? FindEpoch(config, *facts.public_key) : nullptr;
  if (epoch == nullptr) {
    return Error(Reason::kBadUsage, absl::StrCat("--key: ", options.config, " has no epoch with this key."));
  }
  if (!epoch->retired()) {
    RETURN_IF_ERROR(WriteOut(Edit(options, *epoch, LineNaming(config, options.key, *facts.public_key))));
    return ExitCode::kOk;
  }
  ASSIGN_OR_RETURN(const Session session, OpenSession(options.service));
  ASSIGN_OR_RETURN(const auto catalogue, session.keeper->Refresh());
  RETURN_IF_ERROR(CheckServed(*catalogue, *facts.public_key));
  RETURN_IF_ERROR(WriteOut(absl::StrCat(
      "Retired, and clients were told in catalogue version ", catalogue->header.version,
      ": none of its datasets is listed.\nNext: exposure keys destroy, for the key and each copy of it.\n")));
  return ExitCode::kOk;
}

}  // namespace

void AddRetireKey(CLI::App& keys, Invocation& invocation) {
  CLI::App* retire = keys.add_subcommand("retire", "End an epoch");
  retire->require_subcommand(1);
  auto options = std::make_shared<RetireOptions>();
  CLI::App* command =
      retire->add_subcommand("evaluator", "Say what to edit; when that is done, check that clients were told");
  command->add_option("--config", options->config, "The configuration of exposured")->required();
  command->add_option("--key", options->key, "The evaluator's key, or its public file")->required();
  AddServiceOptions(*command, options->service);
  command->footer("Example: exposure keys retire evaluator --config exposured.txtpb --key keys/met-1.pub");
  command->callback([&invocation, options] { invocation.run = [options] { return RetireEvaluator(*options); }; });
}

}  // namespace exposure::cli
