// exposure seal, and exposure verify-published: the custodian's work on a source.
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/cli/commands.h"
#include "client/cli/key_file.h"
#include "client/cli/options.h"
#include "client/cli/output.h"
#include "client/cli/passphrase.h"
#include "client/cli/progress.h"
#include "client/seal/mapping.h"
#include "client/seal/quarantine.h"
#include "client/seal/report.h"
#include "client/sealer.h"
#include "client/words.h"
#include "crypto/dataset.h"
#include "proto/rules/dataset_counts.h"
#include "proto/rules/notice_rules.h"

namespace exposure::cli {
namespace {

constexpr uint32_t kSample = 200;  // people that verify-published also fetches as an officer would

struct SealCommandOptions {
  ServiceOptions service;
  OutputOptions output;
  std::vector<std::string> sources;
  std::string mapping;
  std::string repairs;
  std::string corrections;
  std::string incident_id;
  std::string key;
  std::string passphrase_file;  // of the key
  std::string out;
  std::string difference_explained;
  std::string as_at;
  uint32_t threads = 0;
  bool dry_run = false;
};

void ShowProgress(Progress& progress, SealPhase phase, uint64_t done, uint64_t of) {
  switch (phase) {
    case SealPhase::kReading:
      if (of > 0) progress.Update("Reading", "rows", done, of);
      return;
    case SealPhase::kEvaluating:
      progress.Update("Evaluating", "numbers", done, of);
      return;
    case SealPhase::kWriting:
      progress.Update("Writing", "bytes", done, of);
      return;
  }
}

// What is there is not lost to a mistyped --out: only a sealed dataset gives way to another.
absl::Status CheckOutput(const SealOptions& seal) {
  if (std::filesystem::path(seal.output).lexically_normal() ==
      std::filesystem::path(QuarantinePath(seal)).lexically_normal()) {
    return Error(Reason::kBadUsage, absl::StrCat("--out: ", seal.output, " is where quarantined rows are listed."));
  }
  std::error_code missing;
  if (!std::filesystem::is_regular_file(seal.output, missing)) return absl::OkStatus();
  std::ifstream file(seal.output, std::ios::binary);
  std::string begin(crypto::kFileMagic.size(), '\0');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  if (begin == crypto::kFileMagic) return absl::OkStatus();
  return Error(Reason::kBadUsage,
               absl::StrCat("--out: ", seal.output, " is there, and is no sealed dataset. Name another file."));
}

// Empty, or a day or month of the calendar that has begun.
absl::Status CheckAsAt(const std::string& date) {
  if (date.empty()) return absl::OkStatus();
  absl::Time day;
  if (!IsDate(date) || !absl::ParseTime(date.size() == 10 ? "%Y-%m-%d" : "%Y-%m", date, &day, nullptr)) {
    return Error(Reason::kBadUsage, "--as-at: is not a date like 2023-09-02 or 2023-09. Everybody will read it.");
  }
  if (day <= absl::Now()) return absl::OkStatus();
  return Error(Reason::kBadUsage, "--as-at: is in the future. It is the day that the source was as it is.");
}

absl::StatusOr<SealOptions> ToSealOptions(const SealCommandOptions& options, Progress& progress) {
  if (!IsIncidentId(options.incident_id)) {
    return Error(Reason::kBadUsage, "--incident: 1 to 64 of a-z, 0-9 and -, like met-2023-supplier.");
  }
  RETURN_IF_ERROR(CheckAsAt(options.as_at));
  SealOptions seal;
  seal.sources = options.sources;
  seal.repairs = options.repairs;
  seal.corrections = options.corrections;
  ASSIGN_OR_RETURN(const std::string mapping, ReadFile(options.mapping));
  ASSIGN_OR_RETURN(seal.mapping, ParseMapping(options.mapping, mapping));
  seal.incident_id = options.incident_id;
  seal.output = options.out.empty() ? absl::StrCat(options.incident_id, ".dataset") : options.out;
  seal.difference_explained = options.difference_explained;
  seal.as_at = options.as_at;
  std::vector<std::string> inputs = options.sources;
  inputs.insert(inputs.end(), {options.mapping, options.key, options.repairs, options.corrections});
  for (const std::string& input : inputs) {
    std::error_code missing;
    if (std::filesystem::equivalent(seal.output, input, missing)) {
      return Error(Reason::kBadUsage, absl::StrCat("--out: ", seal.output, " is what the dataset is made from."));
    }
  }
  seal.threads = options.threads;
  seal.progress = [&progress](SealPhase phase, uint64_t done, uint64_t of) { ShowProgress(progress, phase, done, of); };
  return seal;
}

std::string Size(uint64_t bytes) {
  return bytes < 1000000 ? absl::StrFormat("%.1f kB", static_cast<double>(bytes) / 1e3)
                         : absl::StrFormat("%.1f MB", static_cast<double>(bytes) / 1e6);
}

// What reads the source again as it was read now.
std::string SourceArguments(const SealCommandOptions& options) {
  std::string text;
  for (const std::string& source : options.sources) absl::StrAppend(&text, source, " ");
  absl::StrAppend(&text, "--mapping ", options.mapping);
  if (!options.repairs.empty()) absl::StrAppend(&text, " --repairs ", options.repairs);
  if (!options.corrections.empty()) absl::StrAppend(&text, " --corrections ", options.corrections);
  return absl::StrCat(text, " --incident ", options.incident_id);
}

std::string ReportPath(const SealOptions& seal) { return absl::StrCat(seal.output, ".report.html"); }

absl::Status WriteReport(const SealOptions& seal, const SealResult& result) {
  const ReportHeading heading = HeadingOf(result.manifest, seal.incident_id, seal.mapping, seal.as_at);
  return WriteFileAtomically(ReportPath(seal), ToHtml(result.reconciliation, heading), 0600);
}

// What to do with the dataset: one whose difference nobody explained is not published.
std::string NextText(const SealCommandOptions& options, const SealOptions& seal, const SealResult& result) {
  v1::DatasetDetails details;
  *details.mutable_mapping() = seal.mapping;
  details.set_difference_explained(seal.difference_explained);
  if (!CheckExplained(result.manifest, details).ok()) {
    return "Next: the same again with --difference-explained \"…\": without it the service refuses the dataset.\n";
  }
  return absl::StrCat("Next: exposure publish ", seal.output, ", then exposure verify-published ",
                      SourceArguments(options), "\n");
}

std::string SealText(const SealCommandOptions& options, const SealOptions& seal, const SealResult& result) {
  return absl::StrCat(ToText(result.reconciliation), "Wrote ", seal.output, " (", Size(result.file_size),
                      "). Without the service's key no number can be read from it. Still personal data: "
                      "OFFICIAL-SENSITIVE.\nFor whoever answers for it: ",
                      ReportPath(seal), "\n", NextText(options, seal, result));
}

std::string DryRunText(const Reconciliation& sums) {
  return absl::StrCat(ToText(sums), "A dry run: no number was sent, and nothing sealed.\n");
}

std::string SealJson(const SealOptions& seal, const SealResult& result) {
  return absl::StrCat("{\"file\":", JsonString(seal.output), ",\"size\":", result.file_size,
                      ",\"dataset_id\":", JsonString(ToHex(result.manifest.dataset_id)),
                      ",\"report\":", JsonString(ReportPath(seal)),
                      ",\"reconciliation\":", ToJson(result.reconciliation), "}\n");
}

// What signs nothing needs no key of a custodian: any does.
absl::StatusOr<std::unique_ptr<Sealer>> MakeReader(const Session& session) {
  return Sealer::Create(session.transport.get(), session.keeper.get(), crypto::SigningKey::Generate(), SystemClock());
}

absl::StatusOr<ExitCode> RunDryRun(const SealCommandOptions& options) {
  Progress progress;
  ASSIGN_OR_RETURN(const SealOptions seal, ToSealOptions(options, progress));
  ASSIGN_OR_RETURN(const Session session, OpenSession(options.service));
  ASSIGN_OR_RETURN(const std::unique_ptr<Sealer> sealer, MakeReader(session));
  const absl::StatusOr<Reconciliation> sums = sealer->Reconcile(seal);
  progress.Finish();
  RETURN_IF_ERROR(sums.status());
  RETURN_IF_ERROR(
      WriteOut(options.output.json ? absl::StrCat("{\"reconciliation\":", ToJson(*sums), "}\n") : DryRunText(*sums)));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> RunSeal(const SealCommandOptions& options) {
  if (options.dry_run) return RunDryRun(options);
  if (options.key.empty()) return Error(Reason::kBadUsage, "--key is required: the custodian's secret key file.");
  ASSIGN_OR_RETURN(crypto::SigningKey key,
                   ReadSigningKey(crypto::KeyKind::kCustodian, options.key, options.passphrase_file));
  Progress progress;
  ASSIGN_OR_RETURN(const SealOptions seal, ToSealOptions(options, progress));
  RETURN_IF_ERROR(CheckOutput(seal));
  ASSIGN_OR_RETURN(const Session session, OpenSession(options.service));
  ASSIGN_OR_RETURN(const std::unique_ptr<Sealer> sealer,
                   Sealer::Create(session.transport.get(), session.keeper.get(), std::move(key), SystemClock()));
  const absl::StatusOr<SealResult> result = sealer->Seal(seal);
  progress.Finish();
  RETURN_IF_ERROR(result.status());
  RETURN_IF_ERROR(WriteReport(seal, *result));
  RETURN_IF_ERROR(WriteOut(options.output.json ? SealJson(seal, *result) : SealText(options, seal, *result)));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> RunVerify(const SealCommandOptions& options) {
  Progress progress;
  ASSIGN_OR_RETURN(const SealOptions seal, ToSealOptions(options, progress));
  ASSIGN_OR_RETURN(const Session session, OpenSession(options.service));
  ASSIGN_OR_RETURN(const std::unique_ptr<Sealer> sealer, MakeReader(session));
  const absl::StatusOr<PublishedCheck> check = sealer->VerifyPublished(seal, kSample);
  progress.Finish();
  RETURN_IF_ERROR(check.status());
  RETURN_IF_ERROR(WriteOut(
      options.output.json
          ? absl::StrCat("{\"rows\":", check->rows, ",\"found\":", check->found, ",\"fetched\":", check->fetched,
                         ",\"quarantined\":", check->quarantined, "}\n")
          : absl::StrCat("Found ", FormatCount(check->found), " of ", FormatCount(check->rows),
                         " rows in what is published, with the right categories; ", FormatCount(check->fetched),
                         " also as an officer would ask.\n", FormatCount(check->quarantined),
                         " rows were quarantined: contact these people directly.\n")));
  return ExitCode::kOk;
}

// What both need to know of a source.
void AddSourceOptions(CLI::App& command, SealCommandOptions& options) {
  command.add_option("SOURCE", options.sources, "Workbooks, files of values, archives of them; -: standard input")
      ->required();
  command.add_option("--mapping", options.mapping, "Which table and column is what: text of exposure.v1.Mapping")
      ->required();
  command.add_option("--repairs", options.repairs, "A list of quarantined rows with numbers filled in");
  command.add_option("--corrections", options.corrections, "People after a dispute: action,number,categories");
  command.add_option("--incident", options.incident_id, "The incident that it belongs to")->required();
  command.add_option("--threads", options.threads, "Threads [two for each core]");
  AddServiceOptions(command, options.service);
  AddJsonOption(command, options.output);
}

}  // namespace

void AddSeal(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<SealCommandOptions>();
  CLI::App* command =
      app.add_subcommand("seal", "Turn a source into a sealed dataset file; sends blinded numbers only");
  AddSourceOptions(*command, *options);
  command->add_option("--key", options->key, "The custodian's secret key file");
  AddPassphraseFile(*command, options->passphrase_file);
  command->add_option("--out", options->out, "The sealed dataset file [INCIDENT.dataset]");
  command->add_option("--difference-explained", options->difference_explained,
                      "Why people or rows declared differ from what was read; published");
  command->add_option("--as-at", options->as_at, "The date that the source is as at: 2023-09-02");
  command->add_flag("--dry-run", options->dry_run, "Read, reconcile and list; send no number, seal nothing");
  command->footer(
      "Example: exposure seal met.csv --mapping met.mapping.txtpb --incident met-2023-supplier --key keys/custodian\n"
      "A mapping to start from: exposure inspect SOURCE --mapping. Whatever it does not use or ignore stops the run.\n"
      "Rows that cannot be used are listed in SOURCE.quarantine.csv beside the output, by table, row and reason.\n"
      "Fill numbers into its last column, and give it with --repairs: the source stays as it is.\n"
      "OUTPUT.report.html says what became of the rows, for a manager to read.\n"
      "--corrections: lines like  add,A123456,name rank_or_grade  or  remove,A123456,\n"
      "Interrupted, it goes on where it was. OUTPUT.resume holds the seed: delete it once published.");
  command->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return RunSeal(*options); };
  });
}

void AddVerifyPublished(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<SealCommandOptions>();
  CLI::App* command =
      app.add_subcommand("verify-published", "Look for every row of a source in what the service publishes");
  AddSourceOptions(*command, *options);
  command->footer(
      "Example: exposure verify-published met.csv --mapping met.mapping.txtpb --incident met-2023-supplier\n"
      "Evaluates every number, checks it against a fresh download, and 200 random ones as an officer would ask.");
  command->callback([&invocation, options] {
    invocation.json = options->output.json;
    invocation.run = [options] { return RunVerify(*options); };
  });
}

}  // namespace exposure::cli
