// exposure keys inspect: what a key file is, and what is wrong with it.
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/key_facts.h"
#include "client/cli/keys.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "crypto/epoch.h"
#include "crypto/group.h"

namespace exposure::cli {
namespace {

using crypto::KeyKind;

struct InspectOptions {
  std::string path;
  OutputOptions output;
};

// Of an epoch that this evaluator has for itself: a share's epoch follows from all of them.
std::string EpochIdOf(const KeyFacts& facts) {
  if (facts.kind != KeyKind::kEvaluator || !facts.public_key) return "";
  const absl::StatusOr<crypto::Element> element = crypto::Element::Decode(*facts.public_key);
  return element.ok() ? ToHex(crypto::DeriveEpochId(*element)) : "";
}

std::string PassphraseText(const KeyFacts& facts) {
  if (!facts.passphrase) return "none";
  return absl::StrCat("Argon2id, ", facts.passphrase->operations, " passes over ", facts.passphrase->memory >> 20,
                      " MiB");
}

std::string Text(const std::string& path, const KeyFacts& facts) {
  std::string out = absl::StrCat(path, ": ", facts.secret ? "secret" : "public", " file of a key of kind ",
                                 std::string(crypto::KeyKindWord(facts.kind)), "\n");
  if (facts.secret) absl::StrAppend(&out, "  passphrase   ", PassphraseText(facts), "\n");
  if (facts.public_key) {
    absl::StrAppend(&out, "  public key   ", ToHex(*facts.public_key), "\n  fingerprint  ",
                    Fingerprint(*facts.public_key), "\n");
  }
  if (facts.index) absl::StrAppend(&out, "  index        ", *facts.index, "\n");
  if (const std::string id = EpochIdOf(facts); !id.empty()) {
    absl::StrAppend(&out, "  epoch        ", id, ", if it is the only evaluator\n");
  }
  for (const std::string& problem : facts.problems) absl::StrAppend(&out, "  PROBLEM      ", problem, "\n");
  return out;
}

std::string Json(const std::string& path, const KeyFacts& facts) {
  nlohmann::ordered_json out = {{"path", path},
                                {"kind", crypto::KeyKindWord(facts.kind)},
                                {"secret", facts.secret},
                                {"passphrase", facts.passphrase.has_value()}};
  if (facts.public_key) {
    out["public_key"] = ToHex(*facts.public_key);
    out["fingerprint"] = Fingerprint(*facts.public_key);
  }
  if (facts.index) out["index"] = *facts.index;
  if (const std::string id = EpochIdOf(facts); !id.empty()) out["epoch_id"] = id;
  out["problems"] = facts.problems;
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

absl::StatusOr<ExitCode> Inspect(const InspectOptions& options) {
  ASSIGN_OR_RETURN(const KeyFacts facts, ReadKeyFacts(options.path));
  RETURN_IF_ERROR(WriteOut(options.output.json ? Json(options.path, facts) : Text(options.path, facts)));
  return facts.problems.empty() ? ExitCode::kOk : ExitCode::kWrongUse;
}

}  // namespace

void AddInspectKey(CLI::App& keys, Invocation& invocation) {
  auto options = std::make_shared<InspectOptions>();
  CLI::App* command = keys.add_subcommand("inspect", "What a key file is, and what is wrong with it; never the secret");
  command->add_option("PATH", options->path, "A secret key file, or a public one")->required();
  AddJsonOption(*command, options->output);
  command->footer("Exit code 2 if there is a problem.\nExample: exposure keys inspect keys/met-1");
  command->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return Inspect(*options); };
  });
}

}  // namespace exposure::cli
